/** The traps that other systems' verdicts fell into, one test each, named after the trap. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/domain/decide.js';
import { judge } from '../../src/domain/health.js';
import type { Approval, Metric } from '../../src/domain/plan.js';
import { lintPlan } from '../../src/plan/lint.js';
import { changed, problemsOf } from '../plan/plans.js';
import { begin, type Driver, failingFrom } from './support/driver.js';
import { DAY, HOUR, MINUTE, metric, NOW, planWith, pushed, SECOND, stage, stateIn } from './support/given.js';

/** Patient enough that only what a test says ends the wait. */
const patient = (changes: Partial<Metric> = {}) =>
  metric({ inconclusiveLimit: 10_000, consecutiveErrorLimit: 10_000, failureLimit: 10_000, ...changes });

const stepsOf = ({ wechat }: Driver) =>
  wechat.ledger.filter(({ endpoint }) => endpoint === 'grayRelease').map(({ percentage }) => percentage);
const wentBack = ({ wechat }: Driver) => wechat.ledger.some(({ endpoint }) => /revert/i.test(endpoint));

describe('verdict traps', () => {
  it('zero measurements then stop', () => {
    const late = patient({ initialDelayMs: 5 * HOUR });
    const release = begin(planWith({ health: [late] }), { measure: () => ({ value: null }) });
    release.untilPercentage(1).send('promote', { expect: 1 });
    release.run(4 * HOUR);
    expect(release.status).toMatchObject({ percentage: 1, reason: expect.stringContaining('no data') });
    release.measureBy(() => ({}));
    release.untilPercentage(10);
  });

  it('duration < interval', () => {
    const hourly = patient({ intervalMs: HOUR });
    const short = planWith({
      stages: [stage(1, { soakMs: MINUTE }), stage(100)],
      bakeMs: MINUTE,
      health: [hourly],
    });
    expect(lintPlan(short).errors).toMatchObject([
      { path: 'rollout.stages[0].soak', rule: 'first-measurement-in-time' },
      { path: 'rollout.bake', rule: 'first-measurement-in-time' },
    ]);
    // A plan that lint never saw is measured all the same before it goes up.
    const asked: number[] = [];
    const release = begin(short, {
      measure: (_metric, _percentage, at) => {
        asked.push(at);
        return { value: null };
      },
    });
    release.run(DAY);
    expect(stepsOf(release)).toEqual([1]);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('whole group without data', () => {
    const names = ['one', 'two', 'three'];
    const release = begin(planWith({ health: names.map((name) => patient({ name })) }), {
      measure: () => ({ value: null, samples: null }),
    });
    release.run(10 * HOUR);
    expect(stepsOf(release)).toEqual([1]);
    // One of them is not enough.
    release.measureBy(({ name }) => (name === 'three' ? { value: null } : {}));
    release.run(10 * HOUR);
    expect(release.status).toMatchObject({
      percentage: 1,
      reason: expect.stringContaining('three: no data'),
    });
  });

  it('no rule or null value', () => {
    const ruleless = metric({ thresholdRange: null });
    for (const value of [0, 1, null, Number.NaN])
      expect(judge(ruleless, { at: NOW, value, samples: 1_000 }).verdict).not.toBe('pass');
    expect(judge(metric(), { at: NOW, value: null, samples: 1_000 }).verdict).not.toBe('pass');
    expect(lintPlan(planWith({ health: [ruleless] })).errors).toMatchObject([
      { path: 'health[0].thresholdRange' },
    ]);
    expect(problemsOf(changed('    thresholdRange: { max: 0.01 }', '    thresholdRange: {}'))).toHaveLength(
      1,
    );
    expect(problemsOf(changed('{ max: 0.01 }', '{ max: null }'))).toHaveLength(1);
    expect(problemsOf(changed('{ max: 0.01 }', 'null'))).toHaveLength(1);
  });

  it('misnamed metric', () => {
    // A query that names nothing finds no series.
    const pulled = begin(planWith({ health: [metric({ inconclusiveLimit: 3 })] }), {
      measure: () => ({ value: null, samples: null }),
    });
    pulled.run(DAY);
    expect(stepsOf(pulled)).toEqual([1]);
    expect(pulled.status.paused).toMatchObject([
      { metric: 'js-error-rate', reason: expect.stringContaining('no data') },
    ]);
    // A report of another name is told, and counts for nothing.
    const sent = begin(planWith({ health: [pushed({ intervalMs: HOUR })] })).untilPercentage(1);
    for (let minute = 30; minute < 300; minute += 30)
      sent.after(minute * MINUTE, () => sent.push({ metric: 'crashs', value: 0, samples: 1_000 }));
    sent.run(5 * HOUR);
    expect(stepsOf(sent)).toEqual([1]);
    expect(sent.status).toMatchObject({
      reason: 'waits for a healthReport of crashes',
      notices: [expect.stringContaining('crashs is not a pushed metric')],
    });
  });

  it('no traffic = failed check', () => {
    const release = begin(planWith({ health: [metric({ inconclusiveLimit: 5 })] }), {
      measure: () => ({ value: 1, samples: 0 }),
    });
    release.run(DAY);
    expect(wentBack(release)).toBe(false);
    expect(release.status.paused).toMatchObject([
      { metric: 'js-error-rate', reason: expect.stringContaining('0 samples, fewer than 200') },
    ]);
    release.measureBy(() => ({}));
    release.send('resume', { metric: 'js-error-rate' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('provider outage spends the budget of bad health', () => {
    const strict = metric({ failureLimit: 0, inconclusiveLimit: 0, consecutiveErrorLimit: 4 });
    const release = begin(planWith({ health: [strict] }), { measure: () => ({ error: 'HTTP 503' }) });
    release.run(DAY);
    expect(wentBack(release)).toBe(false);
    expect(release.status.paused).toMatchObject([
      { reason: 'js-error-rate: HTTP 503 (5 errors in a row, limit 4)' },
    ]);
    expect(release.status.health).toMatchObject([{ failures: 0, inconclusive: 0 }]);
    release.measureBy(() => ({}));
    release.send('resume', { metric: 'js-error-rate' });
    expect(release.run().state.outcome).toBe('released');
  });

  const approval: Approval = {
    approvers: ['ann'],
    count: 1,
    claimed: true,
    timeoutMs: 2 * HOUR,
    onTimeout: 'abort',
  };

  it.each([
    ['a hold', planWith({ stages: [stage(10, { hold: true }), stage(100)] }), () => undefined],
    [
      'an approval',
      planWith({
        stages: [stage(10), stage(50, { approval: { ...approval, timeoutMs: null } }), stage(100)],
      }),
      () => undefined,
    ],
    [
      'a pause',
      planWith({ stages: [stage(10), stage(100)] }),
      (release: Driver) => release.send('pause') && undefined,
    ],
    [
      'attention',
      planWith({ stages: [stage(10), stage(100)] }),
      (release: Driver) => release.wechat.submitOther(release.now),
    ],
  ])('health breached while waiting at a human gate: %s', (_what, plan, wait) => {
    const release = begin(plan).untilPercentage(10);
    wait(release);
    release.run(3 * HOUR);
    expect(release.state).toMatchObject({ phase: 'rolling', ladder: { percentage: 10 } });
    const broke = release.now;
    release.measureBy(failingFrom(10));
    release.run(5 * MINUTE);
    expect(release.state.outcome).toBe('reverted');
    const back = release.wechat.ledger.find(({ endpoint }) => endpoint === 'revertGray');
    expect((back?.at ?? 0) - broke).toBeLessThanOrEqual(MINUTE + 2 * SECOND);
  });

  it('traffic collapse hides errors', () => {
    // The app no longer starts: the few who report see no error at all.
    const collapsing = (_metric: Metric, percentage: number) =>
      percentage >= 10 ? { value: 0, samples: 3 } : {};
    const pausing = begin(planWith({ health: [metric({ inconclusiveLimit: 5 })] }), { measure: collapsing });
    pausing.run(DAY);
    expect(pausing.state).toMatchObject({ phase: 'rolling', ladder: { percentage: 10 } });
    expect(pausing.status.paused).toMatchObject([
      { reason: expect.stringContaining('3 samples, fewer than 200') },
    ]);
    const reverting = begin(
      planWith({ health: [metric({ inconclusiveLimit: 5, onInconclusive: 'revert' })] }),
      { measure: collapsing },
    );
    expect(reverting.run(DAY).state.outcome).toBe('reverted');
  });

  it('restart shortens or lengthens dwell', () => {
    const plan = planWith();
    const soaking = stateIn('rolling', plan);
    for (const later of [0, 1, 59 * MINUTE, HOUR - 1]) {
      const revived = JSON.parse(JSON.stringify(soaking));
      expect(decide(revived, plan, NOW + later).step).toMatchObject({ do: 'wait', until: NOW + HOUR });
    }
    const release = begin(plan).untilPercentage(1);
    const confirmedAt = release.state.ladder.confirmedAt ?? 0;
    for (const minute of [5, 20, 40, 55])
      release.after(minute * MINUTE, () => {
        release.state = JSON.parse(JSON.stringify(release.state));
      });
    release.untilPercentage(10);
    const dwell = (release.wechat.ledger.at(-1)?.at ?? 0) - confirmedAt;
    expect(dwell).toBeGreaterThanOrEqual(HOUR);
    expect(dwell).toBeLessThan(HOUR + MINUTE);
  });

  it('deadline counts paused time', () => {
    const stages = [stage(1), stage(10, { approval }), stage(100)];
    const release = begin(planWith({ stages })).untilPercentage(1);
    release.run(HOUR + 30 * MINUTE);
    release.send('pause');
    release.run(5 * HOUR);
    expect(release.state).toMatchObject({ phase: 'rolling', ending: null });
    release.send('resume');
    release.run(HOUR);
    expect(release.state.phase).toBe('rolling');
    release.run(HOUR);
    expect(release.state).toMatchObject({ phase: 'closed', outcome: 'reverted' });
  });
});
