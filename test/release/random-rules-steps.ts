/** No step up while something stood in its way: from the workflow's own history, held against its decisions and the world. */
import type { ConfirmResult } from '../../src/domain/apply-watch.js';
import type { EffectResult } from '../../src/domain/effects.js';
import { approvalOf, stageGate } from '../../src/domain/gates.js';
import { decidingMetrics, type Metric } from '../../src/domain/plan.js';
import type { HistoryEvent } from './random-history.js';
import type { Known } from './random-rules.js';

/** A measurement takes its time, and so does a test that notes what it did. */
const SLACK_MS = 2_000;

export function brokenSteps(known: Known): string[] {
  const steps = known.played.history.filter(
    ({ type, activity }) => type === 'scheduled' && (activity === 'grayRelease' || activity === 'release'),
  );
  return steps.flatMap((step) => {
    const { percentage = 100 } = step.data as { percentage?: number };
    const title = `${step.activity} ${percentage} at ${step.at}`;
    const completes = step.activity === 'release' && isApplied(known, 'grayRelease', 100, step);
    const broken = [
      ...inTheWay(known, step, percentage, completes),
      ...(completes ? [] : unhealthy(known, step)),
    ];
    return broken.map((what) => `${title} ${what}`);
  });
}

function inTheWay({ played, story }: Known, { at }: HistoryEvent, percentage: number, completes: boolean) {
  const standing = story.standingAt(at);
  const { plan } = played;
  const index = plan.rollout.stages.findIndex((stage) => stage.percentage === percentage);
  const owed = plan.rollout.stages.slice(0, index + 1).flatMap((stage, position) => {
    const agreed = standing.agreed[stageGate(position)]?.length ?? 0;
    const needed = approvalOf(plan, stageGate(position))?.count ?? 0;
    return agreed < needed ? [`although ${agreed} of ${needed} agreed to ${stage.percentage} %`] : [];
  });
  return [
    ...(standing.paused || standing.drifted ? ['while paused'] : []),
    ...(standing.attention ? ['while a person must look'] : []),
    ...(!completes && at < standing.frozenUntil && !standing.override ? ['while frozen'] : []),
    ...(completes ? [] : owed),
    ...(plan.trial !== null && !standing.trialPassed ? ['although nobody approved the trial version'] : []),
  ];
}

/** The percentage that ran, and was confirmed by us, when a step was decided; null before the first. */
function runningAt({ played }: Known, step: HistoryEvent): { percentage: number; order: number } | null {
  const before = played.history.filter(
    ({ type, activity, order, data }) =>
      type === 'completed' &&
      activity === 'grayRelease' &&
      order < step.order &&
      (data as unknown as EffectResult).status === 'applied',
  );
  const last = before.at(-1);
  if (last === undefined) return null;
  const { facts } = last.data as unknown as Extract<EffectResult, { status: 'applied' }>;
  return { percentage: facts.percentage ?? 0, order: last.order };
}

function isApplied(known: Known, activity: string, percentage: number, step: HistoryEvent): boolean {
  return activity === 'grayRelease' && runningAt(known, step)?.percentage === percentage;
}

/** Without a fresh pass of every deciding metric. */
function unhealthy(known: Known, step: HistoryEvent): string[] {
  const running = runningAt(known, step);
  if (running === null) return [];
  const { plan, history, reports } = known.played;
  const deciding = decidingMetrics(plan, running.percentage);
  const pulled = deciding.filter(({ provider }) => provider.kind !== 'push');
  const pushed = deciding.filter(({ provider }) => provider.kind === 'push');
  const freshMs = 2 * Math.min(60_000, ...pulled.map(({ intervalMs }) => intervalMs));
  const confirmations = history.filter(
    ({ type, activity, order }) =>
      type === 'completed' && activity === 'confirm' && order < step.order && order > running.order,
  );
  const last = confirmations.map(({ data }) => data as unknown as ConfirmResult).at(-1);
  if (last === undefined) return ['without a confirmation'];
  const passed = (metric: Metric) =>
    last.judgements.some(
      (entry) => entry.metric === metric.name && entry.verdict === 'pass' && known.wasGood(metric, entry.at),
    );
  const reported = pushed.every((metric) =>
    reports.some(
      ({ sentAt, at, value }) =>
        value <= 0.01 && sentAt <= step.at + SLACK_MS && at >= step.at - 2 * metric.intervalMs,
    ),
  );
  return [
    ...(step.at - last.at > freshMs ? [`on a confirmation that is ${step.at - last.at} ms old`] : []),
    ...(last.observed.kind === 'ours' ? [] : [`although ${last.observed.text}`]),
    ...pulled.flatMap((metric) => (passed(metric) ? [] : [`without a fresh pass of ${metric.name}`])),
    ...(reported ? [] : ['without a good report']),
  ];
}
