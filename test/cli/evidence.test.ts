/** What is written down of a release, and what `history` shows of it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { createColors } from 'picocolors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderDecisions, renderRuns } from '../../src/cli/commands/history.js';
import { runCli } from '../../src/cli/program.js';
import { NO_COUNTS } from '../../src/domain/health.js';
import { evidenceOf } from '../../src/releases/evidence/evidence.js';
import { type RecordedEvent, type Recordings, recordingsOf } from '../../src/releases/evidence/recordings.js';
import { evidenceJsonSchema, evidenceSchema } from '../../src/releases/evidence/schema.js';
import { ROW } from '../releases/rows.js';
import { givenWorld, planFor, tokenOf } from '../support/release.js';
import { describeWorkflows, devServer } from '../support/temporal.js';
import { fakeCli } from './fake-cli.js';
import { NOON, reverted, soaking } from './statuses.js';

const HOUR = 3_600_000;
const PLAN = planFor('wx0123456789abcdef');
const NOTHING: Recordings = { input: {}, before: null, watched: [], pushed: [] };

const judged = (verdict: 'pass' | 'fail', at: number) => ({
  metric: 'js-error-rate',
  verdict,
  value: verdict === 'pass' ? 0.002 : 0.2,
  at,
  message: `js-error-rate: ${verdict}`,
});

describe('evidence', () => {
  const decisions = [
    { at: NOON - HOUR, what: '10 %', why: 'confirmed by reading', by: 'weapp-rollout' },
    { at: NOON, what: 'approve', why: 'tried it', by: 'ann', via: 'update' as const, authenticated: true },
    { at: NOON - 2 * HOUR, what: 'pause', why: 'lunch', by: 'lin', via: 'signal' as const },
    {
      at: NOON + 1,
      what: 'approve',
      why: 'me too',
      by: 'eve',
      via: 'signal' as const,
      refused: true as const,
    },
  ];
  const status = { ...soaking, decisions };
  const recordings: Recordings = {
    ...NOTHING,
    input: { plan: PLAN, startedBy: 'ci', searchAttributes: true },
    watched: [
      {
        activity: 'confirm',
        input: { percentage: 1, expect: 'gray' },
        result: { judgements: [judged('pass', NOON - HOUR)] },
      },
      {
        activity: 'guard',
        input: {
          percentage: 10,
          expect: 'gray',
          counters: { 'js-error-rate': { ...NO_COUNTS, failures: 1, measurements: 4 } },
        },
        result: {
          decisions: [{ metric: 'js-error-rate', action: 'revert', verdict: 'fail', message: '' }],
          counters: {
            'js-error-rate': { ...NO_COUNTS, failures: 3, measurements: 9, last: judged('fail', NOON) },
          },
        },
      },
    ],
  };
  const evidence = evidenceOf(status, [{ runId: 'run-1', recordings }]);

  it('has who started it, the plan with its references as names, and its runs', () => {
    expect(evidence).toMatchObject({ startedBy: 'ci', runs: ['run-1'], outcome: null, phase: 'rolling' });
    expect(evidence.plan).toMatchObject({
      app: PLAN.app,
      health: [{ provider: { address: 'env:PLAN_PROMETHEUS_URL' } }],
    });
  });

  it('counts verdicts by stage, and keeps the samples that something was decided on', () => {
    expect(evidence.health.map(({ stage, metrics }) => [stage, metrics])).toEqual([
      ['1 %', [{ metric: 'js-error-rate', pass: 1, fail: 0, inconclusive: 0, error: 0 }]],
      ['10 %', [{ metric: 'js-error-rate', pass: 3, fail: 2, inconclusive: 0, error: 0 }]],
    ]);
    expect(
      evidence.health.flatMap(({ samples }) => samples.map(({ verdict, led }) => [verdict, led])),
    ).toEqual([
      ['pass', 'confirmed'],
      ['fail', 'revert'],
    ]);
  });

  it('judges what was pushed by the plan, in the stage it came in', () => {
    const [metric] = PLAN.health;
    const plan =
      metric === undefined ? PLAN : { ...PLAN, health: [{ ...metric, provider: { kind: 'push' as const } }] };
    const report = (value: number, at: number) => ({
      at,
      payload: { metric: 'js-error-rate', value, samples: 5_000 },
    });
    const pushed = [
      report(0.002, NOON - 2 * HOUR),
      report(0.5, NOON),
      report(0.5, NOON),
      { at: NOON, payload: 'rubbish' },
    ];
    const { health } = evidenceOf(status, [
      { runId: 'run-1', recordings: { ...NOTHING, input: { plan }, pushed } },
    ]);
    expect(health.map(({ stage, metrics }) => [stage, metrics[0]?.pass, metrics[0]?.fail])).toEqual([
      ['1 %', 1, 0],
      ['10 %', 0, 2],
    ]);
  });

  it('names everyone who had a part in it, and whether that is proven', () => {
    expect(evidence.actors.map(({ by, via, authenticated, did }) => [by, via, authenticated, did])).toEqual([
      ['ci', null, false, ['start']],
      ['lin', 'signal', false, ['pause']],
      ['weapp-rollout', null, false, ['10 %']],
      ['ann', 'update', true, ['approve']],
      ['eve', 'signal', false, ['approve']],
    ]);
    expect(evidence.approvals).toEqual([
      { at: NOON, by: 'ann', what: 'approve', authenticated: true, why: 'tried it' },
    ]);
  });

  it('has one timeline, by time, that tells each effect once', () => {
    expect(evidence.timeline.map(({ what }) => what)).toEqual([
      'started',
      'pause',
      'grayrelease 10 %',
      'approve',
      'approve',
    ]);
  });

  it('hides credentials in addresses that lint would have refused', () => {
    const [metric] = PLAN.health;
    const provider = {
      kind: 'web' as const,
      address: 'https://me:secret@health.example.com/x?key=secret',
      jsonPath: '$.rate',
      header: { name: 'Authorization', value: 'secret' },
    };
    const plan = metric === undefined ? PLAN : { ...PLAN, health: [{ ...metric, provider }] };
    const text = JSON.stringify(
      evidenceOf(status, [{ runId: 'r', recordings: { ...NOTHING, input: { plan } } }]),
    );
    expect(text).not.toContain('secret');
    expect(text).toContain('https://***@health.example.com/x');
  });

  it('is as its published schema says (npx tsx scripts/write-status-schema.ts writes it)', async () => {
    expect(evidenceSchema.parse(evidence)).toEqual(evidence);
    expect(evidenceSchema.parse(evidenceOf(reverted, []))).toMatchObject({ outcome: 'reverted', plan: null });
    expect(await readFile('schema/evidence.schema.json', 'utf8')).toBe(evidenceJsonSchema());
  });

  it('leaves out of a history what it cannot decode', () => {
    const payload = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] });
    const strange = {
      payloads: [{ metadata: { encoding: new Uint8Array([1]) }, data: new Uint8Array([2]) }],
    };
    const events: RecordedEvent[] = [
      { workflowExecutionStartedEventAttributes: { input: strange, continuedExecutionRunId: 'before' } },
      {
        eventId: 5,
        activityTaskScheduledEventAttributes: { activityType: { name: 'guard' }, input: payload({ a: 1 }) },
      },
      { activityTaskCompletedEventAttributes: { scheduledEventId: 5, result: payload({ b: 2 }) } },
      { workflowExecutionSignaledEventAttributes: { signalName: 'healthReport', input: strange } },
    ];
    expect(recordingsOf(events)).toEqual({
      input: {},
      before: 'before',
      watched: [{ activity: 'guard', input: { a: 1 }, result: { b: 2 } }],
      pushed: [{ at: 0, payload: undefined }],
    });
  });
});

describe('history', () => {
  it('is a table of what was decided, by whom, when and why', () => {
    const decisions = [
      { at: NOON, what: 'pause', why: 'lunch\u001B[2J', by: 'lin', via: 'signal' as const },
      {
        at: NOON + HOUR,
        what: 'approve',
        why: 'tried it',
        by: 'ann',
        via: 'update' as const,
        authenticated: true,
      },
      {
        at: NOON + HOUR,
        what: 'promote',
        why: '10 % is running',
        by: 'eve',
        via: 'update' as const,
        refused: true as const,
      },
      { at: NOON + 2 * HOUR, what: 'taking users back', why: '0.2 > max 0.01', by: 'metric js-error-rate' },
    ];
    expect(renderDecisions({ ...soaking, decisions }, createColors(false)).join('\n')).toBe(`\
1.4.0 for wx0123456789abcdef: rolling at 10 %
when                     what               by                    why
2026-11-22 12:00:00 UTC  pause              lin (signal)          lunch\\u001b[2J
2026-11-22 13:00:00 UTC  approve            ann (update, signed)  tried it
2026-11-22 13:00:00 UTC  promote (refused)  eve (update)          10 % is running
2026-11-22 14:00:00 UTC  taking users back  metric js-error-rate  0.2 > max 0.01`);
  });

  it('lists runs with how each ended', () => {
    const app = 'wx0123456789abcdef';
    const row = { ...ROW, app, startedAt: NOON, workflowId: `release:${app}`, runId: 'run-2' };
    const closed = {
      ...row,
      state: 'completed',
      outcome: 'rolledBack',
      percentage: 0,
      closedAt: NOON + 26 * HOUR,
      runId: 'run-1',
    };
    expect(
      renderRuns([
        row,
        { ...closed, rollbackTo: '1.3.0' },
        { ...closed, outcome: null, state: 'terminated' },
      ]).join('\n'),
    ).toBe(`\
started                  lasted  version        outcome     users  run
2026-11-22 12:00:00 UTC  -       1.4.0          rolling     10 %   run-2
2026-11-22 12:00:00 UTC  1d 2h   1.4.0 → 1.3.0  rolledBack  0 %    run-1
2026-11-22 12:00:00 UTC  1d 2h   1.4.0          terminated  0 %    run-1`);
  });
});

describe('without a server', () => {
  it.each(['evidence', 'history'])('%s names `up`', async (command) => {
    const cli = fakeCli({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(await runCli([command, 'wx0123456789abcdef'], cli)).toBe(1);
    expect(cli.stderr()).toContain('weapp-rollout up');
  });
});

describeWorkflows('a release that was taken back', () => {
  it('is told by evidence and history, while it runs and after its end, the same each time', async () => {
    const world = await givenWorld([
      {
        metrics: {
          js_error_rate: [{ version: '1.4.0', value: 0.2 }],
          launches: [{ version: '1.4.0', perPercent: 40_000 }],
        },
      },
    ]);
    onTestFinished(() => world.close());
    const app = world.apps[0] ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'weapp-evidence-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const run = async (...args: string[]) => {
      const { address, namespace } = devServer();
      const cli = fakeCli({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
      return { code: await runCli(args, cli), out: cli.stdout(), err: cli.stderr() };
    };
    const handle = await world.start(planFor(app));
    const running = await run('evidence', app);
    expect(evidenceSchema.parse(JSON.parse(running.out))).toMatchObject({ outcome: null, startedBy: 'test' });
    await handle.result();

    const file = join(folder, 'evidence.json');
    // As elsewhere, where --output is a format: never a file of that name.
    expect(JSON.parse((await run('evidence', app, '--output', 'json')).out)).toMatchObject({ app });
    const written = await run('evidence', app, '--output', file);
    expect(written).toMatchObject({
      code: 0,
      out: '',
      err: `1.4.0 for ${app}: reverted; written to ${file}\n`,
    });
    const text = await readFile(file, 'utf8');
    expect((await run('evidence', app, '--run', handle.firstExecutionRunId)).out).toBe(text);
    expect(text).not.toContain(tokenOf(app));
    const evidence = evidenceSchema.parse(JSON.parse(text));
    expect(evidence.effects.map(({ endpoint, percentage }) => [endpoint, percentage])).toEqual(
      expect.arrayContaining([
        ['grayrelease', 1],
        ['revertgrayrelease', undefined],
      ]),
    );
    expect(evidence.plan).toMatchObject({ app, version: '1.4.0' });
    const [stage] = evidence.health;
    expect(stage).toMatchObject({ stage: '1 %', metrics: [{ metric: 'js-error-rate', fail: 1 }] });
    expect(stage?.samples.at(-1)).toMatchObject({ verdict: 'fail', value: 0.2, led: 'revert' });
    expect((await run('evidence', app, '--output', join(folder, 'no', 'such', 'folder'))).code).toBe(2);

    const history = await run('history', app);
    expect(history.out).toContain(`1.4.0 for ${app}: reverted from `);
    expect(history.out).toMatch(/taking users back\s+metric js-error-rate\s+js-error-rate: 0\.2 > max 0\.01/);
    const decisions: { what: string }[] = JSON.parse((await run('history', app, '--output', 'json')).out);
    expect(decisions.map(({ what }) => what)).toContain('taking users back');
    const runs = await run('history', app, '--runs');
    expect(runs.out).toMatch(new RegExp(`1\\.4\\.0\\s+reverted\\s+0 %\\s+${handle.firstExecutionRunId}`));
    expect((await run('history', 'wxnobody', '--runs')).err).toContain('there is no run of wxnobody');
    expect((await run('evidence', 'wxnobody')).code).toBe(1);
  });
});
