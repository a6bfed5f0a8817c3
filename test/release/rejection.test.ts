/** A rejected audit on a real server: corrected and submitted again, uploaded anew, given up in time; and audits that are not ours. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditPlan } from '../../src/domain/plan.js';
import { givenWorld, ITEM, LADDER, planFor, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { asked, planOf, reaches, send, someone, submitOther, told } from './people.js';

const NO = { reject: { after: '2s', reason: '1: 账号信息不符合规范<br>' } };
const YES = { approveAfter: '0s' };
const rejected = (status: { audit: { state: string } }) => status.audit.state === 'rejected';

describeWorkflows('an audit', () => {
  let world: ReleaseWorld;
  const app = (index: number) => world.apps[index] ?? '';
  const start = (index: number, audit: Partial<AuditPlan>) => {
    const plan = planFor(app(index));
    return world.start({ ...plan, audit: { ...plan.audit, onReject: 'wait', ...audit } });
  };
  beforeAll(async () => {
    world = await givenWorld([
      { audit: [NO, YES] },
      { audit: [NO, YES], privacyScanSeconds: 1 },
      { audit: NO },
      { audit: NO },
      { audit: [NO, NO, YES] },
      { audit: ['never', YES] },
      { audit: ['never', YES] },
      { audit: 'never' },
      { audit: [{ approveAfter: '3s' }, YES] },
    ]);
  });
  afterAll(() => world.close());

  it.concurrent('that is rejected says why, and is submitted again with corrected items', async () => {
    const handle = await start(0, {});
    const status = await reaches(handle, rejected);
    expect(status.reason).toBe('rejected: 1: 账号信息不符合规范; waits for resubmit');
    expect(status.audit.resubmitUntil).toBeGreaterThan(Date.now());
    expect(await told(handle, 'resubmit', { items: [] })).toContain('items must be a list of 1 to 5 items');
    await send(handle, 'resubmit', { items: [{ ...ITEM, tag: '备忘' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(0))).toEqual(['commit', 'submit_audit', ...LADDER.slice(1)]);
  });

  it.concurrent('that is rejected is submitted again from another template; the privacy scan is waited for, not committed anew', async () => {
    const plan = planOf(app(1), [{ percentage: 1, approval: asked() }, { percentage: 100 }]);
    const handle = await world.start({ ...plan, audit: { ...plan.audit, onReject: 'wait' } });
    await reaches(handle, rejected);
    await send(handle, 'resubmit', { template: 43 });
    await reaches(handle, ({ gate }) => gate?.gate === 'stage:0');
    await send(handle, 'approve');
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(1))).toEqual([
      'commit',
      'submit_audit',
      'commit',
      'submit_audit',
      'grayrelease 1',
      'grayrelease 100',
    ]);
  });

  it.concurrent('that is rejected and not corrected in time ends as rejected', async () => {
    const status = await (await start(2, { rejectTimeoutMs: 2_000 })).result();
    expect(status).toMatchObject({ outcome: 'rejected' });
    expect(status.reason).toContain('was rejected and nobody resubmitted: 1: 账号信息不符合规范');
  });

  it.concurrent('that is rejected can be aborted', async () => {
    const handle = await start(3, {});
    await reaches(handle, rejected);
    await handle.signal('abort', { by: 'ann', reason: 'not this year' });
    expect(await handle.result()).toMatchObject({ outcome: 'aborted' });
    expect(world.effects(app(3))).toEqual(['commit', 'submit_audit']);
  });

  it.concurrent('that is rejected twice is submitted a third time', async () => {
    const handle = await start(4, {});
    const first = await reaches(handle, rejected);
    await send(handle, 'resubmit');
    await reaches(handle, (status) => rejected(status) && status.audit.auditId !== first.audit.auditId);
    await send(handle, 'resubmit');
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(4)).filter((effect) => effect === 'submit_audit')).toHaveLength(3);
  });

  it.concurrent('of somebody else is withdrawn where the plan says so, and ours is submitted', async () => {
    await submitOther(world, app(5));
    const status = await (await start(5, { onForeignAudit: 'withdraw' })).result();
    expect(status).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(5)).slice(2)).toEqual(['undocodeaudit', ...LADDER]);
  });

  it.concurrent('of somebody else is waited for where the plan says so, and ours follows by itself', async () => {
    await submitOther(world, app(6));
    const handle = await start(6, { onForeignAudit: 'wait' });
    const status = await reaches(handle, ({ reason }) => reason.includes('waits until audit'));
    expect(status).toMatchObject({ phase: 'preparing', attention: null });
    world.simulator.control.audit({ app: app(6), verdict: 'reject', reason: 'theirs' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect(world.effects(app(6)).slice(2)).toEqual(LADDER);
  });

  it.concurrent('of somebody else refuses the release before anything is changed', async () => {
    await submitOther(world, app(7));
    const status = await (await start(7, {})).result();
    expect(status).toMatchObject({ outcome: 'failed' });
    expect(status.reason).toContain('of version 9.9.9 is auditing; there is one slot per app');
    expect(world.effects(app(7))).toHaveLength(2);
  });

  it.concurrent('of somebody else that is submitted over a trial gate: ours is uploaded and submitted once theirs is over', async () => {
    const plan = planFor(app(8), { trial: { approval: asked() } });
    const handle = await world.start({ ...plan, audit: { ...plan.audit, onForeignAudit: 'wait' } });
    await reaches(handle, ({ gate }) => gate?.gate === 'trial');
    await submitOther(world, app(8));
    await send(handle, 'approve');
    const status = await reaches(
      handle,
      ({ phase, reason, attention }) =>
        attention !== null || (phase === 'preparing' && reason.includes('waits until audit')),
    );
    if (status.attention !== null) await send(handle, 'retry');
    await reaches(handle, ({ gate }) => gate?.gate === 'trial');
    await send(handle, 'approve', { by: 'bob' });
    expect(await handle.result()).toMatchObject({ outcome: 'released' });
    expect((await someone(world, app(8), '/wxa/get_latest_auditstatus')).user_version).toBe('1.4.0');
  });
});
