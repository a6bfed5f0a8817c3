/** WeChat rejects the audit: the release waits for corrected items or another template, and does not begin from nothing. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import type { Verdict } from '../support/wechat-server.js';
import { asked, endpoints, looking, tried, waits } from './helpers.js';

const NO: Verdict = { after: HOUR, status: 'rejected', reason: '1: 账号信息不符合规范' };
const YES: Verdict = { after: HOUR, status: 'approved', reason: '' };
const ITEMS = [
  {
    address: 'pages/cart/cart',
    tag: '购物',
    first_class: '工具',
    second_class: '备忘录',
    first_id: 1,
    second_id: 2,
    title: '购物车',
  },
];
const waiting = planWith({ audit: { onReject: 'wait', body: { item_list: ITEMS, version_desc: 'New' } } });

const isRejected = ({ state }: Driver) => state.audit.state === 'rejected';
function rejected(plan = waiting, later: Verdict[] = [YES]): Driver {
  const release = begin(plan);
  release.wechat.verdict = NO;
  release.wechat.laterVerdicts = later;
  return release.until(isRejected).run(MINUTE);
}

describe('a rejected audit', () => {
  it('is waited for: status says why, until when, and what to send', () => {
    const release = rejected();
    expect(release.status).toMatchObject({
      phase: 'auditing',
      outcome: null,
      reason: 'rejected: 1: 账号信息不符合规范; waits for resubmit',
      audit: { state: 'rejected', reason: '1: 账号信息不符合规范' },
      next: { what: 'submits again, once somebody sends resubmit' },
      attention: null,
    });
    const until = release.status.audit.resubmitUntil ?? 0;
    expect(until - release.now).toBeGreaterThan(14 * DAY - HOUR);
    expect(release.status.next.at).toBe(until);
    expect(release.status.allowed.find(({ verb }) => verb === 'resubmit')?.json).toEqual({
      items: ITEMS,
      by: 'you',
      reason: 'why',
    });
  });

  it('is submitted again with corrected items, and the rest of the submission as it was', () => {
    const release = rejected();
    const items = [{ ...ITEMS[0], tag: '工具' }];
    expect(release.send('resubmit', { items })).toMatchObject({
      accepted: true,
      message: 'submitting again',
    });
    expect(release.state.audit.body).toEqual({ item_list: items, version_desc: 'New' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['commit', 'submitAudit', 'submitAudit']);
    expect(release.status.audit.auditId).toBe(2);
  });

  it('is submitted again as it was, where nothing but the account had to be put right', () => {
    const release = rejected();
    expect(release.send('resubmit').accepted).toBe(true);
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['commit', 'submitAudit', 'submitAudit']);
  });

  it('is submitted again from another template: uploaded anew first', () => {
    const release = rejected();
    expect(release.send('resubmit', { template: 43 }).message).toBe(
      'uploading template 43 and submitting again',
    );
    expect(release.state).toMatchObject({ phase: 'preparing', audit: { template: 43 } });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 4)).toEqual(['commit', 'submitAudit', 'commit', 'submitAudit']);
  });

  it('may be rejected again, and waited for as long again', () => {
    const release = rejected(waiting, [{ ...NO, reason: '2: 标签' }, YES]);
    release.run(10 * DAY).send('resubmit');
    release.until(isRejected).run(MINUTE);
    expect(release.status.reason).toContain('2: 标签');
    expect((release.status.audit.resubmitUntil ?? 0) - release.now).toBeGreaterThan(13 * DAY);
    release.run(10 * DAY).send('resubmit', { items: ITEMS });
    expect(release.run().state.outcome).toBe('released');
  });

  it('that nobody submits again ends as rejected, with the reviewer’s reason', () => {
    const release = rejected().run();
    expect(release.state.outcome).toBe('rejected');
    expect(release.status.reason).toBe('audit 1 was rejected and nobody resubmitted: 1: 账号信息不符合规范');
    expect(release.now - (release.state.audit.rejectedAt ?? 0) - 14 * DAY).toBeLessThan(MINUTE);
  });

  it('ends at once where the plan says fail', () => {
    const release = begin(planWith({ audit: { onReject: 'fail' } }));
    release.wechat.verdict = NO;
    expect(release.run().state.outcome).toBe('rejected');
    expect(release.status.reason).toBe('audit 1 was rejected: 1: 账号信息不符合规范');
  });

  it('can be aborted while it waits; nothing is withdrawn, for nothing is under way', () => {
    const release = rejected();
    release.send('abort', { withdrawAudit: true });
    expect(release.run().state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('audit 1 stays where it is (rejected)');
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
  });

  it('is not submitted again while the release is paused', () => {
    const release = rejected();
    release.send('pause');
    release.send('resubmit');
    release.run(DAY);
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });

  it('ends in time although the release is paused', () => {
    const release = rejected();
    release.send('pause');
    expect(release.run(15 * DAY).state.outcome).toBe('rejected');
  });

  it('asks for a fast audit again where the plan does', () => {
    const plan = planWith({ audit: { onReject: 'wait', speedup: true } });
    const release = rejected(plan);
    release.send('resubmit');
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 5)).toEqual([
      'commit',
      'submitAudit',
      'speedupAudit',
      'submitAudit',
      'speedupAudit',
    ]);
  });

  it('whose trial version someone replaced meanwhile is not submitted with theirs', () => {
    const release = rejected();
    release.wechat.upload('9.9.9', release.now);
    release.send('resubmit', { items: ITEMS });
    release.until(looking);
    expect(release.status.attention).toMatchObject({
      step: 'trial',
      reason: 'someone uploaded 9.9.9 over 1.4.0',
    });
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 4)).toEqual(['commit', 'submitAudit', 'commit', 'submitAudit']);
  });

  it('leaves what someone did elsewhere to be looked at', () => {
    const release = rejected();
    release.wechat.releaseOther('2.0.0', release.now);
    release.until(looking).send('resubmit');
    release.run(DAY);
    expect(release.status.attention?.reason).toContain('2.0.0 went online meanwhile');
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(release.status.previousVersion).toBe('2.0.0');
  });
});

describe('resubmit', () => {
  it('before a rejection is refused, and says what the audit is', () => {
    const release = begin(waiting).until(({ state }) => state.audit.id !== null);
    expect(release.send('resubmit')).toMatchObject({
      accepted: false,
      message: 'resubmit is for a rejected audit; this one is auditing',
    });
  });

  it('of another template for a version that others uploaded is refused: there is no template', () => {
    const release = begin({ ...waiting, source: 'uploaded', template: null });
    release.wechat.upload('1.4.0', release.now - HOUR);
    release.wechat.verdict = NO;
    release.until(isRejected);
    expect(release.send('resubmit', { template: 43 }).message).toContain(
      '(source: uploaded); send items only',
    );
    release.wechat.verdict = YES;
    expect(release.send('resubmit', { items: ITEMS }).accepted).toBe(true);
    expect(release.run().state.outcome).toBe('released');
  });

  it('of a version that others uploaded submits what they corrected and uploaded meanwhile', () => {
    const release = begin({ ...waiting, source: 'uploaded', template: null });
    release.wechat.upload('1.4.0', release.now - HOUR);
    release.wechat.verdict = NO;
    release.wechat.laterVerdicts = [YES];
    release.until(isRejected);
    release.wechat.upload('1.4.0', release.now + MINUTE);
    release.run(10 * MINUTE);
    expect(release.send('resubmit')).toMatchObject({
      accepted: true,
      message: 'looking at what is uploaded now, then submitting again',
    });
    release.until(({ state }) => state.audit.id === 2 || looking({ state } as Driver));
    expect(release.status).toMatchObject({ attention: null, phase: 'auditing' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 2)).toEqual(['submitAudit', 'submitAudit']);
  });

  it('sent twice with one id submits once', () => {
    const release = rejected();
    release.send('resubmit', { commandId: 'r1' });
    release.until(({ state }) => state.audit.id === 2);
    release.until(({ state }) => state.phase !== 'auditing');
    expect(release.send('resubmit', { commandId: 'r1' }).accepted).toBe(true);
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).filter((endpoint) => endpoint === 'submitAudit')).toHaveLength(2);
  });
});

describe('a submission that WeChat would not take', () => {
  const blocked = (fault: 'refuse' | 'unknown') => {
    const release = begin(waiting);
    release.faults.set('submitAudit', [fault]);
    return release.until(looking).run(MINUTE);
  };

  it('is corrected by resubmit: its items, or another template', () => {
    const items = [{ ...ITEMS[0], title: '我的购物车' }];
    for (const payload of [{ items }, { template: 43 }]) {
      const release = blocked('refuse');
      expect(release.status.attention?.step).toBe('submitAudit');
      expect(release.status.allowed.map(({ verb }) => verb)).toContain('resubmit');
      expect(release.send('resubmit', payload)).toMatchObject({ accepted: true });
      if ('items' in payload) expect(release.state.audit.body).toMatchObject({ item_list: items });
      expect(release.run().state.outcome).toBe('released');
    }
  });

  it('or that nobody could verify is not: whether it was taken is read by retry', () => {
    const release = blocked('unknown');
    expect(release.send('resubmit', { items: ITEMS }).accepted).toBe(false);
    expect(release.send('retry').accepted).toBe(true);
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('approvals after a rejection start again', () => {
  it('for the trial version that is uploaded anew', () => {
    const release = begin(tried({}, waiting));
    release.wechat.verdict = NO;
    release.wechat.laterVerdicts = [YES];
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    release.until(isRejected).send('resubmit', { template: 43 });
    release.until(waits).run(DAY);
    expect(release.status).toMatchObject({ phase: 'preparing', gate: { gate: 'trial', approvals: [] } });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('for the trial version, although only the items were corrected and nothing is uploaded', () => {
    const release = begin(tried({}, waiting));
    release.wechat.verdict = NO;
    release.wechat.laterVerdicts = [YES];
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    expect(release.until(isRejected).send('resubmit', { items: ITEMS }).message).toBe(
      'submitting again, once the trial version is approved',
    );
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'preparing', gate: { gate: 'trial', approvals: [] } });
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
    release.send('approve', { by: 'bob' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['commit', 'submitAudit', 'submitAudit']);
  });

  it('for a trial version that someone replaced while WeChat audited it: a person must look first', () => {
    const release = begin(tried({}, waiting));
    release.wechat.verdict = NO;
    release.wechat.laterVerdicts = [YES];
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    release.until(({ state }) => state.audit.id !== null);
    release.wechat.upload('9.9.9', release.now);
    release.until(isRejected).send('resubmit', { items: ITEMS });
    release.until(looking);
    expect(release.status.attention).toMatchObject({ step: 'trial' });
    release.send('retry');
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 4)).toEqual(['commit', 'submitAudit', 'commit', 'submitAudit']);
  });

  it('for the stages: each is asked for as if nothing had been', () => {
    const plan = planWith({
      stages: [stage(10, { approval: asked() }), stage(100)],
      audit: { onReject: 'wait' },
    });
    const release = rejected(plan);
    release.send('resubmit');
    release.until(waits).run(DAY);
    expect(release.status).toMatchObject({ phase: 'ready', gate: { approvals: [] } });
  });
});
