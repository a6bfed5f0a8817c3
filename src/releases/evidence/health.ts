/** What was measured in each stage, and what was decided on, out of a release's histories. */
import type { ConfirmResult, GuardResult } from '../../domain/apply-watch.js';
import type { GuardInput } from '../../domain/decide.js';
import { type Counters, type Judgement, judge, judgeReported, NO_COUNTS } from '../../domain/health.js';
import { parseHealthReport } from '../../domain/parse-command.js';
import { activeMetrics, type Metric, type ReleasePlan } from '../../domain/plan.js';
import type { ReleaseStatus, Verdict } from '../../domain/status.js';
import type { Pushed, Recordings, Watched } from './recordings.js';
import type { Evidence } from './schema.js';

type Stage = Evidence['health'][number];
type Counts = Record<Verdict, number>;

/** By stage, those that no user ever had left out. */
export function healthOf(
  status: ReleaseStatus,
  plan: ReleasePlan,
  recordings: readonly Recordings[],
): Stage[] {
  const tallies = [
    ...status.stages.map(
      ({ percentage, confirmedAt }) => new Tally(`${percentage} %`, percentage, confirmedAt),
    ),
    new Tally('bake', 100, status.stages.at(-1)?.confirmedAt ?? null),
  ];
  const tallyOf = (percentage: number, bakes: boolean) =>
    tallies.find((tally) => (bakes ? tally.name === 'bake' : tally.name === `${percentage} %`));
  for (const { watched, pushed } of recordings) {
    for (const watch of watched) {
      const { percentage, expect } = (watch.input ?? {}) as Partial<GuardInput>;
      tallyOf(percentage ?? -1, expect === 'online')?.watched(watch);
    }
    for (const report of pushed) {
      // What bakes is told from the last stage by nobody: the last stage lasts no time.
      const stage = status.stages.findLast(
        ({ confirmedAt }) => confirmedAt !== null && confirmedAt <= report.at,
      );
      if (stage === undefined) continue;
      tallyOf(stage.percentage, stage.percentage === 100)?.pushed(report, plan);
    }
  }
  return tallies.filter((tally) => tally.confirmedAt !== null || tally.hasAny).map((tally) => tally.told());
}

class Tally {
  private readonly counts = new Map<string, Counts>();
  private readonly samples: Stage['samples'] = [];

  constructor(
    readonly name: string,
    private readonly percentage: number,
    readonly confirmedAt: number | null,
  ) {}

  get hasAny(): boolean {
    return this.counts.size > 0;
  }

  watched({ activity, input, result }: Watched): void {
    if (typeof result !== 'object' || result === null) return;
    if (activity === 'guard')
      this.guarded((input ?? {}) as Partial<GuardInput>, result as Partial<GuardResult>);
    else this.confirmed(result as Partial<ConfirmResult>);
  }

  /** A guard counts on from where it was begun; what it adds is its own. */
  private guarded({ counters: before = {} }: Partial<GuardInput>, result: Partial<GuardResult>): void {
    const after = result.counters ?? {};
    for (const [metric, counted] of Object.entries(after))
      this.add(metric, difference(before[metric] ?? NO_COUNTS, counted));
    for (const { metric, action } of result.decisions ?? []) {
      const last = after[metric]?.last;
      if (last != null) this.sample(last, action);
    }
  }

  private confirmed({ judgements = [] }: Partial<ConfirmResult>): void {
    const all = judgements.every(({ verdict }) => verdict === 'pass');
    for (const judgement of judgements) {
      this.add(judgement.metric, { ...NONE, [judgement.verdict]: 1 });
      this.sample(judgement, all || judgement.verdict === 'pass' ? 'confirmed' : 'notConfirmed');
    }
  }

  /** Judged as the release has judged it when it came. */
  pushed({ at, payload }: Pushed, plan: ReleasePlan): void {
    const parsed = parseHealthReport(payload);
    if (!parsed.ok) return;
    const { metric: name, value, samples, verdict } = parsed.value;
    const metric = activeMetrics(plan, this.percentage).find((entry) => entry.name === name);
    if (metric?.provider.kind !== 'push') return;
    const judged = judgedReport(metric, { at: parsed.value.at ?? at, value, samples, verdict });
    this.add(name, { ...NONE, [judged.verdict]: 1 });
  }

  told(): Stage {
    const metrics = [...this.counts]
      .map(([metric, counts]) => ({ metric, ...counts }))
      .toSorted((one, other) => (one.metric < other.metric ? -1 : 1));
    const samples = this.samples.toSorted((one, other) => one.at - other.at);
    const { name: stage, percentage, confirmedAt } = this;
    return { stage, percentage, confirmedAt, metrics, samples };
  }

  private add(metric: string, more: Counts): void {
    const { pass, fail, inconclusive, error } = this.counts.get(metric) ?? NONE;
    this.counts.set(metric, {
      pass: pass + more.pass,
      fail: fail + more.fail,
      inconclusive: inconclusive + more.inconclusive,
      error: error + more.error,
    });
  }

  private sample(
    { metric, at, verdict, value, message }: Judgement,
    led: Stage['samples'][number]['led'],
  ): void {
    this.samples.push({ metric, at, verdict, value, message, led });
  }
}

const NONE: Counts = { pass: 0, fail: 0, inconclusive: 0, error: 0 };

function difference(before: Counters, after: Counters): Counts {
  const more = (field: 'failures' | 'inconclusive' | 'consecutiveErrors' | 'measurements') =>
    Math.max(0, (after[field] ?? 0) - (before[field] ?? 0));
  const [fail, inconclusive] = [more('failures'), more('inconclusive')];
  return {
    pass: Math.max(0, more('measurements') - fail - inconclusive),
    fail,
    inconclusive,
    error: more('consecutiveErrors'),
  };
}

function judgedReport(
  metric: Metric,
  report: { at: number; value: number | null; samples: number | null; verdict: 'pass' | 'fail' | null },
): Judgement {
  const { verdict, ...measured } = report;
  return verdict === null ? judge(metric, measured) : judgeReported(metric, { ...measured, verdict });
}
