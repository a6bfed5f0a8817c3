/** What is watched while a release waits, and with what in mind. */
import { confirmed, pulledMetrics } from './confirm.js';
import type { Expected, Untouched } from './drift.js';
import { EFFECTS } from './effects.js';
import { COMPLETION_MS, nextStage } from './gates.js';
import type { Counters } from './health.js';
import type { Metric, ReleasePlan } from './plan.js';
import { foreignAudit } from './preflight.js';
import type { Observed } from './readings.js';
import { isAuditing } from './settle.js';
import type { LadderState, ReleaseState, Signed } from './state.js';
import { unprovenOf } from './unproven.js';

/** Something that is watched while the release waits. Its key says when it must begin anew. */
export type Watch =
  | { watch: 'audit'; key: string; auditId: number; known: string; pollMs: number }
  | { watch: 'guard'; key: string; guard: GuardInput }
  | { watch: 'confirm'; key: string; guard: GuardInput; patient: boolean }
  | { watch: 'online'; key: string; until: number }
  | { watch: 'signature'; key: string; signed: Signed };

/** A guard's view: what WeChat should show (see drift.ts), and the metrics with what was counted so far. */
export interface GuardInput extends Omit<Expected, 'version' | 'baselineOnlineSec'> {
  metrics: Metric[];
  counters: Record<string, Counters>;
  /** Metrics whose limit was acted on already: only a failure that takes users back counts. */
  acted: string[];
  confirmedAt: number;
  observed: Observed['kind'];
  /** What was seen, in words: the same kind may be another fact. */
  observedText?: string;
}

/** What to watch; `ripe`: nothing but a fresh confirmation stands between the release and its next step. */
export function watchesOf(state: ReleaseState, plan: ReleasePlan, ripe: boolean, now: number): Watch[] {
  const signed = state.signed.map(
    (entry): Watch => ({ watch: 'signature', key: `signature:${entry.commandId}`, signed: entry }),
  );
  return [...signed, ...auditWatch(state, plan), ...guards(state, plan, ripe, now)];
}

/** Our audit, or one that holds the slot. */
function auditWatch(state: ReleaseState, plan: ReleasePlan): Watch[] {
  const { audit, attention, phase, baseline, resurvey } = state;
  // A watch that only a person can mend would fail again at once.
  if (attention?.step === 'watchAudit') return [];
  const watch = (auditId: number, known: string): Watch[] => [
    {
      watch: 'audit',
      key: `audit:${auditId}:${known}:${audit.wakes}`,
      auditId,
      known,
      pollMs: plan.audit.pollMs,
    },
  ];
  if (phase === 'auditing' && audit.id !== null && isAuditing(state)) return watch(audit.id, audit.state);
  // One that has moved is read again before anything else is made of it.
  const known = phase === 'preparing' && !resurvey ? baseline : null;
  const foreign = known === null ? null : foreignAudit(known);
  return foreign !== null ? watch(foreign.auditId, foreign.status) : [];
}

function guards(state: ReleaseState, plan: ReleasePlan, ripe: boolean, now: number): Watch[] {
  const { ladder, guard, phase } = state;
  const input = guardInput(state, plan);
  if (input === null) return [];
  const at = `${phase}:${ladder.stage}:${guard.generation}`;
  const list: Watch[] = [{ watch: 'guard', key: `guard:${input.expect}:${at}`, guard: input }];
  if (ladder.completingSince !== null) {
    const until = ladder.completingSince + COMPLETION_MS;
    return now < until ? [...list, { watch: 'online', key: `online:${until}`, until }] : list;
  }
  if (!ripe || ladder.confirmedAt === null) return list;
  const health = confirmed(state, plan, now);
  if (!health.ok && health.missing === 'confirmation')
    list.push({
      watch: 'confirm',
      key: `confirm:${at}:${state.unconfirmed !== ''}:${state.confirmation?.at ?? 0}`,
      // No step up waits for what is measured only because of what users have perhaps.
      guard: { ...input, metrics: pulledMetrics(plan, input.percentage) },
      patient: state.unconfirmed !== '',
    });
  return list;
}

/** What a guard should find; null when there is nothing to guard. */
function guardInput(state: ReleaseState, plan: ReleasePlan): GuardInput | null {
  const { ladder, guard, audit, phase } = state;
  const { observed } = guard;
  const common = {
    counters: guard.counters,
    acted: state.acted,
    percentage: ladder.percentage,
    pending: unprovenOf(state).map(({ percentage }) => percentage),
    createdSec: ladder.createdSec,
    auditId: audit.followed ? null : audit.id,
    trial: watchedTrial(state),
    observed: observed.kind,
    ...(observed.kind === 'ours' ? {} : { observedText: observed.text }),
  };
  if (phase === 'preparing' || phase === 'auditing' || phase === 'ready')
    return untouched(state, plan, common);
  if (phase !== 'rolling' && phase !== 'baking') return null;
  const confirmedAt = ladder.confirmedAt ?? sentSince(state, plan);
  if (confirmedAt === null) return null;
  const unproven = ladder.confirmedAt === null;
  const first = plan.rollout.stages[nextStage(state, plan)]?.percentage ?? 0;
  const percentage = unproven ? first : ladder.percentage;
  const metrics = pulledMetrics(plan, percentage);
  return {
    ...common,
    metrics: [...metrics, ...perhapsActive(state, plan, metrics, confirmedAt)],
    confirmedAt,
    percentage,
    expect: unproven ? 'unproven' : phase === 'baking' ? 'online' : expectedPlan(ladder),
    ...(unproven ? { before: asItWas(state) } : {}),
  };
}

/** Metrics that only begin at a percentage that users have perhaps: they count from when that was sent. */
function perhapsActive(
  state: ReleaseState,
  plan: ReleasePlan,
  active: Metric[],
  confirmedAt: number,
): Metric[] {
  const known = new Set(active.map(({ name }) => name));
  return unprovenOf(state).flatMap(({ percentage, at }) => {
    const begun = pulledMetrics(plan, percentage).filter(({ name }) => !known.has(name));
    for (const { name } of begun) known.add(name);
    return begun.map((metric) => ({ ...metric, initialDelayMs: metric.initialDelayMs + at - confirmedAt }));
  });
}

function expectedPlan({ completingSince, elsewhere }: LadderState): GuardInput['expect'] {
  if (completingSince !== null) return 'completing';
  return elsewhere === 'begun' ? 'begun' : 'gray';
}

type Common = Omit<GuardInput, 'metrics' | 'confirmedAt' | 'expect' | 'before'>;

/** Before the first stage: nobody else should begin one, publish, upload or submit. Releases begun before this was watched are not. */
function untouched(state: ReleaseState, plan: ReleasePlan, common: Common): GuardInput | null {
  const { baseline, phase } = state;
  if (plan.rules < 2 || baseline === null) return null;
  const foreign = phase === 'preparing' ? foreignAudit(baseline) : null;
  // While another audit is waited for, its own watch looks.
  if (foreign !== null) return null;
  return {
    ...common,
    metrics: [],
    confirmedAt: state.startedAt,
    expect: 'untouched',
    before: asItWas(state),
  };
}

/** What there was before the first stage. */
function asItWas({ baseline, audit, phase }: ReleaseState): Untouched {
  return {
    onlineSec: baseline?.online?.timeSec ?? null,
    grayCreatedSec: baseline?.grayPlan.createdSec ?? 0,
    auditId: audit.id ?? audit.beforeId,
    approved: phase !== 'preparing' && phase !== 'auditing',
  };
}

/** Told once after it was submitted (WeChat may answer 85020 then), until everyone has the version. */
function watchedTrial({ phase, trial }: ReleaseState): ReleaseState['trial'] {
  const isTold = phase !== 'preparing' && trial?.replaced;
  return isTold || phase === 'baking' ? null : trial;
}

/** When the first percentage was sent that no reading proves, milliseconds: users may have the version since then. */
function sentSince({ effects }: ReleaseState, { rules }: ReleasePlan): number | null {
  if (rules < 2) return null;
  const sent: string[] = [EFFECTS.grayRelease.endpoint, EFFECTS.release.endpoint];
  const first = effects.find(
    ({ endpoint, result, writes }) => sent.includes(endpoint) && result !== 'applied' && writes > 0,
  );
  return first?.at ?? null;
}
