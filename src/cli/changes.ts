/** What happened between two looks at a release, as lines of a log. Pure. */
import { standsText } from '../domain/back-story.js';
import { commandLine } from '../domain/command-line.js';
import { readable } from '../domain/readable.js';
import type { Decision, EffectRecord, ReleaseStatus, StageStatus } from '../domain/status.js';
import { spelled } from './verb-table.js';
import { gateTitle, missingText, pauserText } from './waiting-rows.js';
import { brief, moment, safe } from './words.js';

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
    ...freeze(earlier, after, now),
    ...gate(earlier, after, now),
    ...attention(earlier, after, now),
    ...seen(health(earlier, after)),
    ...seen(notes(earlier, after)),
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
    gate: null,
    freeze: null,
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
    (what === 'freeze' && after.freeze?.at === at) ||
    (what === 'approval needed' && after.gate?.since === at) ||
    (what === after.outcome && at === after.closedAt);
  return fresh(before.decisions, after.decisions)
    .filter((decision) => !told(decision))
    .map((line) => ({
      at: line.at,
      text: `decision ${safe(line.what)}: ${safe(line.why)} (${actorText(line)})`,
    }));
}

/** Notices, less those that a decision tells. */
function notes(before: ReleaseStatus, after: ReleaseStatus): string[] {
  const news = fresh(before.notices, after.notices);
  return news
    .filter((text) => !after.decisions.some(({ why }) => why === text))
    .map((text) => `note: ${safe(text)}`);
}

/** Who it was, and how that is known: through what a command came, or that its signature was verified. */
function actorText({ by, via, authenticated }: Decision): string {
  const known = authenticated ? 'signed' : via;
  return known === undefined ? safe(by) : `${safe(by)}, ${known}`;
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
  if (state === 'waiting') return `${name}: over, the next one waits`;
  if (state === 'ended') return `${name}: ended, users are taken back`;
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
  return [`audit${id}: ${state}${reason === '' ? '' : `: ${safe(readable(reason))}`}`];
}

function pauses(before: ReleaseStatus, after: ReleaseStatus, now: number): Change[] {
  const begun = fresh(before.paused, after.paused).map((pause) => ({
    at: pause.at,
    text: `paused by ${pauserText(pause)}: ${safe(pause.reason)}`,
  }));
  const lifted = after.outcome === null ? fresh(after.paused, before.paused) : [];
  return [...begun, ...lifted.map((pause) => ({ at: now, text: `pause by ${pauserText(pause)} lifted` }))];
}

function freeze(before: ReleaseStatus, after: ReleaseStatus, now: number): Change[] {
  const { freeze: is } = after;
  if (is?.at === before.freeze?.at) return [];
  if (is === null) return after.outcome === null ? [{ at: now, text: 'freeze: over' }] : [];
  return [{ at: is.at, text: `frozen by ${safe(is.by)} until ${moment(is.until)}: ${safe(is.reason)}` }];
}

function gate(before: ReleaseStatus, after: ReleaseStatus, now: number): Change[] {
  const { gate: is, app } = after;
  const was = before.gate;
  if (is === null) {
    const open = was !== null && after.outcome === null && after.phase !== 'reverting';
    return open ? [{ at: now, text: `approval of ${gateTitle(was)}: given` }] : [];
  }
  if (is.gate === was?.gate && is.since === was.since && is.approvals.length === was.approvals.length)
    return [];
  const send = commandLine(
    'approve',
    app,
    { gate: is.gate },
    is.claimed ? '--as NAME' : '--as NAME --key FILE',
  );
  const asked = is.gate === was?.gate && is.since === was.since ? now : is.since;
  return [{ at: asked, text: `approval of ${gateTitle(is)}: waits for ${missingText(is)}; ${send}` }];
}

function attention(before: ReleaseStatus, after: ReleaseStatus, now: number): Change[] {
  const { attention: is } = after;
  if (is === null)
    return before.attention !== null && after.outcome === null
      ? [{ at: now, text: 'attention: over, it goes on' }]
      : [];
  if (is.reason === before.attention?.reason) return [];
  return [{ at: is.since, text: `attention: ${safe(is.reason)}; what to do: ${safe(spelled(is.remedy))}` }];
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
  return [`${safe(standsText(after))}: ${safe(after.reason)}`];
}
