/** Waiting for WeChat: the audit's verdict, and the moment a full release is online. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ITEM } from '../support/release.js';
import { Attempts, pass, stopClock } from './support/attempts.js';
import { answers, timesOut } from './support/fake-effect.js';
import { APP, givenWechat, type Simulated } from './support/simulated.js';

const MINUTE = 60_000;
let wechat: Simulated;
let auditId: number;
beforeEach(async () => {
  stopClock();
  wechat = await givenWechat({ audit: 'never' });
  const { activities } = wechat;
  const version = '1.4.0';
  await new Attempts(() =>
    activities.commit({ app: APP, version, description: '', template: 42, ext: {}, baselineSec: null }),
  ).result();
  const submitted = await new Attempts(() =>
    activities.submitAudit({
      app: APP,
      version,
      body: { item_list: [ITEM] },
      beforeId: null,
      uploadedSec: null,
    }),
  ).result();
  auditId = submitted.status === 'applied' ? (submitted.facts.auditId ?? 0) : 0;
});
const judge = (verdict: 'approve' | 'reject' | 'delay', reason = '') =>
  wechat.simulator.control.audit({ app: APP, verdict, reason });

describe('waiting for an audit', () => {
  const waiting = (known = 'auditing', pollMs = 10 * MINUTE) =>
    new Attempts(() => wechat.activities.awaitAudit({ app: APP, auditId, known, pollMs }));

  it('reads it once per poll, at no other cost', async () => {
    const audit = waiting();
    expect([await audit.delay(), await audit.delay(), await audit.delay()]).toEqual(
      Array(3).fill(10 * MINUTE),
    );
    expect(wechat.requests('get_auditstatus')).toBe(3);
  });

  it('ends when it is approved', async () => {
    const audit = waiting();
    await audit.delay();
    judge('approve');
    expect(await audit.next()).toEqual({
      result: { reading: { auditId, status: 'approved', version: null, reason: '' }, at: Date.now() },
    });
  });

  it('ends when it is delayed, which is news, and goes on once that is known', async () => {
    judge('delay', 'holidays');
    expect(await waiting().next()).toMatchObject({
      result: { reading: { status: 'delayed', reason: 'holidays' } },
    });
    expect(await waiting('delayed').delay()).toBe(10 * MINUTE);
  });

  it('tells a rejection’s reasons as plain text, without WeChat’s HTML', async () => {
    judge(
      'reject',
      '1:账号信息不符合规范:<br>(1):小程序昵称 1 < 2 > 0<br/><a href="https://mp.weixin.qq.com/x">查看详情</a><BR />',
    );
    expect(await waiting().next()).toMatchObject({
      result: {
        reading: {
          status: 'rejected',
          reason: '1:账号信息不符合规范: (1):小程序昵称 1 < 2 > 0 查看详情',
        },
      },
    });
  });

  it('keeps of endless reasons what a person would read', async () => {
    judge('reject', 'x'.repeat(5_000));
    const ended = await waiting().next();
    expect(JSON.stringify(ended).length).toBeLessThan(1_200);
  });

  it('goes on over readings that fail, at most half a minute apart', async () => {
    wechat.instead.get_auditstatus = timesOut();
    expect(await waiting().delay()).toBe(30_000);
    expect(await waiting('auditing', 5_000).delay()).toBe(5_000);
    wechat.instead.get_auditstatus = answers(45011);
    expect(await waiting().delay()).toBe(MINUTE);
  });

  it('waits out the daily limit of calls, as told', async () => {
    wechat.instead.get_auditstatus = answers(45009);
    const audit = waiting();
    const delay = await audit.delay();
    expect(delay).toBeGreaterThan(MINUTE);
    expect(delay).toBeLessThanOrEqual(24 * 60 * MINUTE);
    delete wechat.instead.get_auditstatus;
    judge('approve');
    expect(await audit.next()).toMatchObject({ result: { reading: { status: 'approved' } } });
  });

  it('asks for a person when only a person can go on', async () => {
    wechat.instead.get_auditstatus = answers(85012);
    expect(await waiting().next()).toMatchObject({
      result: { blocked: { reason: expect.stringContaining('85012') } },
    });
  });
});

describe('waiting until a full release is online', () => {
  const release = async () => {
    judge('approve');
    wechat.simulator.control.console({ app: APP, action: 'publish', version: '1.4.0' });
  };
  const waiting = (forMs = 5 * MINUTE) => {
    const input = { app: APP, version: '1.4.0', baselineOnlineSec: null, until: Date.now() + forMs };
    return new Attempts(() => wechat.activities.awaitOnline(input));
  };

  it('reads every five seconds and ends as soon as it is', async () => {
    const online = waiting();
    expect([await online.delay(), await online.delay()]).toEqual([5_000, 5_000]);
    await release();
    expect(await online.next()).toEqual({ result: { online: true, at: Date.now() } });
  });

  it('ends when the time is up', async () => {
    const begun = Date.now();
    expect(await waiting(12_000).result()).toEqual({ online: false, at: begun + 12_000 });
  });

  it('does not take the same version from before for ours', async () => {
    await release();
    const seconds = Math.floor(Date.now() / 1_000);
    pass(MINUTE);
    const input = { app: APP, version: '1.4.0', baselineOnlineSec: seconds, until: Date.now() + MINUTE };
    const online = new Attempts(() => wechat.activities.awaitOnline(input));
    expect(await online.delay()).toBe(5_000);
  });

  it('goes on over readings that fail, as told, and never past its time', async () => {
    wechat.instead.getversioninfo = answers(45011);
    const begun = Date.now();
    const online = waiting(90_000);
    expect(await online.result()).toEqual({ online: false, at: begun + 90_000 });
    expect(online.delays).toEqual([60_000, 30_000]);
  });
});
