import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/domain/plan.js';
import { lintPlan } from '../../src/plan/lint.js';
import { DAY, errorsOf, hintsOf, MINUTE, metric, plan, stage } from './plans.js';

describe('a measurement comes before a decision', () => {
  const slow = metric({ initialDelayMs: 5 * MINUTE, intervalMs: 2 * MINUTE });

  it('a soak that is over before the first measurement, for each stage', () => {
    const stages = [stage(1, { soakMs: MINUTE }), stage(99, { soakMs: 6 * MINUTE }), stage(100)];
    expect(lintPlan(plan({ stages, health: [slow] })).errors).toMatchObject([
      { path: 'rollout.stages[0].soak', value: '1m', rule: 'first-measurement-in-time' },
      {
        path: 'rollout.stages[1].soak',
        value: '6m',
        message:
          'the soak at 99 % is over before js-error-rate could be measured once: initialDelay 5m + interval 2m = 7m',
        remedy: 'make it at least 7m, or shorten initialDelay or interval',
      },
    ]);
  });

  it('a bake that is', () => {
    expect(lintPlan(plan({ bakeMs: MINUTE, health: [slow] })).errors).toMatchObject([
      { path: 'rollout.bake', value: '1m' },
    ]);
  });

  it('exactly long enough is enough, and stages where the metric is not active do not count', () => {
    const stages = [stage(1, { soakMs: 7 * MINUTE }), stage(99), stage(100)];
    expect(errorsOf(plan({ stages, health: [slow] }))).toEqual([]);
    const late = { ...slow, name: 'late', from: 99 };
    const short = [stage(1, { soakMs: MINUTE }), stage(99), stage(100)];
    expect(errorsOf(plan({ stages: short, health: [metric(), late] }))).toEqual([]);
  });

  it('a metric that never measures', () => {
    const health = [metric(), metric({ name: 'late', from: 100 })];
    expect(errorsOf(plan({ health: [metric(), metric({ name: 'never', from: 101 })] }))).toEqual([
      'health[1].from: the metric would never be measured: nothing from this percentage on is watched',
    ]);
    expect(errorsOf(plan({ health, bakeMs: 0 }))).toContain(
      'health[1].from: the metric would never be measured: nothing from this percentage on is watched',
    );
    expect(hintsOf(plan({ health }))).toEqual([
      'health[1].from: the metric is measured only after 100 %, when the cheap way back is spent',
    ]);
  });
});

describe('a metric', () => {
  const errors = (changes: Partial<Metric>) => errorsOf(plan({ health: [metric(changes)] }));
  const hints = (changes: Partial<Metric>) => hintsOf(plan({ health: [metric(changes)] }));

  it('of a name that another one has', () => {
    expect(errorsOf(plan({ health: [metric(), metric()] }))).toEqual([
      'health[1].name: another metric already has this name',
    ]);
  });

  it('that lets everything pass, or nothing', () => {
    expect(errors({ thresholdRange: {} })).toEqual([
      'health[0].thresholdRange: is empty, so that every value would pass',
    ]);
    expect(errors({ thresholdRange: { min: 1, max: 0 } })).toEqual([
      'health[0].thresholdRange: min is above max, so that no value would pass',
    ]);
  });

  it('of Prometheus, that cannot count its samples', () => {
    expect(errors({ minSamples: { atLeast: 100 } })).toEqual([
      'health[0].minSamples.query: is missing: Prometheus does not say how many samples a value is made of',
    ]);
  });

  it('that is pushed, and yet would query its samples', () => {
    const minSamples = { query: 'launches{version="{{version}}"}', atLeast: 1 };
    expect(errors({ provider: { kind: 'push' }, minSamples })[0]).toContain('health[0].minSamples.query');
    expect(errors({ provider: { kind: 'push' }, minSamples: { atLeast: 1 } })).toEqual([]);
  });

  describe('of a web service', () => {
    const web = { kind: 'web', address: 'env:PLAN_H', jsonPath: 'rate' } as const;
    const provider = { ...web, query: { version: '{{version}}' } };
    const samplesAt = { jsonPath: 'launches', atLeast: 1 };

    it('reads its samples from the same answer', () => {
      expect(errors({ provider, minSamples: samplesAt })).toEqual([]);
      expect(errors({ provider, minSamples: { atLeast: 1 } })[0]).toContain('health[0].minSamples.jsonPath');
      expect(errors({ provider, minSamples: { ...samplesAt, query: 'launches' } })).toEqual([
        'health[0].minSamples.query: belongs to prometheus; the samples of a web metric stand in the same answer as its value',
      ]);
      for (const other of [metric().provider, { kind: 'push' } as const])
        expect(errors({ provider: other, minSamples: { ...samplesAt, query: 'x' } }).join()).toContain(
          'health[0].minSamples.jsonPath',
        );
    });

    it('that is not asked for this version: hint', () => {
      expect(hints({ provider, minSamples: samplesAt })).toEqual([]);
      expect(hints({ provider: { ...web, path: '/{{version}}' }, minSamples: samplesAt })).toEqual([]);
      expect(hints({ provider: web, minSamples: samplesAt })).toEqual([
        'health[0].provider.web: mentions {{version}} in neither path nor query, so that it measures old and new users alike',
      ]);
    });
  });

  it('without minSamples: hint', () => {
    const { minSamples, ...rest } = metric();
    expect(minSamples).toBeDefined();
    expect(hintsOf(plan({ health: [rest] }))[0]).toContain(
      'health[0].minSamples: without it, a value made of three',
    );
  });

  it('whose queries do not select the version: hint', () => {
    const provider = { kind: 'prometheus', address: 'env:PLAN_P', query: 'up' } as const;
    expect(hints({ provider, minSamples: { query: 'launches', atLeast: 1 } })).toEqual([
      'health[0].provider.prometheus.query: does not mention {{version}}, so that it measures old and new users alike',
      'health[0].minSamples.query: does not mention {{version}}, so that it measures old and new users alike',
    ]);
  });

  it('that promises more pushes than a history should keep: hint with an interval that fits', () => {
    const pushed = metric({ provider: { kind: 'push' }, minSamples: { atLeast: 1 }, intervalMs: MINUTE });
    const stages = [stage(99, { soakMs: 3 * DAY }), stage(100)];
    expect(lintPlan(plan({ stages, health: [pushed] })).hints).toMatchObject([
      { path: 'health[0].interval', value: '1m', remedy: 'write interval: 3m or more' },
    ]);
  });

  it('that only tells, when all do: hint', () => {
    expect(hints({ onFailure: 'notify' })).toEqual([
      'health[0].onFailure: no metric stops this release; a failing one is only told',
    ]);
    const both = [metric({ onFailure: 'notify' }), metric({ name: 'other', onFailure: 'pause' })];
    expect(hintsOf(plan({ health: both }))).toEqual([]);
  });
});
