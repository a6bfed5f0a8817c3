import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { endedOf, faultsOf, type Witness } from '../../src/cli/demo/verdict.js';
import { runPage, webUiLink } from '../../src/cli/web-ui.js';
import { ago, brief, shellWord } from '../../src/cli/words.js';
import { liveHealthOf, withLiveHealth } from '../../src/releases/live-health.js';
import { Closers } from '../../src/servers/closers.js';
import { NOON, released, reverted, soaking } from './statuses.js';

describe('live health', () => {
  const heartbeat = (details: unknown) => {
    const payload = defaultPayloadConverter.toPayload(details);
    return {
      pendingActivities: [{ activityType: { name: 'guard' }, heartbeatDetails: { payloads: [payload] } }],
    };
  };
  const last = { verdict: 'fail', value: 0.08, at: NOON, message: 'js-error-rate: 0.08 > max 0.01' } as const;
  const counters = { 'js-error-rate': { failures: 1, inconclusive: 0, consecutiveErrors: 0, last } };

  it('is what the guard’s heartbeat holds, laid over the status', () => {
    const live = withLiveHealth(soaking, liveHealthOf(heartbeat({ counters }) as never));
    expect(live.health[0]).toMatchObject({ verdict: 'fail', value: 0.08, at: NOON, failures: 1 });
  });

  it('is nothing when no guard runs, or what lies there makes no sense', () => {
    for (const raw of [
      {},
      { pendingActivities: [] },
      heartbeat('rubbish'),
      heartbeat({ counters: { a: 1 } }),
    ])
      expect(withLiveHealth(soaking, liveHealthOf(raw as never))).toEqual(soaking);
  });

  it('never goes before a newer judgement of the release', () => {
    const old = { 'js-error-rate': { ...counters['js-error-rate'], last: { ...last, at: NOON - 60_000 } } };
    expect(withLiveHealth(soaking, old)).toEqual(soaking);
  });
});

describe('the demo’s verdict', () => {
  const effects = (...steps: (number | string)[]): Witness['effects'] =>
    ['commit', 'submit_audit', ...steps].map((step, at) =>
      typeof step === 'number' ? { at, endpoint: 'grayrelease', percentage: step } : { at, endpoint: step },
    );
  const plan = { app: 'wx1', version: '1.4.0' };

  it('is good when the ledger has every effect once', () => {
    const good: Witness = {
      effects: effects(1, 10, 50, 100),
      serving: { '1.4.0': 100 },
      grayCancelled: false,
    };
    expect(faultsOf(endedOf(plan, released, 130, good), good, 'released')).toEqual([]);
    const bad: Witness = {
      effects: effects(1, 10, 'revertgrayrelease'),
      serving: { '1.3.0': 100 },
      grayCancelled: true,
    };
    expect(faultsOf(endedOf(plan, reverted, 100, bad), bad, 'reverted')).toEqual([]);
  });

  it('is bad when one came twice, users still have it, or it ended otherwise', () => {
    const twice: Witness = {
      effects: effects(1, 10, 10, 'revertgrayrelease'),
      serving: { '1.4.0': 10 },
      grayCancelled: false,
    };
    expect(faultsOf(endedOf(plan, released, 100, twice), twice, 'reverted')).toEqual([
      'wx1: should have ended as reverted, ended as released',
      'wx1: grayrelease 10 % was applied 2 times instead of once',
      'wx1: climbed 1 → 10 → 10 % instead of 1 → 10 %',
      'wx1: WeChat still serves it to 10 % of users',
    ]);
  });

  it('is bad when it did not end', () => {
    const none: Witness = { effects: [], serving: {}, grayCancelled: false };
    expect(faultsOf(endedOf(plan, null, 3, none), none, 'released')[0]).toContain('ended as nothing');
  });
});

describe('what was started', () => {
  it('is ended last first, one failure not keeping the others from it; what comes later is ended at once', async () => {
    const ended: string[] = [];
    const said: string[] = [];
    const closers = new Closers((text) => said.push(text));
    await closers.add('server', 'server', async (name) => ended.push(name));
    await closers.add('worker', 'worker', async () => Promise.reject(new Error('stuck')));
    await closers.add('screen', 'screen', async (name) => ended.push(name));
    await closers.close();
    await closers.add('late', 'late', async (name) => ended.push(name));
    expect(ended).toEqual(['screen', 'server', 'late']);
    expect(said).toEqual(['worker did not end well: stuck']);
  });
});

describe('words', () => {
  it('lengths by their two largest units, never below zero', () => {
    expect([brief(93_784_000), brief(4_200), brief(0), brief(-5)]).toEqual(['1d 2h', '5s', '0s', '0s']);
    expect([ago(NOON - 400, NOON), ago(NOON - 61_000, NOON)]).toEqual(['now', '1m 1s ago']);
  });

  it('quotes what a shell would take apart', () => {
    expect([shellWord('wx1'), shellWord('a b'), shellWord("it's")]).toEqual(['wx1', "'a b'", "'it'\\''s'"]);
  });
});

describe('the Web UI’s page', () => {
  const run = { workflowId: 'release:wx1', runId: 'r1' };
  const link = (address: string) =>
    webUiLink({ WEAPP_DATA: '/nowhere' }, { address, namespace: 'default' }, run);

  it('is known for our own server and for Temporal Cloud only', async () => {
    expect(await link('localhost:7233')).toBe(
      runPage('http://localhost:8233', 'default', 'release:wx1', 'r1'),
    );
    expect(await link('acme.a1b2c.tmprl.cloud:7233')).toContain('https://cloud.temporal.io/namespaces/');
    expect(await link('temporal.internal:7233')).toBeNull();
  });
});
