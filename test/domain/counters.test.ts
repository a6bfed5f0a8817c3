/** Counting verdicts: what a guard remembers, what it tells, and what is done about it once. (Every case: verdict-table.test.ts) */
import { describe, expect, it } from 'vitest';
import {
  type Counters,
  count,
  doneOf,
  forgetActed,
  hasCountNews,
  isDone,
  isSteady,
  NO_COUNTS,
  nextDue,
  notBefore,
  openDecisions,
  recount,
  toldMark,
} from '../../src/domain/counters.js';
import type { Metric } from '../../src/domain/plan.js';
import { applyHealth } from '../../src/domain/verdicts.js';
import { judgement, MINUTE, metric, NOW, planWith, stateIn } from './support/given.js';

const NAME = 'js-error-rate';
const counted = (...verdicts: Parameters<typeof judgement>[0][]): Counters =>
  verdicts.reduce(
    (sum, verdict, index) => count(sum, judgement(verdict, { at: NOW + index * MINUTE })),
    NO_COUNTS,
  );
const told = (of: Metric, counters: Counters, acted: string[] = []) => ({
  metrics: [of],
  counters: { [NAME]: counters },
  acted,
});
const isNews = (of: Metric, before: Counters, after: Counters, acted: string[] = []) =>
  hasCountNews(told(of, before, acted), { [NAME]: after });

describe('counters', () => {
  it('of a release begun by 0.1 lack what was not counted then, and go on', () => {
    const old: Counters = { failures: 1, inconclusive: 2, consecutiveErrors: 0, last: judgement('pass') };
    expect(isSteady(metric(), old)).toBe(true);
    expect(isSteady(metric({ consecutiveSuccessLimit: 1 }), old)).toBe(false);
    expect(isDone(metric({ count: 1 }), old)).toBe(false);
    expect(count(old, judgement('pass'))).toMatchObject({
      failures: 1,
      inconclusive: 2,
      measurements: 1,
      consecutiveSuccesses: 1,
    });
  });

  it('are plain JSON', () => {
    const some = counted('pass', 'fail', 'error');
    expect(JSON.parse(JSON.stringify(some))).toEqual(some);
  });

  it('end measuring when count is reached with enough passes in a row, and not before', () => {
    const three = metric({ count: 3, consecutiveSuccessLimit: 2 });
    expect(nextDue(three, counted('pass', 'pass'), NOW)).toBe(NOW + 2 * MINUTE);
    expect(nextDue(three, counted('fail', 'pass', 'pass'), NOW)).toBe(Number.POSITIVE_INFINITY);
    expect(nextDue(three, counted('pass', 'pass', 'fail'), NOW)).toBe(NOW + 3 * MINUTE);
    expect(nextDue(three, counted('pass', 'error', 'pass'), NOW)).toBe(NOW + 3 * MINUTE);
  });
});

describe('what was done already', () => {
  const noisy = metric({ onFailure: 'notify', onInconclusive: 'notify', consecutiveErrorLimit: 0 });
  const open = (of: Metric, counters: Counters, acted: string[]) =>
    openDecisions({ metrics: [of], acted }, { [NAME]: counters }).map(
      ({ action, verdict }) => `${action} ${verdict}`,
    );

  it('is not done again, but what is worse is', () => {
    const worse = counted('inconclusive', 'fail', 'error');
    expect(open(noisy, worse, [])).toEqual(['notify fail']);
    expect(open(noisy, worse, [toldMark(NAME)])).toEqual(['pause error']);
    expect(open(noisy, worse, [NAME])).toEqual([]);
    expect(open({ ...noisy, onError: 'revert' }, worse, [NAME])).toEqual(['revert error']);
    expect(open({ ...noisy, onFailure: 'revert' }, worse, [NAME])).toEqual(['revert fail']);
  });

  it('is forgotten when the metric’s counts begin anew', () => {
    expect(forgetActed([NAME, toldMark(NAME), 'other'], NAME)).toEqual(['other']);
  });

  it('is kept by the release: told once, then paused once, then taken back', () => {
    const rolling = stateIn('rolling', planWith());
    const decide = (action: 'revert' | 'pause' | 'notify') =>
      ({ metric: NAME, action, verdict: 'fail', message: `said ${action}` }) as const;
    const first = applyHealth(rolling, decide('notify'), NOW);
    expect(first).toMatchObject({ notices: ['said notify'], pauses: [] });
    expect(applyHealth(first, decide('notify'), NOW)).toBe(first);
    const paused = applyHealth(first, decide('pause'), NOW + MINUTE);
    expect(paused.pauses).toMatchObject([{ kind: 'metric', metric: NAME, reason: 'said pause' }]);
    expect(paused.ladder.soak?.runningSince).toBeNull();
    expect(applyHealth(paused, decide('pause'), NOW)).toBe(paused);
    expect(applyHealth(paused, decide('notify'), NOW)).toBe(paused);
    expect(applyHealth(paused, decide('revert'), NOW).ending).toMatchObject({ by: `metric ${NAME}` });
  });
});

describe('a guard tells what it counted', () => {
  const lenient = metric({ failureLimit: 5, inconclusiveLimit: 5 });

  it('when a failure came, until it was acted on', () => {
    expect(isNews(lenient, counted('pass'), counted('pass', 'fail'))).toBe(true);
    expect(isNews(lenient, counted('fail'), counted('fail', 'pass', 'inconclusive', 'error'))).toBe(false);
    for (const acted of [NAME, toldMark(NAME)])
      expect(isNews(lenient, NO_COUNTS, counted('fail'), [acted])).toBe(false);
  });

  it('of failures that ask for nothing the first at once, the next ten minutes later at the earliest', () => {
    const patient = metric({ failureLimit: 400 });
    let told: Counters = NO_COUNTS;
    let counters: Counters = NO_COUNTS;
    const at: number[] = [];
    for (let minute = 0; minute < 60; minute++) {
      counters = count(
        counters,
        judgement(minute % 2 === 0 ? 'fail' : 'pass', { at: NOW + minute * MINUTE }),
      );
      if (!isNews(patient, told, counters)) continue;
      at.push(minute);
      told = counters;
    }
    expect(at).toEqual([0, 10, 20, 30, 40, 50]);
    expect(counters.failures).toBe(30);
  });

  it('when count is reached', () => {
    const two = metric({ count: 2 });
    expect(isNews(two, NO_COUNTS, counted('pass'))).toBe(false);
    expect(isNews(two, NO_COUNTS, counted('pass', 'pass'))).toBe(true);
    expect(isNews(two, counted('pass', 'pass'), counted('pass', 'pass'))).toBe(false);
  });

  it('when the passes in a row are enough, and at once when they break', () => {
    const steady = metric({ consecutiveSuccessLimit: 2, failureLimit: 9 });
    expect(isNews(steady, NO_COUNTS, counted('pass'))).toBe(false);
    expect(isNews(steady, NO_COUNTS, counted('pass', 'pass'))).toBe(true);
    expect(isNews(steady, counted('pass', 'pass'), counted('pass', 'pass', 'pass'))).toBe(false);
    expect(isNews(steady, counted('pass', 'pass'), counted('pass', 'pass', 'error'))).toBe(true);
  });

  it('when they are enough again, ten minutes later at the earliest: each telling is kept for ever', () => {
    const steady = metric({ consecutiveSuccessLimit: 2 });
    const broken = counted('pass', 'pass', 'error');
    const later = (minutes: number) =>
      [1, 0].reduce(
        (sum, before) => count(sum, judgement('pass', { at: NOW + (2 + minutes - before) * MINUTE })),
        broken,
      );
    expect(isNews(steady, broken, later(2))).toBe(false);
    expect(isNews(steady, broken, later(10))).toBe(true);
  });

  it('never of a dry run', () => {
    const dry = metric({ dryRun: true, count: 1, consecutiveSuccessLimit: 1 });
    expect(isNews(dry, NO_COUNTS, counted('pass'))).toBe(false);
    expect(isNews(dry, NO_COUNTS, counted('fail'))).toBe(false);
  });
});

describe('a confirmation counts on what the guard measures no more', () => {
  const two = metric({ count: 2, failureLimit: 1 });
  const done = told(two, counted('pass', 'pass'));

  it('and nothing else', () => {
    const others = [
      metric({ name: 'endless' }),
      metric({ name: 'begun', count: 9 }),
      metric({ name: 'dry', count: 2, dryRun: true }),
    ];
    const all = { begun: counted('pass'), dry: counted('pass', 'pass'), ...done.counters };
    const left = doneOf({ metrics: [two, ...others], counters: all, acted: [] });
    expect(left.metrics.map(({ name }) => name)).toEqual([NAME]);
  });

  it('says nothing of a pass, and the counts of a failure', () => {
    expect(recount(done, done.counters, [judgement('pass')]).news).toBeNull();
    const { counters, news } = recount(done, done.counters, [judgement('fail')]);
    expect(news).toMatchObject({ decisions: [], counters: { [NAME]: { failures: 1 } } });
    const again = recount({ ...done, counters }, counters, [judgement('fail')]);
    expect(again.news?.decisions).toMatchObject([{ action: 'revert' }]);
  });

  it('at most once per interval, unless it passed', () => {
    expect(notBefore(done, done.counters)).toBe(0);
    expect(notBefore(done, {})).toBe(0);
    expect(notBefore(done, { [NAME]: counted('pass', 'fail') })).toBe(NOW + 2 * MINUTE);
  });
});
