/** What happened between two looks at a release, as lines of a log. Pure. */
import type { Decision, EffectRecord, PauseReason, ReleaseStatus, StageStatus } from '../domain/status.js';
import { brief, safe } from './words.js';

export interface Change {
  /** Milliseconds since the epoch: when it happened where that is known, else when it was seen. */
  at: number;
  text: string;
}

/** What has changed since `before`, oldest first. Without `before` everything so far is news. */
export function changesBetween(before: ReleaseStatus | null, after: ReleaseStatus, now: number): Change[] {
  const earlier = before ?? blank(after);
  const seen = (texts: string[]): Change[] => texts.map((text) => ({ at: now, text }));
  const changes = [
    ...fresh(earlier.effects, after.effects).map((effect) => ({ at: effect.at, text: effectText(effect) })),
    ...decisions(earlier, after),
    ...seen(phase(before, after)),
    ...seen(stages(earlier, after)),
    ...seen(bake(earlier, after)),
    ...seen(audit(earlier, after)),
    ...pauses(earlier, after, now),
    ...attention(earlier, after, now),
    ...seen(health(earlier, after)),
    ...seen(fresh(earlier.notices, after.notices).map((text) => `note: ${safe(text)}`)),
    ...seen(ending(earlier, after)),
  ];
  return changes.sort((one, other) => one.at - other.at);
}

/** The release before anything happened. */
function blank(status: ReleaseStatus): ReleaseStatus {
  return {
    ...status,
    outcome: null,
    paused: [],
    attention: null,
    audit: { ...status.audit, state: 'none' },
    stages: status.stages.map((stage) => ({ ...stage, state: 'pending' })),
    bake: { ...status.bake, state: 'pending' },
    health: status.health.map((metric) => ({ ...metric, verdict: null })),
    notices: [],
    effects: [],
    decisions: [],
  };
}

/** Entries of `after` that `before` did not have; lists may have lost their oldest entries meanwhile. */
function fresh<T>(before: T[], after: T[]): T[] {
  const known = new Set(before.map((entry) => JSON.stringify(entry)));
  return after.filter((entry) => !known.has(JSON.stringify(entry)));
}

function effectText({ endpoint, percentage, result, answer, writes }: EffectRecord): string {
  const what = percentage === undefined ? endpoint : `${endpoint} ${percentage} %`;
  const times = writes > 1 ? `, sent ${writes} times` : '';
  return `effect ${what}: ${result}${times}${answer === '' ? '' : ` (${safe(answer)})`}`;
}

/** Decisions, less those that a line of their own tells: an effect, a pause, an attention, the end. */
function decisions(before: ReleaseStatus, after: ReleaseStatus): Change[] {
  const told = ({ at, why, what }: Decision) =>
    after.effects.some(({ endpoint, percentage }) => what === endpoint || what === `${percentage} %`) ||
    after.paused.some((pause) => pause.at === at && pause.reason === why) ||
    (after.attention?.since === at && why.startsWith(after.attention.reason)) ||
    (what === after.outcome && at === after.closedAt);
  return fresh(before.decisions, after.decisions)
    .filter((decision) => !told(decision))
    .map(({ at, what, why, by }) => ({ at, text: `decision ${safe(what)}: ${safe(why)} (${safe(by)})` }));
}

function phase(before: ReleaseStatus | null, after: ReleaseStatus): string[] {
  if (before?.phase === after.phase || after.phase === 'closed') return [];
  return [before === null ? `phase ${after.phase}` : `phase ${before.phase} → ${after.phase}`];
}

function stages(before: ReleaseStatus, after: ReleaseStatus): string[] {
  return after.stages.flatMap((stage, index) =>
    stage.state === before.stages[index]?.state ? [] : [stageText(stage)],
  );
}

function stageText({ percentage, state, soakMs, hold }: StageStatus): string {
  const name = `stage ${percentage} %`;
  if (state === 'soaking') return `${name}: soaking for ${brief(soakMs)}${hold ? ', then held' : ''}`;
  if (state === 'holding') return `${name}: holding until promoted`;
  return `${name}: ${state}`;
}

function bake(before: ReleaseStatus, after: ReleaseStatus): string[] {
  if (before.bake.state === after.bake.state || after.bake.state === 'pending') return [];
  return [after.bake.state === 'baking' ? `bake: watched for ${brief(after.bake.bakeMs)}` : 'bake: done'];
}

function audit(before: ReleaseStatus, after: ReleaseStatus): string[] {
  const { state, auditId, reason } = after.audit;
  if (state === before.audit.state) return [];
  const id = auditId === null ? '' : ` ${auditId}`;
  return [`audit${id}: ${state}${reason === '' ? '' : `: ${safe(reason)}`}`];
}

const pauseName = ({ kind, metric, by }: PauseReason): string =>
  kind === 'metric' ? `metric ${safe(metric ?? '')}` : safe(by);

function pauses(before: ReleaseStatus, after: ReleaseStatus, now: number): Change[] {
  const begun = fresh(before.paused, after.paused).map((pause) => ({
    at: pause.at,
    text: `paused by ${pauseName(pause)}: ${safe(pause.reason)}`,
  }));
  const lifted = after.outcome === null ? fresh(after.paused, before.paused) : [];
  return [...begun, ...lifted.map((pause) => ({ at: now, text: `pause by ${pauseName(pause)} lifted` }))];
}

function attention(before: ReleaseStatus, after: ReleaseStatus, now: number): Change[] {
  const { attention: is } = after;
  if (is === null)
    return before.attention !== null && after.outcome === null
      ? [{ at: now, text: 'attention: over, it goes on' }]
      : [];
  if (is.reason === before.attention?.reason) return [];
  return [{ at: is.since, text: `attention: ${safe(is.reason)}; what to do: ${safe(is.remedy)}` }];
}

function health(before: ReleaseStatus, after: ReleaseStatus): string[] {
  return after.health.flatMap(({ verdict, name, value, message }, index) => {
    if (verdict === null || verdict === before.health[index]?.verdict) return [];
    const said = message !== '' ? safe(message) : `${safe(name)}: ${value ?? 'no value'}`;
    return [`health ${verdict}: ${said}`];
  });
}

function ending(before: ReleaseStatus, after: ReleaseStatus): string[] {
  if (after.outcome === null || before.outcome === after.outcome) return [];
  return [`${after.outcome} at ${after.percentage} %: ${safe(after.reason)}`];
}
