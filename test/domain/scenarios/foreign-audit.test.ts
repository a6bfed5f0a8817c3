/** One audit slot per app: someone else's audit holds it, before we begin or between our reading and our submission. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, SECOND } from '../support/given.js';
import type { Verdict } from '../support/wechat-server.js';
import { endpoints, looking, tried, waits } from './helpers.js';

const YES: Verdict = { after: HOUR, status: 'approved', reason: '' };
const with_ = (onForeignAudit: 'refuse' | 'wait' | 'withdraw') => planWith({ audit: { onForeignAudit } });

/** An audit of theirs runs before the release begins. */
function given(policy: 'refuse' | 'wait' | 'withdraw', theirs: Verdict = { ...YES, after: null }): Driver {
  const release = begin(with_(policy));
  release.wechat.verdict = theirs;
  release.wechat.laterVerdicts = [YES];
  release.wechat.submitOther(release.now - HOUR);
  return release;
}

describe('an audit that is not ours runs', () => {
  it('refuse: nothing is changed, and it says which audit', () => {
    const release = given('refuse').run();
    expect(release.state.outcome).toBe('failed');
    expect(release.status.reason).toContain(
      'audit 1 of version 9.9.9 is auditing; there is one slot per app',
    );
    expect(endpoints(release)).toEqual([]);
  });

  it.each(['approved', 'rejected', 'withdrawn'] as const)('wait: goes on as soon as it is %s', (status) => {
    const release = given('wait', { after: 2 * DAY, status, reason: '' });
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'preparing', attention: null });
    expect(release.status.reason).toBe(
      'waits until audit 1 of version 9.9.9 is over: it is not ours, and there is one slot',
    );
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 2)).toEqual(['commit', 'submitAudit']);
    expect(release.status.audit.auditId).toBe(2);
  });

  it('wait: a delayed one is not over', () => {
    const release = given('wait', { after: HOUR, status: 'delayed', reason: '', delayedMs: 3 * DAY });
    release.run(2 * DAY);
    expect(endpoints(release)).toEqual([]);
    expect(release.run().state.outcome).toBe('released');
  });

  it('wait: may be aborted, and nothing was changed', () => {
    const release = given('wait').run(DAY);
    release.send('abort', { withdrawAudit: true });
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('nothing was changed');
    expect(release.wechat.audit?.status).toBe('auditing');
  });

  it('wait: the push of its verdict is enough, a paused release reads it and writes nothing', () => {
    const release = given('wait', { after: DAY, status: 'approved', reason: '' });
    release.send('pause');
    release.run(2 * DAY);
    expect(endpoints(release)).toEqual([]);
    expect(release.status.reason).toContain('paused');
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });

  it('withdraw: takes it back, once, and goes on', () => {
    const release = given('withdraw').run();
    expect(release.state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['withdrawAudit', 'commit', 'submitAudit']);
    expect(release.wechat.earlierAudits[0]).toMatchObject({ auditId: 1, status: 'withdrawn' });
  });

  it('withdraw: one that was decided just before is none any more', () => {
    const release = given('withdraw');
    release.delays.set('withdrawAudit', [HOUR]);
    release.after(HOUR / 2, () => {
      release.wechat.audit = { auditId: 1, status: 'approved', version: '9.9.9', reason: '' };
    });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release)[0]).toBe('commit');
  });

  it('withdraw: whose outcome is not known is never sent twice by itself', () => {
    const release = given('withdraw');
    release.faults.set('withdrawAudit', ['unknown', 'unknown']);
    release.until(looking).run(DAY);
    expect(release.status.attention).toMatchObject({ step: 'foreignAudit' });
    expect(release.faults.get('withdrawAudit')).toHaveLength(1);
    release.faults.clear();
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
  });

  it('withdraw: that WeChat refuses is for a person', () => {
    const release = given('withdraw');
    release.faults.set('withdrawAudit', ['refuse', 'refuse']);
    release.until(looking);
    expect(release.status.attention?.reason).toContain('could not be withdrawn: 48001');
    release.wechat.withdraw();
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('an audit that is not ours runs, and the version was uploaded by others (source: uploaded)', () => {
  function uploaded(policy: 'refuse' | 'wait' | 'withdraw', plan = with_(policy)): Driver {
    const release = begin({ ...plan, source: 'uploaded', template: null });
    release.wechat.verdict = { ...YES, after: policy === 'withdraw' ? null : 6 * HOUR };
    release.wechat.laterVerdicts = [YES];
    release.wechat.submitOther(release.now - HOUR);
    release.wechat.upload('1.4.0', release.now - HOUR / 2);
    return release;
  }

  it('wait: goes on as soon as it is over', () => {
    const release = uploaded('wait').run(HOUR);
    expect(release.status).toMatchObject({ phase: 'preparing', attention: null });
    expect(release.status.reason).toContain('waits until audit 1 of version 9.9.9 is over');
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release)[0]).toBe('submitAudit');
    expect(release.status.audit.auditId).toBe(2);
  });

  it('withdraw: takes it back, once, and goes on', () => {
    const release = uploaded('withdraw').run();
    expect(release.state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 2)).toEqual(['withdrawAudit', 'submitAudit']);
  });

  it('refuse: nothing is changed', () => {
    const release = uploaded('refuse').run();
    expect(release.state.outcome).toBe('failed');
    expect(endpoints(release)).toEqual([]);
  });

  it('wait: what is tried out is what is there when it is over', () => {
    const release = uploaded('wait', tried({}, with_('wait')));
    release.run(HOUR);
    expect(release.status.gate).toBeNull();
    release.wechat.upload('1.4.0', release.now);
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release)[0]).toBe('submitAudit');
  });

  it('wait: replaced by another version meanwhile, a person must look', () => {
    const release = uploaded('wait').run(HOUR);
    release.wechat.upload('9.9.9', release.now);
    release.until(looking);
    expect(release.status.attention?.reason).toContain('the trial version is 9.9.9, not 1.4.0');
    expect(endpoints(release)).toEqual([]);
  });
});

describe.each(['template', 'uploaded'] as const)(
  'found by a new reading while the trial version waits (%s)',
  (source) => {
    /** Another version goes online and an audit of theirs begins; a person looks at the first, and `retry` reads both. */
    function found(policy: 'wait' | 'withdraw'): Driver {
      const plan = tried({ count: 2 }, with_(policy));
      const release = begin({ ...plan, source, template: source === 'template' ? 42 : null });
      if (source === 'uploaded') release.wechat.upload('1.4.0', release.now - HOUR);
      release.wechat.verdict = { ...YES, after: policy === 'withdraw' ? null : DAY };
      release.wechat.laterVerdicts = [YES];
      release.until(waits).run(SECOND).send('approve', { by: 'ann' });
      release.wechat.releaseOther('1.3.9', release.now);
      release.until(looking);
      release.wechat.submitOther(release.now);
      release.send('retry');
      return release.run(HOUR);
    }
    const submits = ({ wechat }: Driver) =>
      wechat.ledger.filter(({ endpoint }) => endpoint === 'submitAudit');

    it('wait: nothing is submitted before it is over, though enough approved', () => {
      const release = found('wait');
      expect(release.status.reason).toContain('waits until audit 1 of version 9.9.9 is over');
      release.send('approve', { by: 'bob' });
      release.run(HOUR);
      expect(submits(release)).toEqual([]);
      expect(release.run().state.outcome).toBe('released');
      expect(submits(release)).toHaveLength(1);
    });

    it('withdraw: takes it back, and the approval that was given still counts', () => {
      const release = found('withdraw');
      expect(release.wechat.audit?.status).toBe('withdrawn');
      expect(release.status.gate?.approvals).toMatchObject([{ by: 'ann' }]);
      release.send('approve', { by: 'bob' });
      expect(release.run().state.outcome).toBe('released');
    });
  },
);

describe('somebody submits between our reading and our submission', () => {
  /** Theirs is submitted from an upload of theirs, in the place of ours. */
  function overtaken(policy: 'refuse' | 'wait' | 'withdraw', theirs: Verdict): Driver {
    const release = begin(with_(policy));
    release.wechat.verdict = theirs;
    release.wechat.laterVerdicts = [YES];
    release.delays.set('submitAudit', [MINUTE]);
    release.until(({ state }) => state.trial !== null);
    release.after(MINUTE / 2, () => {
      release.wechat.upload('9.9.9', release.now);
      release.wechat.submitOther(release.now);
    });
    return release;
  }
  const never: Verdict = { ...YES, after: null };

  it('refuse: nothing is submitted; a person waits for it or withdraws it, and retry begins from the upload', () => {
    const release = overtaken('refuse', never).until(looking);
    expect(release.status.attention).toMatchObject({
      step: 'foreignAudit',
      reason: 'audit 1 of version 9.9.9 was submitted by someone else',
      remedy: 'wait for it or withdraw it, then `retry` uploads and submits again',
    });
    release.run(DAY).send('retry');
    release.until(looking);
    expect(release.status.attention?.reason).toContain('there is one slot per app');
    release.wechat.withdraw();
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['commit', 'commit', 'submitAudit']);
  });

  it('refuse: retry after theirs is over submits ours', () => {
    const release = overtaken('refuse', { after: 2 * HOUR, status: 'rejected', reason: '' }).until(looking);
    release.run(DAY).send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(release.status.audit.auditId).toBe(2);
  });

  it('wait: waits until it is over, then uploads and submits', () => {
    const release = overtaken('wait', { after: 2 * DAY, status: 'rejected', reason: '' });
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'preparing', attention: null });
    expect(release.status.reason).toContain('waits until audit 1 of version 9.9.9 is over');
    expect(release.run().state.outcome).toBe('released');
  });

  it('withdraw: takes it back, then uploads and submits', () => {
    const release = overtaken('withdraw', never).run();
    expect(release.state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 4)).toEqual(['commit', 'withdrawAudit', 'commit', 'submitAudit']);
  });
});
