/** What a scenario file may say, and what is said when it says something else. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { prepare } from '../../src/simulate/prepare.js';
import { parseScenario, readScenario, ScenarioError } from '../../src/simulate/scenario.js';
import { examplePlan, PLAN } from './plans.js';

const HOUR = 3_600_000;

/** The problems of a scenario, one a line. */
function complaints(input: unknown): string[] {
  try {
    parseScenario(input, PLAN);
  } catch (error) {
    if (error instanceof ScenarioError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

const event = (action: unknown) => ({ events: [{ at: '1h', do: action }] });

describe('a scenario', () => {
  it('may be empty: then nobody acts and nothing goes wrong', () => {
    expect(parseScenario(undefined, PLAN)).toEqual({
      start: null,
      end: 60 * 24 * HOUR,
      world: {},
      metrics: {},
      events: [],
    });
  });

  it('says when things happen: since the start, or since a stage or an effect', () => {
    const { events } = parseScenario(
      {
        events: [
          { at: '2h30m', do: { worker: 'stop' } },
          { after: { stage: 10 }, plus: '30m', do: { worker: 'start' } },
          { after: { effect: 'submit_audit' }, do: { audit: 'reject' } },
        ],
      },
      PLAN,
    );
    expect(events.map(({ when }) => when)).toEqual([
      { at: 2.5 * HOUR },
      { after: { stage: 10 }, plus: HOUR / 2 },
      { after: { effect: 'submit_audit' }, plus: 0 },
    ]);
  });

  it('knows what can be done, in the words of whoever it is done to', () => {
    const actions = [
      { console: { action: 'advance', percentage: 50 } },
      { fault: { endpoint: 'grayrelease', kind: 'dropAfterApplying', times: 2 } },
      { metric: { name: 'js-error-rate', value: 0.2, from: 10 } },
      { send: { verb: 'promote', expect: 10, by: 'lin' } },
      { audit: { verdict: 'reject', reason: 'no' } },
      { worker: 'stop' },
    ];
    const { events } = parseScenario({ events: actions.map((action) => ({ at: '1h', do: action })) }, PLAN);
    expect(events.map(({ action }) => action)).toEqual([
      { kind: 'console', command: { app: PLAN.app, action: 'advance', percentage: 50 } },
      { kind: 'fault', fault: { endpoint: 'grayrelease', kind: 'dropAfterApplying', times: 2 } },
      { kind: 'metric', change: { name: 'js-error-rate', value: 0.2, from: 10 } },
      { kind: 'send', verb: 'promote', payload: { expect: 10, by: 'lin' } },
      { kind: 'audit', command: { app: PLAN.app, verdict: 'reject', reason: 'no' } },
      { kind: 'worker', running: false },
    ]);
  });

  it.each([
    [
      { start: 'tomorrow' },
      /^start: write a moment such as 2030-01-07T10:00:00\+08:00.* \(found 'tomorrow'\)$/,
    ],
    [{ begin: 'now' }, /^begin: unknown field; .*Known here: start, end, world, metrics, events/],
    [{ events: [{ at: '90d', do: { worker: 'stop' } }] }, /^events\.0\.at: is after the end; .*60d/],
    [{ events: [{ do: { worker: 'stop' } }] }, /^events\.0: write either at \(since the start\), or after/],
    [
      { events: [{ at: '1h', after: { stage: 10 }, do: { worker: 'stop' } }] },
      /^events\.0: write either at \(since the start\), or after/,
    ],
    [{ events: [{ at: '1h', plus: '1h', do: { worker: 'stop' } }] }, /^events\.0\.plus: belongs to after/],
    [
      { events: [{ after: { stage: 20 }, do: { worker: 'stop' } }] },
      /^events\.0\.after\.stage: write a percentage of the plan: 1, 10, 50, 100 \(found 20\)$/,
    ],
    [
      { events: [{ after: { effect: 'getversioninfo' }, do: { worker: 'stop' } }] },
      /^events\.0\.after\.effect: write one of commit, submit_audit/,
    ],
    [event({}), /^events\.0\.do: write exactly one of console, fault, metric, send, audit, worker/],
    [event({ worker: 'stop', audit: 'reject' }), /^events\.0\.do: write exactly one of/],
    [event({ worker: 'pause' }), /^events\.0\.do\.worker: write stop or start \(found 'pause'\)$/],
    [
      event({ console: { action: 'explode' } }),
      /^events\.0\.do\.console\.action: write an action: pause, resume/,
    ],
    [
      event({ fault: { endpoint: 'grayrelease', kind: 'rain' } }),
      /^events\.0\.do\.fault\.kind: write one of drop/,
    ],
    [event({ fault: { endpoint: 'gray', kind: 'hang' } }), /^events\.0\.do\.fault\.endpoint: write one of /],
    [
      event({ metric: { name: 'crashes', value: 1 } }),
      /^events\.0\.do\.metric\.name: write a metric of the plan: js-error-rate \(found 'crashes'\)$/,
    ],
    [event({ metric: { name: 'js-error-rate' } }), /^events\.0\.do\.metric: give value, samples or both/],
    [event({ send: { verb: 'stop' } }), /^events\.0\.do\.send\.verb: write a verb: pause, resume/],
    [
      event({ send: { verb: 'promote', expect: 'ten' } }),
      /^events\.0\.do\.send: promote: expect must be a number, got "ten"/,
    ],
    [event({ audit: 'perhaps' }), /^events\.0\.do\.audit: write approve, reject or delay/],
    [{ metrics: { crashes: { value: 1 } } }, /^metrics\.crashes: name a metric of the plan: js-error-rate/],
    [{ metrics: { 'js-error-rate': {} } }, /^metrics\.js-error-rate: give value, samples or both/],
  ])('refuses %j', (input, complaint) => {
    const told = complaints(input);
    expect(told).toEqual([expect.stringMatching(complaint)]);
  });

  it('is as the documentation shows it', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/simulate.md', 'utf8')) ?? [];
    const scenario = parseScenario(parse(text), PLAN);
    expect(scenario.events).toHaveLength(8);
    expect(() => prepare({ plan: PLAN, scenario })).not.toThrow();
  });

  it.each(readdirSync('examples/scenarios'))('fits its plan: examples/scenarios/%s', async (name) => {
    const file = `examples/scenarios/${name}`;
    const [, planFile = ''] = /For examples\/(\S+\.yaml)/.exec(readFileSync(file, 'utf8')) ?? [];
    const plan = await examplePlan(planFile);
    const scenario = await readScenario(file, plan);
    expect(scenario.events.length).toBeGreaterThan(0);
    expect(() => prepare({ plan, scenario })).not.toThrow();
  });

  it('says so when the file cannot be read', async () => {
    await expect(readScenario('no-such-file.yaml', PLAN)).rejects.toThrow(
      /no-such-file\.yaml is not a usable scenario:\n.*cannot be read \(ENOENT\); give --scenario a file/,
    );
  });
});
