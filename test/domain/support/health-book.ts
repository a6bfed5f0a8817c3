/** What providers and senders said of the metrics, judged once more and by other words than the rules'. */
import type { HealthReport } from '../../../src/domain/commands.js';
import type { Measurement } from '../../../src/domain/health.js';
import { decidingMetrics, type Metric, type ReleasePlan } from '../../../src/domain/plan.js';
import { check } from './check.js';

interface Known {
  /** When it passed last, milliseconds since the epoch. */
  passedAt: number;
  /** Passes in a row. */
  row: number;
  /** When the last report was measured that was taken. */
  reportedAt: number;
}

const NOTHING: Known = {
  passedAt: Number.NEGATIVE_INFINITY,
  row: 0,
  reportedAt: Number.NEGATIVE_INFINITY,
};

export class HealthBook {
  private readonly known = new Map<string, Known>();

  constructor(private readonly plan: ReleasePlan) {}

  /** A stage begins: what was measured before says nothing of it. */
  forget(): void {
    this.known.clear();
  }

  measured(metric: Metric, measurement: Measurement): void {
    this.note(metric.name, isGood(metric, measurement), measurement.at);
  }

  /** A report that the release took in, sent at `now`. */
  pushed(sent: HealthReport, now: number): void {
    const metric = this.plan.health.find(({ name }) => name === sent.metric);
    if (metric?.provider.kind !== 'push') return;
    const at = Math.min(sent.at ?? now, now);
    const before = this.known.get(metric.name) ?? NOTHING;
    if (at <= before.reportedAt) return;
    this.note(metric.name, isGood(metric, { at, value: sent.value, samples: sent.samples }), at);
    this.known.set(metric.name, { ...(this.known.get(metric.name) ?? NOTHING), reportedAt: at });
  }

  private note(name: string, good: boolean, at: number): void {
    const before = this.known.get(name) ?? NOTHING;
    this.known.set(name, {
      ...before,
      row: good ? before.row + 1 : 0,
      passedAt: good ? Math.max(at, before.passedAt) : before.passedAt,
    });
  }

  /** Every deciding metric passed within two of its intervals, and as often in a row as the stage needs. */
  allowsToLeave(percentage: number, now: number): void {
    for (const metric of decidingMetrics(this.plan, percentage)) {
      const { passedAt, row } = this.known.get(metric.name) ?? NOTHING;
      const age = now - passedAt;
      check(age <= 2 * metric.intervalMs, () => `goes on although ${metric.name} passed ${age} ms ago`);
      const needed = metric.consecutiveSuccessLimit;
      check(row >= needed, () => `goes on after ${row} passes of ${metric.name} in a row, not ${needed}`);
    }
  }
}

/** Whether a measurement speaks for the version, whatever the rules make of it. */
function isGood(metric: Metric, { value, samples, error, holds }: Measurement): boolean {
  if (error !== undefined || value === null || !Number.isFinite(value)) return false;
  if (metric.minSamples !== undefined && (samples ?? 0) < metric.minSamples.atLeast) return false;
  const { thresholdRange: range } = metric;
  if (range !== null) return value <= (range.max ?? value) && value >= (range.min ?? value);
  const failed = metric.failureCondition !== null && holds?.failure !== false;
  const succeeded = metric.successCondition === null || holds?.success === true;
  return succeeded && !failed;
}
