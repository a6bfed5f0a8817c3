/** What `simulate` prints, and what it says when it cannot begin. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { SimulationLog, type TimelineEvent } from '../../src/cli/simulation-log.js';
import { exitOf, notesOf, renderEnd, renderEvent, simulationJson } from '../../src/cli/simulation-view.js';
import { Ticker } from '../../src/cli/ticker.js';
import { feedsOf } from '../../src/simulate/feeds.js';
import type { Simulated } from '../../src/simulate/run.js';
import { parseScenario, quietScenario } from '../../src/simulate/scenario.js';
import { PLAN, planWith } from '../simulate/plans.js';
import { fakeCli } from './fake-cli.js';
import { holding, NOON, released, reverted, soaking } from './statuses.js';

const HOUR = 3_600_000;
const PLAIN = createColors(false);
const ZONE = 'Asia/Shanghai';

const scenario = parseScenario(
  {
    events: [
      { at: '1h', do: { worker: 'stop' } },
      { after: { stage: 50 }, plus: '2h', do: { audit: 'reject' } },
    ],
  },
  PLAN,
);

function simulated(more: Partial<Simulated> = {}): Simulated {
  const effect = (endpoint: string, at: number, percentage?: number) => ({
    app: PLAN.app,
    endpoint,
    at,
    ...(percentage === undefined ? {} : { percentage }),
  });
  return {
    end: 'closed',
    status: reverted,
    ledger: {
      requests: [],
      effects: [effect('commit', NOON), effect('grayrelease', NOON + HOUR, 1)],
      events: [],
      pushes: [],
      forgotten: 0,
    },
    startedAt: NOON,
    endedAt: NOON + 26 * HOUR,
    tookMs: 4_321,
    historyEvents: 123,
    unplayed: [1],
    ...more,
  };
}

const played = (more?: Partial<Simulated>) => ({
  simulated: simulated(more),
  scenario,
  events: [],
  notes: [],
  timezone: ZONE,
});

describe('the timeline of a simulation', () => {
  it('has a line for each thing, in the zone of the plan; what the scenario does is marked', () => {
    const lines = (['release', 'scenario', 'fault', 'wechat', 'verdict'] as const).map(
      (kind): TimelineEvent => ({ at: NOON + 61_000, kind, text: `a ${kind}` }),
    );
    expect(lines.map((line) => renderEvent(line, ZONE, PLAIN))).toEqual([
      'Sun 2026-11-22 20:01:01   a release',
      'Sun 2026-11-22 20:01:01 ▸ a scenario',
      'Sun 2026-11-22 20:01:01 ↯ a fault',
      'Sun 2026-11-22 20:01:01   a wechat',
      'Sun 2026-11-22 20:01:01   a verdict',
    ]);
  });

  it('tells what changed in the release, and keeps all of it by time', () => {
    const told: string[] = [];
    const log = new SimulationLog(PLAN, ({ text }) => told.push(text));
    log.status(soaking, NOON);
    log.happened({ at: NOON - HOUR, kind: 'verdict', text: 'health fail: js-error-rate: 0.2 > max 0.01' });
    log.status(holding, NOON + HOUR);
    expect(told).toContain('stage 50 %: holding until promoted');
    expect(told.filter((text) => text.startsWith('health'))).toHaveLength(1);
    const times = log.events().map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('takes the verdicts of pushed metrics from the release, which alone judges them', () => {
    const told: string[] = [];
    new SimulationLog(planWith({ provider: { kind: 'push' } }), ({ text }) => told.push(text)).status(
      soaking,
      NOON,
    );
    expect(told).toContain('health pass: js-error-rate: 0.002 is ≤ 0.01');
  });

  it('has a line at the bottom of a terminal that gives way to others', () => {
    const cli = fakeCli();
    const ticker = new Ticker(Object.assign(cli.err, { isTTY: true }), true, () => 1_000);
    ticker.show('day 1');
    ticker.around(() => cli.err.write('a line\n'));
    ticker.close();
    expect(cli.stderr()).toBe('\r\u001B[2Kday 1\r\u001B[2Ka line\nday 1\r\u001B[2K');
    const silent = fakeCli();
    new Ticker(silent.err, true).show('day 1');
    expect(silent.stderr()).toBe('');
  });
});

describe('the end of a simulation', () => {
  it('says how it ended, what WeChat has, what was never played and how long it took', () => {
    expect(renderEnd(played(), PLAIN).join('\n')).toBe(`\
✖ reverted, ${reverted.percentage} % of users have 1.4.0
  ${reverted.reason}

effects, as the simulated WeChat's ledger has them
  Sun 2026-11-22 20:00:00  commit
  Sun 2026-11-22 21:00:00  grayrelease 1 %
not played: events[1], after stage 50 plus 2h

simulated 1d 2h in 4.3 s; the release's history has 123 events`);
  });

  it('says what is waited for', () => {
    expect(renderEnd(played({ end: 'waits', status: holding, unplayed: [] }), PLAIN).slice(0, 3)).toEqual([
      '⚠ waits for a person after 1d 2h, 50 % of users have 1.4.0',
      '  holds at 50 % until promoted',
      '  100 %, once promoted',
    ]);
  });

  it('points at what was applied twice', () => {
    const { ledger } = simulated();
    const twice = { ...ledger, effects: [...ledger.effects, ...ledger.effects.slice(0, 1)] };
    expect(renderEnd(played({ ledger: twice }), PLAIN)).toContain('⚠ commit was applied 2 times');
  });

  it.each<[string, Partial<Simulated>, number]>([
    ['released', { status: released }, 0],
    ['taken back', { status: reverted }, 3],
    ['waits for a person', { end: 'waits', status: holding }, 5],
    ['stood so at the end', { end: 'timeUp', status: holding }, 5],
    ['goes on beyond the end', { end: 'timeUp', status: soaking }, 1],
  ])('has the exit code of the outcome: %s', (_, more, code) => {
    expect(exitOf(simulated(more))).toBe(code);
  });

  it('is one JSON object for programs', () => {
    const json = simulationJson({
      ...played(),
      events: [{ at: NOON, kind: 'scenario', text: 'the worker stops' }],
      notes: ['a note'],
    });
    expect(json).toMatchObject({
      schemaVersion: 1,
      outcome: 'reverted',
      end: 'closed',
      exitCode: 3,
      timezone: ZONE,
      startedAt: NOON,
      events: [{ at: NOON, kind: 'scenario', text: 'the worker stops' }],
      notes: ['a note'],
      unplayed: [1],
      ledger: { effects: [{ endpoint: 'commit' }, { endpoint: 'grayrelease' }] },
      status: { outcome: 'reverted' },
    });
  });

  it('says where each metric gets its numbers', () => {
    const notes = (plan: typeof PLAN) => notesOf(feedsOf(plan, quietScenario(), null), false);
    expect(notes(PLAN)).toEqual(['metric js-error-rate shows 0.002 of 1000 samples from the beginning']);
    expect(notes(planWith({ provider: { kind: 'push' } }))).toEqual([
      'metric js-error-rate is pushed by the simulation; it shows 0.002 of 1000 samples from the beginning',
    ]);
    expect(notesOf(feedsOf(PLAN, quietScenario(), null), true)[0]).toMatch(
      /^metric js-error-rate: the world file has no series that its query names alone, so it shows 0\.002/,
    );
  });
});

describe('simulate', () => {
  const run = async (files: Record<string, string>, ...args: string[]) => {
    const folder = await mkdtemp(join(tmpdir(), 'weapp-simulate-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const cli = fakeCli();
    const code = await runCli(['simulate', ...args.map((arg) => arg.replace('@', `${folder}/`))], cli);
    return { code, err: cli.stderr().replaceAll(`${folder}/`, '') };
  };
  const PLAN_FILE = 'examples/three-weeks.yaml';

  it('refuses a plan that may not be started', async () => {
    const { code, err } = await run({ 'p.yaml': 'app: wx1' }, '@p.yaml');
    expect(code).toBe(2);
    expect(err).toContain('may not be started');
  });

  it('refuses a scenario with every problem: where, what stood there, what to write', async () => {
    const text = 'events: [{ at: 1x, do: { worker: rest } }]';
    const { code, err } = await run({ 's.yaml': text }, PLAN_FILE, '--scenario', '@s.yaml');
    expect(code).toBe(2);
    expect(err).toContain(
      "events.0.at: write a duration: 90s, 30m, 2h, 1d or a sum such as 1h30m, at most 3650d (found '1x')",
    );
    expect(err).toContain("events.0.do.worker: write stop or start (found 'rest')");
  });

  it('refuses a start that is past, and a world without the app', async () => {
    const past = await run(
      { 's.yaml': 'start: 2020-01-06T10:00:00+08:00' },
      PLAN_FILE,
      '--scenario',
      '@s.yaml',
    );
    expect(past.code).toBe(2);
    expect(past.err).toContain(
      'error: start: 2020-01-06T02:00:00.000Z is past, and time only goes forward\n  write a moment',
    );
    const world = await run({ 'w.yaml': 'apps: { wxother: { token: a } }' }, PLAN_FILE, '--world', '@w.yaml');
    expect(world.code).toBe(2);
    expect(world.err).toContain('apps: has no wx0123456789abcdef, which the plan is for');
  });
});
