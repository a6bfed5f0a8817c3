/** A person ends a release: abort takes users back, giveUp closes what nobody has. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { MINUTE, planWith } from '../support/given.js';

const endpoints = ({ wechat }: Driver) => wechat.ledger.map(({ endpoint }) => endpoint);
const plan = planWith();

describe('abort', () => {
  it.each([
    ['preparing', 'aborted', []],
    ['auditing', 'aborted', []],
    ['ready', 'aborted', []],
    ['rolling', 'reverted', ['revertGray']],
    ['baking', 'rolledBack', ['revertCode']],
  ] as const)('while %s ends %s', (phase, outcome, writes) => {
    const release = begin(plan).until(({ state }) => state.phase === phase);
    const before = endpoints(release).length;
    expect(release.send('abort').accepted).toBe(true);
    release.run();
    expect(release.state.outcome).toBe(outcome);
    expect(endpoints(release).slice(before)).toEqual(writes);
    expect(release.send('abort')).toMatchObject({
      accepted: true,
      message: expect.stringContaining('nothing'),
    });
    expect(release.state.outcome).toBe(outcome);
  });

  it('while WeChat audits leaves the audit where it is, and says so', () => {
    const release = begin(plan).until(({ state }) => state.audit.id !== null);
    release.send('abort');
    release.run();
    expect(release.status.reason).toContain('audit 1 stays where it is (auditing)');
  });

  it('takes the audit back when asked to', () => {
    const release = begin(plan).until(({ state }) => state.audit.id !== null);
    release.send('abort', { withdrawAudit: true });
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('the audit is withdrawn');
    expect(release.wechat.audit?.status).toBe('withdrawn');
  });

  it('takes the audit back also while a person must look', () => {
    const release = begin(plan).until(({ state }) => state.audit.id !== null);
    const reason = '48001 no permission';
    release.state = { ...release.state, attention: { reason, remedy: 'mend', step: 'watchAudit', since: 0 } };
    release.send('abort', { withdrawAudit: true });
    release.run(MINUTE);
    expect(release.state.outcome).toBe('aborted');
    expect(release.wechat.audit?.status).toBe('withdrawn');
  });

  it('says so when the audit could not be withdrawn', () => {
    const release = begin(plan).until(({ state }) => state.audit.id !== null);
    release.faults.set('withdrawAudit', ['refuse']);
    release.send('abort', { withdrawAudit: true });
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('could not be withdrawn: 48001');
  });

  it('after a commit of unknown outcome does not claim that nothing is left behind', () => {
    const release = begin(plan);
    release.faults.set('commit', ['lost']);
    release.until(({ state }) => state.attention !== null).send('abort');
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('nobody can tell whether a trial version was uploaded');
  });

  describe('after a submission of unknown outcome looks first', () => {
    const lost = (fault: 'lost' | 'unknown' = 'lost') => {
      const release = begin(plan);
      release.faults.set('submitAudit', [fault]);
      return release.until(({ state }) => state.attention !== null);
    };

    it.each([0, 30 * MINUTE])('and withdraws what was submitted after all (%i ms later)', (ms) => {
      const release = lost().run(ms);
      release.send('abort', { withdrawAudit: true });
      release.run();
      expect(release.state.outcome).toBe('aborted');
      expect(release.status.reason).toBe('because (ann); no user saw it; the audit is withdrawn');
      expect(release.wechat.audit?.status).toBe('withdrawn');
    });

    it('and says which audit stays when nobody asked to withdraw it', () => {
      const release = lost();
      release.send('abort');
      release.run();
      expect(release.status.reason).toBe(
        'because (ann); no user saw it; audit 1 stays where it is (auditing)',
      );
    });

    it('and withdraws nothing that is decided already', () => {
      const release = lost();
      release.wechat.audit = { auditId: 1, status: 'approved', version: '1.4.0', reason: '' };
      release.send('abort', { withdrawAudit: true });
      release.run();
      expect(release.status.reason).toContain('audit 1 stays where it is (approved)');
      expect(endpoints(release)).not.toContain('withdrawAudit');
    });

    it('and withdraws nobody else’s', () => {
      const release = lost('unknown');
      release.wechat.submitOther(release.now);
      release.send('abort', { withdrawAudit: true });
      release.run();
      expect(release.state.outcome).toBe('aborted');
      expect(release.status.reason).toBe('because (ann); no user saw it; no audit of ours is to be seen');
      expect(release.wechat.audit?.status).toBe('auditing');
    });

    it('and ends all the same when WeChat cannot be read', () => {
      const release = lost();
      release.wechat.authorised = false;
      release.send('abort', { withdrawAudit: true });
      release.run();
      expect(release.state.outcome).toBe('aborted');
      expect(release.status.reason).toContain('nobody can tell whether an audit was submitted');
      expect(release.status.reason).toContain('61003');
    });
  });

  it('is not held up by a pause', () => {
    const release = begin(plan).untilPercentage(10);
    release.send('pause');
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('of a first percentage that never took effect: no user saw it', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['unknown']);
    release.until(({ state }) => state.attention !== null).send('abort');
    expect(release.run().state.outcome).toBe('aborted');
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
  });

  it('of a first percentage that took effect unseen takes those users back', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['lost']);
    release.until(({ state }) => state.attention !== null).send('abort');
    expect(release.run().state.outcome).toBe('reverted');
    expect(endpoints(release).at(-1)).toBe('revertGray');
  });
});

describe('giveUp', () => {
  it('is refused while a staged release may be running', () => {
    const release = begin(plan).untilPercentage(1);
    release.faults.set('grayRelease', ['unknown']);
    release.until(({ state }) => state.attention !== null);
    expect(release.send('giveUp')).toMatchObject({
      accepted: false,
      message: expect.stringContaining('abort takes users back'),
    });
    expect(release.status.allowed.map(({ verb }) => verb)).not.toContain('giveUp');
  });

  it('closes as failed before any user has the version', () => {
    const release = begin(plan);
    release.faults.set('commit', ['refuse']);
    release.until(({ state }) => state.attention !== null).send('giveUp');
    expect(release.run().state.outcome).toBe('failed');
    expect(release.status.reason).toContain('48001');
  });
});
