/** An encrypted push over HTTP, a real Temporal server, a release that waits for its audit. */
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditSignal } from '../../../src/api/push/audit-signal.js';
import { givenWorld, planFor, type ReleaseWorld, until } from '../../support/release.js';
import { describeWorkflows, uniqueAppId } from '../../support/temporal.js';
import { type GivenReceiver, givenReceiver, pushOf, rejected } from './support.js';

describeWorkflows('an audit result that WeChat pushes', () => {
  let world: ReleaseWorld;
  let receiver: GivenReceiver;
  beforeAll(async () => {
    // Its audit is never decided by time: a person does that, below.
    world = await givenWorld([{ audit: 'never' }]);
    receiver = await givenReceiver({
      signalAudit: auditSignal(world.client),
      appOf: async () => null,
      clock: Date.now,
    });
  });
  afterAll(async () => {
    await receiver.close();
    await world.close();
  });

  const push = (app: string) => {
    const now = Date.now();
    const approved = {
      ...rejected,
      kind: 'weapp_audit_success' as const,
      reason: null,
      at: now,
      decidedAt: now,
    };
    return receiver.post(`/wechat/apps/${app}`, pushOf(approved, undefined, now));
  };

  it('wakes the release, which reads and goes on long before its next poll', async () => {
    const [app = ''] = world.apps;
    const plan = planFor(app, { health: [] });
    const handle = await world.start({
      ...plan,
      // Polls once an hour: within this test only the push can make it read.
      audit: { ...plan.audit, pollMs: 3_600_000 },
      rollout: { ...plan.rollout, stages: plan.rollout.stages.slice(-1), bakeMs: 0 },
    });
    await until(
      handle,
      (status) => status.phase === 'auditing' && world.effects(app).includes('submit_audit'),
    );
    await expect
      .poll(() =>
        world.simulator.control.ledger(app).requests.some(({ endpoint }) => endpoint === 'get_auditstatus'),
      )
      .toBe(true);

    world.simulator.control.audit({ app, verdict: 'approve' });
    expect(await push(app)).toEqual({ status: 200, text: 'success' });

    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    const { events } = await handle.fetchHistory();
    const signals = (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
    expect(signals.map((signal) => signal.signalName)).toEqual(['auditResult']);
    // The release has ended, so the next result finds none.
    expect(await push(app)).toEqual({ status: 200, text: 'success' });
    expect(receiver.kept.splice(0)).toMatchObject([{ app, fields: { why: 'noRelease' } }]);
  });

  it('is kept as unmatched when its app never had a release', async () => {
    const app = uniqueAppId();
    expect(await push(app)).toEqual({ status: 200, text: 'success' });
    expect(receiver.kept.splice(0)).toMatchObject([
      { app, event: 'weapp_audit_success', fields: { why: 'noRelease', status: 0 } },
    ]);
  });

  it('gets 503 when Temporal does not answer', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:9' });
    const signalAudit = auditSignal(new Client({ connection }), 300);
    const unreachable = await givenReceiver({ signalAudit, appOf: async () => null });
    const answer = await unreachable.post(`/wechat/apps/${uniqueAppId()}`, pushOf(rejected));
    expect(answer).toEqual({ status: 503, text: 'not taken, send it again' });
    expect(unreachable.log().at(-1)).toMatchObject({ reason: 'notTaken' });
    await unreachable.close();
    await connection.close();
  });
});
