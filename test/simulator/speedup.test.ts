import { describe, expect, it } from 'vitest';
import { APP, DAY, HOUR, open, worldWith } from './helpers.js';

const SLOW = { audit: { approveAfter: '7d' } } as const;

describe('speedupaudit', () => {
  it('brings the verdict within two hours, or as long as the world says', async () => {
    const { submitted, call, pass } = await open(worldWith(SLOW));
    const { auditid } = await submitted();
    expect(await call('speedupaudit', { auditid: String(auditid) })).toEqual({ errcode: 0, errmsg: 'ok' });
    pass(2 * HOUR - 1);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 2 });
    pass(1);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 0 });

    const slower = await open(worldWith({ ...SLOW, speedup: { after: '12h' } }));
    const { auditid: other } = await slower.submitted();
    await slower.call('speedupaudit', { auditid: other });
    slower.pass(12 * HOUR - 1);
    expect(await slower.call('get_latest_auditstatus')).toMatchObject({ status: 2 });
  });

  it('never makes an audit slower', async () => {
    const { submitted, call, pass } = await open(worldWith({ audit: { approveAfter: '1h' } }));
    const { auditid } = await submitted();
    await call('speedupaudit', { auditid });
    pass(HOUR);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 0 });
  });

  it('works for a delayed audit too', async () => {
    const { submitted, call, pass } = await open(
      worldWith({ audit: { delay: { after: '1h', reason: 'holidays', approveAfter: '9d' } } }),
    );
    const { auditid } = await submitted();
    pass(HOUR);
    expect(await call('speedupaudit', { auditid })).toMatchObject({ errcode: 0 });
    pass(2 * HOUR);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 0 });
  });

  it('is for an audit that still waits: 89402', async () => {
    const { approved, call } = await open();
    const { auditid } = await approved();
    for (const id of [auditid, 1, null])
      expect(await call('speedupaudit', { auditid: id })).toMatchObject({ errcode: 89402 });
    expect(await call('speedupaudit', { auditid: 'x' })).toMatchObject({ errcode: 47001 });
  });

  it('is done once: 89404', async () => {
    const { submitted, call } = await open(worldWith(SLOW));
    const { auditid } = await submitted();
    await call('speedupaudit', { auditid });
    expect(await call('speedupaudit', { auditid })).toMatchObject({ errcode: 89404 });
    expect(await call('queryquota')).toMatchObject({ speedup_rest: 9, speedup_limit: 10 });
  });

  it('has a quota of the month that all apps share: 89405', async () => {
    const quotas = { speedup: { limit: 2, used: 1 } };
    const { submitted, call, pass } = await open(worldWith({ audit: 'never' }, { quotas }));
    const { auditid } = await submitted();
    await call('speedupaudit', { auditid });
    await call('undocodeaudit');
    const second = await submitted();
    expect(await call('speedupaudit', { auditid: second.auditid })).toMatchObject({ errcode: 89405 });
    expect(await call('queryquota', {}, 'token-unhealthy')).toMatchObject({ speedup_rest: 0 });
    pass(31 * DAY);
    expect(await call('speedupaudit', { auditid: second.auditid })).toMatchObject({ errcode: 0 });
  });

  it.each([89401, 89403] as const)('is refused when the world says so: %i', async (refuse) => {
    const { submitted, call, control } = await open(worldWith({ ...SLOW, speedup: { refuse } }));
    const { auditid } = await submitted();
    expect(await call('speedupaudit', { auditid })).toMatchObject({ errcode: refuse });
    expect(control.state(APP).audits[0]).toMatchObject({ spedUp: false });
  });
});
