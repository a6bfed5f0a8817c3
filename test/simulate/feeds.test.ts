/** Where a plan's metrics get their numbers, and the world that is made of a plan. */
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/domain/plan.js';
import { feedsOf, isPass, NoPassingValueError, PushedValues, withFeeds } from '../../src/simulate/feeds.js';
import { prepare } from '../../src/simulate/prepare.js';
import { parseScenario, quietScenario } from '../../src/simulate/scenario.js';
import { parseWorld, type WorldInput } from '../../src/simulator/world/world.js';
import { appWorld } from '../support/release.js';
import { PLAN, planWith } from './plans.js';

const nothing = quietScenario();
const first = (metric: Partial<Metric>) => feedsOf(planWith(metric), nothing, null)[0]?.first;

describe('a metric in a simulation', () => {
  it.each<[string, Partial<Metric>]>([
    ['at most', { thresholdRange: { max: 0.01 } }],
    ['at most 0', { thresholdRange: { max: 0 } }],
    ['at least', { thresholdRange: { min: 0.97 } }],
    ['between', { thresholdRange: { min: 5, max: 6 } }],
    ['a success condition', { thresholdRange: null, successCondition: 'result < 0.05' }],
    ['a failure condition', { thresholdRange: null, failureCondition: 'result < 200' }],
    [
      'both',
      {
        thresholdRange: null,
        successCondition: 'result >= 30 && result < 31',
        failureCondition: 'result > 50',
      },
    ],
    ['samples', { thresholdRange: null, successCondition: 'samples > 500 && result < 1' }],
  ])('shows a value that passes: %s', (_, metric) => {
    const value = first(metric);
    expect(
      isPass({ ...planWith(metric).health[0] } as Metric, value?.value ?? Number.NaN, value?.samples ?? null),
    ).toBe(true);
  });

  it('says so when none is found, and what to write', () => {
    const odd = {
      thresholdRange: null,
      successCondition: 'result > 3.0 && result < 3.0001 && result != 3.00005',
    };
    expect(() => first(odd)).toThrow(NoPassingValueError);
    expect(() => first(odd)).toThrow('metrics: { js-error-rate: { value: 0.5 } }');
  });

  it('tells nobody, whomever the plan names', () => {
    const told = {
      ...planWith({}),
      notify: [
        { kind: 'wecom' as const, address: 'env:PLAN_W', secret: null, events: ['released' as const] },
      ],
    };
    expect(withFeeds(told, feedsOf(told, nothing, null), 'http://127.0.0.1:1').notify).toEqual([]);
  });

  it('is read from the simulated Prometheus, whatever its provider and query', () => {
    const plan = planWith({
      provider: {
        kind: 'web',
        address: 'https://health.example.com',
        jsonPath: '$.rate',
        header: { name: 'a', value: 'env:PLAN_X' },
      },
      minSamples: { jsonPath: '$.count', atLeast: 7 },
    });
    const [metric] = withFeeds(plan, feedsOf(plan, nothing, null), 'http://127.0.0.1:1').health;
    expect(metric?.provider).toEqual({
      kind: 'prometheus',
      address: 'http://127.0.0.1:1',
      query: 'plan_1_js_error_rate{app="{{app}}",version="{{version}}"}',
    });
    expect(metric?.minSamples).toEqual({
      query: 'plan_1_js_error_rate_samples{app="{{app}}",version="{{version}}"}',
      atLeast: 7,
    });
  });

  it('may have too few samples: its value passes all the same', () => {
    const few = { ...nothing, metrics: { 'js-error-rate': { samples: 3 } } };
    const [feed] = feedsOf(planWith({}), few, null);
    expect(feed?.first).toEqual({ value: expect.any(Number), samples: 3 });
  });

  it('is pushed when it is pushed: the latest value of the highest percentage reached', () => {
    const plan = planWith({ provider: { kind: 'push' } });
    const values = new PushedValues(feedsOf(plan, nothing, null));
    expect(values.at('js-error-rate', 1)).toEqual({ value: 0.002, samples: 1_000 });
    values.set({ name: 'js-error-rate', value: 0.5, from: 10 });
    values.set({ name: 'js-error-rate', samples: 3, from: 0 });
    expect(values.at('js-error-rate', 1)).toEqual({ value: 0.002, samples: 3 });
    expect(values.at('js-error-rate', 50)).toEqual({ value: 0.5, samples: 3 });
  });
});

describe('the world of a simulation', () => {
  const fileOf = (input: object) => ({ input: input as WorldInput, source: 'w.yaml' });

  it('has what the plan needs: a version online, the categories and pages it names, its template, its series', () => {
    const world = parseWorld(prepare({ plan: PLAN, scenario: nothing }).world);
    const app = world.apps[PLAN.app];
    expect(app?.online?.version).toBe('1.3.0');
    expect(app?.categories).toEqual([
      { first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2, delisted: false },
    ]);
    expect(world.templates.map(({ id }) => id)).toEqual([42]);
    expect(app?.metrics.plan_1_js_error_rate).toEqual([{ version: '1.4.0', from: 0, value: 0.002 }]);
  });

  it('has the scenario’s fields over its own', () => {
    const scenario = parseScenario(
      {
        world: { app: { audit: 'never' }, switches: { grayHundred: 'planOnly' } },
        metrics: { 'js-error-rate': { value: 0.3 } },
      },
      PLAN,
    );
    const world = parseWorld(prepare({ plan: PLAN, scenario }).world);
    expect(world.apps[PLAN.app]?.audit).toEqual(['never']);
    expect(world.switches.grayHundred).toBe('planOnly');
    expect(world.apps[PLAN.app]?.metrics.plan_1_js_error_rate).toMatchObject([{ value: 0.3 }]);
  });

  it('refuses fields of the scenario that no world has', () => {
    const scenario = parseScenario({ world: { app: { audits: 'never' } } }, PLAN);
    expect(() => prepare({ plan: PLAN, scenario })).toThrow(
      /the world of the scenario is not a usable world:\n.*apps\.wx0123456789abcdef\.audits: unknown field/,
    );
  });

  it('is the world file’s when there is one, and its series are read where the plan’s query names one alone', () => {
    const world = fileOf({ apps: { [PLAN.app]: appWorld(PLAN.app) } });
    const [feed] = prepare({ plan: PLAN, scenario: nothing, world }).feeds;
    expect(feed).toMatchObject({
      ofWorld: true,
      first: null,
      series: { value: 'js_error_rate', samples: 'launches' },
    });
    const query = 'sum(rate(js_errors[5m])) / sum(rate(launches[5m]))';
    const plan = planWith({ provider: { kind: 'prometheus', address: 'env:PLAN_P', query } });
    const [other] = prepare({ plan, scenario: nothing, world }).feeds;
    expect(other).toMatchObject({ ofWorld: false, first: { value: 0.002 } });
  });

  it('refuses a world file without the app', () => {
    const world = fileOf({ apps: { wxother: { token: 'a' } } });
    expect(() => prepare({ plan: PLAN, scenario: nothing, world })).toThrow(
      /w\.yaml is not a usable world:\n.*apps: has no wx0123456789abcdef, which the plan is for; .*Known here: wxother/,
    );
  });
});
