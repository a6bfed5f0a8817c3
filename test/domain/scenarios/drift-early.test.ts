/** Buttons pressed in WeChat's console before our first stage, and after our last. */
import { describe, expect, it } from 'vitest';
import type { DriftPolicy } from '../../../src/domain/plan.js';
import { DEFAULT_DRIFT } from '../../../src/domain/plan-defaults.js';
import { begin, type Driver } from '../support/driver.js';
import { BEFORE, DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import { asked, endpoints, grays, looking, waits } from './helpers.js';

const NOTICED = 5 * MINUTE;

/** Approved by WeChat, and waiting for people. */
const ready = (onDrift: Partial<DriftPolicy> = {}): Driver => {
  const stages = [stage(10, { approval: asked() }), stage(50), stage(100)];
  return begin(planWith({ stages, onDrift: { ...DEFAULT_DRIFT, ...onDrift } }))
    .until(waits)
    .run(SECOND);
};

describe('someone begins our staged release in the console while it waits to begin', () => {
  const started = (advanced: DriftPolicy['advanced'], at = 5) => {
    const release = ready({ advanced });
    release.wechat.beginStaged(at, release.now);
    return release.run(NOTICED);
  };

  it('pause: the release knows that users have it, and abort takes them back', () => {
    const release = started('pause');
    expect(release.status).toMatchObject({ phase: 'rolling', paused: [{ kind: 'drift' }] });
    expect(release.status.paused[0]?.reason).toBe('someone began a staged release at 5 % with our audit');
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({ why: 'someone began a staged release at 5 % with our audit' }),
    );
    expect(release.status.platformDeadline).not.toBeNull();
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
    expect(endpoints(release).at(-1)).toBe('revertGray');
  });

  it('pause: cancelled there again, the release waits as before; nothing has happened', () => {
    const release = started('pause');
    release.wechat.cancel();
    release.run(NOTICED);
    expect(release.status).toMatchObject({
      phase: 'ready',
      paused: [],
      attention: null,
      gate: { gate: 'stage:0' },
    });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([10, 50, 100]);
  });

  it('pause: adopted below our first stage, that one comes next, with its approval', () => {
    const release = started('pause');
    release.send('resume', { adopt: true });
    release.run(HOUR);
    expect(release.status).toMatchObject({ percentage: 5, gate: { gate: 'stage:0' } });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([10, 50, 100]);
  });

  it('adopt: goes on from there; the skipped soaks and approvals stay owed', () => {
    const release = started('adopt', 60);
    expect(release.status).toMatchObject({ phase: 'rolling', percentage: 60, paused: [] });
    release.run(DAY);
    expect(release.status.gate?.gate).toBe('stage:0');
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([100]);
  });

  it('attention: a person decides; cancelled there, it goes on by itself', () => {
    const release = started('attention');
    expect(release.status).toMatchObject({ phase: 'rolling', attention: { step: 'drift' } });
    expect(release.send('giveUp').accepted).toBe(false);
    release.wechat.cancel();
    release.run(NOTICED);
    expect(release.status).toMatchObject({ phase: 'ready', attention: null });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('revert: users go back', () => {
    const release = started('revert').run();
    expect(release.state.outcome).toBe('reverted');
    expect(release.wechat.gray.status).toBe('deleted');
  });

  it.each(['pause', 'attention'] as const)(
    '%s, for members only: it stays so until a person decides',
    (policy) => {
      const release = started(policy, 0);
      release.send('approve', { by: 'ann' });
      release.run(DAY);
      expect(release.status).toMatchObject({ phase: 'rolling', percentage: 0 });
      const [why] = policy === 'pause' ? release.status.paused : [release.status.attention];
      expect(why?.reason).toBe('someone began a staged release at 0 % with our audit');
      expect(release.status.decisions.map(({ what }) => what)).not.toContain('goes on');
      expect(grays(release)).toEqual([]);
      expect(release.status.allowed.find(({ verb }) => verb === 'resume')?.json).toMatchObject({
        adopt: true,
      });
      release.send('resume', { adopt: true });
      expect(release.status).toMatchObject({ paused: [], attention: null });
      expect(release.run().state.outcome).toBe('released');
      expect(grays(release)).toEqual([10, 50, 100]);
    },
  );

  it('pause, for members only, and then raised: told anew', () => {
    const release = started('pause', 0);
    release.wechat.advanceTo(10);
    release.run(NOTICED);
    expect(release.status.paused.map(({ reason }) => reason)).toEqual([
      'someone began a staged release at 10 % with our audit',
    ]);
  });

  it('adopt, for members only: goes on from there', () => {
    const release = started('adopt', 0);
    expect(release.status).toMatchObject({ phase: 'rolling', paused: [], attention: null });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('pause, and WeChat could not be read just before: the newer reason is shown, not the old one', () => {
    const release = ready({ advanced: 'pause' });
    release.wechat.readable = false;
    release.until(looking);
    release.wechat.beginStaged(5, release.now);
    release.wechat.readable = true;
    release.run(NOTICED);
    expect(release.status).toMatchObject({ attention: null, paused: [{ kind: 'drift' }] });
  });

  it('pause, and cancelled there: an abort then ends as reverted, for users had it', () => {
    const release = started('pause', 20).run(HOUR);
    release.wechat.cancel();
    release.run(NOTICED);
    expect(release.state.phase).toBe('ready');
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.status.reason).not.toContain('no user saw it');
    expect(endpoints(release)).not.toContain('revertGray');
  });

  it('pause, and cancelled there, and then nothing can be read: an abort ends as reverted all the same', () => {
    const release = started('pause', 20);
    release.wechat.cancel();
    release.run(NOTICED);
    release.wechat.authorised = false;
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.status.reason).toContain('could not be read whether somebody else does so again (61003');
  });

  it('pause, and cancelled there just before an abort: users had it, so it is reverted', () => {
    const release = started('pause', 20).run(HOUR);
    release.wechat.cancel();
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('cancelled after it was adopted is a cancelled staged release like any other', () => {
    const release = started('adopt', 5);
    release.wechat.cancel();
    release.run(NOTICED);
    expect(release.status).toMatchObject({ phase: 'rolling', attention: { step: 'drift' } });
  });

  it('at the very percentage that we write is ours: nobody is asked', () => {
    const release = begin(planWith());
    release.delays.set('grayRelease', [MINUTE]);
    release.until(({ state }) => state.phase === 'ready');
    release.after(30 * SECOND, () => release.wechat.beginStaged(1, release.now));
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([10, 50, 100]);
  });

  it('at another percentage just before our own write: it is seen for what it is', () => {
    const release = begin(planWith());
    release.delays.set('grayRelease', [MINUTE]);
    release.until(({ state }) => state.phase === 'ready');
    release.after(30 * SECOND, () => release.wechat.beginStaged(30, release.now));
    release.run(2 * NOTICED);
    expect(release.status).toMatchObject({ phase: 'rolling', attention: null, paused: [{ kind: 'drift' }] });
    release.send('resume', { adopt: true });
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([50, 100]);
  });
});

describe('abort before our first stage, a moment after someone else released our audit', () => {
  it('as a staged release: users are taken back, although we had not noticed', () => {
    const release = ready();
    release.wechat.beginStaged(30, release.now);
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.wechat.gray.status).toBe('deleted');
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({
        what: 'taking users back',
        why: 'because; somebody else had released it to 30 % meanwhile',
      }),
    );
  });

  it('to everyone: everyone is rolled back', () => {
    const release = ready();
    release.wechat.publishApproved(release.now);
    release.send('abort');
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('and theirs was another audit: it is left alone', () => {
    const release = ready();
    release.wechat.submitOther(release.now);
    release.wechat.begin(release.now, 30, '9.9.9');
    release.send('abort');
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.wechat.gray.status).toBe('running');
  });

  it('and WeChat cannot be read: it ends, and says what could not be read', () => {
    const release = ready();
    release.wechat.authorised = false;
    release.send('abort');
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('could not be read whether somebody else did (61003');
  });

  it('and nobody did: it ends at once, while a person must look too', () => {
    const release = ready();
    release.wechat.releaseOther('1.3.9', release.now);
    release.run(NOTICED).send('abort');
    const sent = release.now;
    expect(release.run().state.outcome).toBe('aborted');
    expect(release.now - sent).toBeLessThan(MINUTE);
    expect(release.status.reason).toContain('no user saw it');
  });
});

describe('someone releases our audit to everyone while it waits to begin', () => {
  const released = (finished: DriftPolicy['finished']) => {
    const release = ready({ finished });
    release.wechat.publishApproved(release.now);
    return release.run(NOTICED);
  };

  it('bake: it bakes', () => {
    const release = released('bake');
    expect(release.status).toMatchObject({ phase: 'baking', percentage: 100 });
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([]);
  });

  it('revert: everyone is rolled back', () => {
    const release = released('revert').run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('attention: abort rolls everyone back, and does not say that nobody saw it', () => {
    const release = released('attention');
    expect(release.status.attention?.reason).toContain('everyone has the version');
    release.send('abort');
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(release.status.reason).not.toContain('no user saw it');
  });

  it('attention: resume with adopt lets it bake', () => {
    const release = released('attention');
    expect(release.send('resume', { adopt: true }).accepted).toBe(true);
    expect(release.run().state.outcome).toBe('released');
  });
});

describe.each(['preparing', 'auditing', 'ready'] as const)('while %s', (phase) => {
  const given = (): Driver => {
    if (phase === 'ready') return ready();
    const release = begin(planWith());
    release.wechat.verdict = { after: 5 * DAY, status: 'approved', reason: '' };
    if (phase === 'preparing') release.send('pause');
    return release
      .until(({ state }) => state.phase === phase && state.baseline !== null)
      .run(phase === 'auditing' ? MINUTE : SECOND);
  };
  const goOn = (release: Driver) => {
    if (release.status.paused.length > 0) release.send('resume');
    release.until(({ status, state }) => status.gate !== null || state.phase === 'closed').run(SECOND);
    if (release.status.gate !== null) release.send('approve', { by: 'ann' });
    return release.run();
  };

  it('another version goes online: a person must look; retry begins from what is there now', () => {
    const release = given();
    release.wechat.releaseOther('1.3.9', release.now);
    release.run(NOTICED);
    expect(release.status.attention?.reason).toBe('1.3.9 went online meanwhile, by someone else');
    release.run(HOUR).send('retry');
    release.run(MINUTE);
    expect(release.status).toMatchObject({ attention: null, previousVersion: '1.3.9' });
    expect(goOn(release).state.outcome).toBe('released');
  });

  it('the merchant takes the authorization back: a person must look, and it goes on when it is given again', () => {
    const release = given();
    release.wechat.authorised = false;
    release.run(30 * MINUTE);
    expect(release.status.attention?.reason).toContain('61003');
    release.wechat.authorised = true;
    release.run(NOTICED);
    expect(release.status.attention).toBeNull();
    expect(goOn(release).state.outcome).toBe('released');
  });

  it('abort while a person must look ends the release, and nobody saw it', () => {
    const release = given();
    release.wechat.releaseOther('1.3.9', release.now);
    release.run(NOTICED).send('abort');
    expect(release.run().state.outcome).toBe('aborted');
    expect(grays(release)).toEqual([]);
  });

  it('WeChat cannot be read for hours: a person is told, and it goes on by itself', () => {
    const release = given();
    release.wechat.readable = false;
    release.run(3 * HOUR);
    expect(looking(release)).toBe(true);
    release.wechat.readable = true;
    release.run(NOTICED);
    expect(looking(release)).toBe(false);
    expect(goOn(release).state.outcome).toBe('released');
  });
});

describe('an audit of ours that someone else ends', () => {
  it('withdrawn in the console: a person must look; retry submits again', () => {
    const release = begin(planWith())
      .until(({ state }) => state.audit.id !== null)
      .run(MINUTE);
    release.wechat.withdraw();
    release.until(looking);
    expect(release.status.attention?.reason).toBe('audit 1 was withdrawn by someone else');
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['commit', 'submitAudit', 'submitAudit']);
  });

  it('withdrawn and another submitted in its place: a person must look, and ours is not forced through', () => {
    const release = begin(planWith())
      .until(({ state }) => state.audit.id !== null)
      .run(MINUTE);
    release.wechat.withdraw();
    release.wechat.submitOther(release.now);
    release.until(looking).run(DAY);
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
    release.send('abort');
    expect(release.run().state.outcome).toBe('aborted');
  });

  it('approved, and another one submitted since: nothing is released, for it could be theirs', () => {
    const release = ready();
    release.wechat.submitOther(release.now);
    release.run(NOTICED);
    expect(release.status.attention?.reason).toBe('audit 2 was submitted by someone else');
    expect(release.status.attention?.remedy).toMatch(/^`abort`, then start again/);
    release.send('approve', { by: 'ann' });
    release.run(DAY);
    expect(grays(release)).toEqual([]);
    release.send('abort');
    expect(release.run().state.outcome).toBe('aborted');
  });
});

describe('while it bakes', () => {
  const baking = () =>
    begin(planWith())
      .until(({ state }) => state.phase === 'baking')
      .run(MINUTE);

  it('another version goes online: a person must look; put right, it bakes on', () => {
    const release = baking();
    const { online } = release.wechat;
    release.wechat.releaseOther('2.0.0', release.now);
    release.run(NOTICED);
    expect(release.status.attention?.reason).toBe('2.0.0 is online, not 1.4.0');
    release.run(2 * DAY);
    expect(release.state.phase).toBe('baking');
    release.wechat.online = online;
    release.run(NOTICED);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('someone rolls it back by hand: a person must look; abort finds everyone back and writes nothing', () => {
    const release = baking();
    release.wechat.rollBack(release.now);
    release.run(NOTICED);
    expect(release.status.attention?.reason).toBe('1.3.0 is online, not 1.4.0');
    release.send('abort');
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(endpoints(release)).not.toContain('revertCode');
  });

  it('someone rolls it back by hand: giveUp closes too', () => {
    const release = baking();
    release.wechat.rollBack(release.now);
    release.run(NOTICED);
    expect(release.send('giveUp').accepted).toBe(true);
    expect(release.run().state.outcome).toBe('failed');
  });

  it('the next version is submitted for audit: told once, and the release still ends', () => {
    const release = baking();
    release.wechat.submitOther(release.now);
    release.run(NOTICED);
    expect(release.status).toMatchObject({ attention: null, paused: [] });
    expect(release.status.notices.join()).toContain('audit 2 was submitted by someone else after ours (1)');
    expect(release.run().state.outcome).toBe('released');
  });

  it('the next version is submitted and then goes online: that is for a person', () => {
    const release = baking();
    release.wechat.submitOther(release.now);
    release.run(NOTICED);
    release.wechat.releaseOther('1.5.0', release.now);
    release.run(NOTICED);
    expect(release.status.attention?.reason).toBe('1.5.0 is online, not 1.4.0');
    release.send('abort');
    expect(release.run().status).toMatchObject({ outcome: 'failed', theirs: '1.5.0' });
    expect(release.wechat.online?.version).toBe('1.5.0');
  });
});
