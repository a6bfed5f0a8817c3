/** Buttons pressed in WeChat's console while users have the version: what each policy does, and that putting it right is enough. */
import { describe, expect, it } from 'vitest';
import type { DriftPolicy } from '../../../src/domain/plan.js';
import { DEFAULT_DRIFT } from '../../../src/domain/plan-defaults.js';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { BEFORE, DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import { endpoints, gatedAt50, grays, kinds, looking, paused, windowed } from './helpers.js';

const at10 = (onDrift: Partial<DriftPolicy> = {}, more = {}): Driver =>
  begin(planWith({ onDrift: { ...DEFAULT_DRIFT, ...onDrift }, ...more })).untilPercentage(10);
const NOTICED = 5 * MINUTE;

describe('the percentage was raised in the console', () => {
  const raised = (advanced: DriftPolicy['advanced'], to = 30) => {
    const release = at10({ advanced });
    release.wechat.advanceTo(to);
    return release.run(NOTICED);
  };

  it('pause: nothing goes on; resume alone does not help and says what does', () => {
    const release = raised('pause').run(DAY);
    expect(release.status.paused).toMatchObject([
      {
        kind: 'drift',
        by: 'plan: rollout.onDrift',
        reason: 'someone set the staged release to 30 %, we left it at 10 %',
      },
    ]);
    const answer = release.send('resume');
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain('to take it over send {"adopt":true,"by":"you","reason":"why"}');
    expect(grays(release)).toEqual([1, 10]);
    expect(release.status.allowed.find(({ verb }) => verb === 'resume')?.json).toMatchObject({ adopt: true });
  });

  it('pause: adopted, the next stage is the first higher one, after the rest of the soak', () => {
    const release = raised('pause');
    const left = HOUR - NOTICED;
    release.run(3 * HOUR).send('resume', { adopt: true });
    const adopted = release.now;
    expect(release.status).toMatchObject({ percentage: 30, paused: [] });
    release.untilPercentage(50);
    expect(release.now - adopted).toBeGreaterThanOrEqual(left - MINUTE);
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 10, 50, 100]);
  });

  it('adopt: the soak that was skipped stays owed', () => {
    const release = raised('adopt', 60);
    expect(release.status).toMatchObject({ percentage: 60, paused: [], attention: null });
    expect(release.status.stages.map(({ state }) => state)).toEqual(['done', 'done', 'soaking', 'pending']);
    const adopted = release.now;
    release.untilPercentage(100);
    expect(release.now - adopted).toBeGreaterThan(HOUR + 50 * MINUTE);
    expect(grays(release)).toEqual([1, 10, 100]);
  });

  it('adopt: soaking again from the start is never shorter than what is owed', () => {
    const release = raised('adopt', 60);
    const owed = release.status.stages[2]?.remainingMs ?? 0;
    release.send('pause');
    release.send('resume', { restart: true });
    expect(release.status.stages[2]?.remainingMs).toBeGreaterThanOrEqual(owed - MINUTE);
  });

  it('attention: a person takes it over by resume, or takes users back', () => {
    const release = raised('attention');
    expect(release.status.attention?.remedy).toContain('`resume` with {"adopt":true}');
    expect(release.send('resume', { adopt: true }).accepted).toBe(true);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('revert: users go back', () => {
    const release = raised('revert').run();
    expect(release.state.outcome).toBe('reverted');
    expect(release.status.reason).toContain('someone set the staged release to 30 %');
  });

  it('twice while it is paused: the newest is what is to be adopted', () => {
    const release = raised('pause');
    release.wechat.advanceTo(80);
    release.run(NOTICED);
    expect(release.status.paused.map(({ reason }) => reason)).toEqual([
      'someone set the staged release to 80 %, we left it at 10 %',
    ]);
    release.send('resume', { adopt: true });
    expect(release.run(SECOND).status.percentage).toBe(80);
    expect(release.run().state.outcome).toBe('released');
  });

  it('just before our own step is seen before it: nothing is written over it', () => {
    const release = at10();
    release.run(HOUR - 5 * SECOND);
    release.wechat.advanceTo(30);
    release.run(2 * HOUR);
    expect(grays(release)).toEqual([1, 10]);
    expect(kinds(release)).toEqual(['drift']);
  });

  it('adopt of nothing is refused', () => {
    expect(at10().send('resume', { adopt: true })).toMatchObject({
      accepted: false,
      message: 'nothing to adopt: the staged release stands where the release left it',
    });
  });

  it('while someone has paused us too: each goes by itself', () => {
    const release = at10();
    release.send('pause');
    release.wechat.advanceTo(30);
    release.run(NOTICED);
    expect(kinds(release)).toEqual(['human', 'drift']);
    expect(release.send('resume').message).toContain('still paused by someone set the staged release');
    release.send('resume', { adopt: true });
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('the staged release was paused in the console', () => {
  const stopped = (policy: DriftPolicy['paused']) => {
    const release = at10({ paused: policy });
    release.wechat.pause();
    return release.run(NOTICED);
  };

  it('pause: resume says where to press; resumed there, it goes on by itself with the rest of the soak', () => {
    const release = stopped('pause').run(5 * HOUR);
    expect(release.status.next.what).toBe('goes on once that is put right in the console');
    const answer = release.send('resume');
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain('press it in the console (mp.weixin.qq.com');
    release.wechat.unpause();
    release.run(NOTICED);
    expect(release.status.paused).toEqual([]);
    expect(release.run().state.outcome).toBe('released');
  });

  it('attention: goes on by itself when it is put right', () => {
    const release = stopped('attention').run(DAY);
    expect(release.status.attention?.reason).toContain('only the console can resume it');
    release.wechat.unpause();
    release.run(NOTICED);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('revert: users go back', () => {
    expect(stopped('revert').run().state.outcome).toBe('reverted');
  });

  it('is guarded all the same: failing health takes users back', () => {
    const release = stopped('pause');
    release.measureBy(failingFrom(0));
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('and then raised: it is still paused, and told anew', () => {
    const release = stopped('pause');
    release.wechat.gray = { ...release.wechat.gray, percentage: 40 };
    release.run(NOTICED);
    expect(release.status.paused.map(({ reason }) => reason).join()).toContain('at 40 %');
    release.wechat.unpause();
    release.run(NOTICED);
    expect(release.status.paused.map(({ reason }) => reason).join()).toContain(
      'someone set the staged release to 40 %',
    );
  });

  it('and then cancelled: a person must look', () => {
    const release = stopped('pause');
    release.wechat.cancel();
    release.until(looking);
    expect(release.status.attention?.reason).toContain('cancelled');
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });
});

describe('the staged release was cancelled in the console', () => {
  const cancelled = (policy: DriftPolicy['cancelled']) => {
    const release = at10({ cancelled: policy });
    release.wechat.cancel();
    return release.run(NOTICED);
  };

  it('attention: nothing is written; giveUp closes, for nobody has the version', () => {
    const release = cancelled('attention').run(DAY);
    expect(release.status.attention?.reason).toContain('someone cancelled the staged release in the console');
    expect(release.send('giveUp').accepted).toBe(true);
    expect(release.run().state.outcome).toBe('failed');
    expect(grays(release)).toEqual([1, 10]);
  });

  it('revert: the release ends as reverted, and nothing had to be written', () => {
    const release = cancelled('revert').run();
    expect(release.state.outcome).toBe('reverted');
    expect(endpoints(release)).not.toContain('revertGray');
  });

  it('and begun again by someone: that one is not ours', () => {
    const release = cancelled('attention');
    release.wechat.begin(release.now, 10, '1.4.0');
    release.run(NOTICED);
    expect(release.status.attention?.reason).toContain('another staged release (running at 10 %)');
    release.send('abort');
    expect(release.run(DAY).state.outcome).toBe('failed');
    expect(release.wechat.gray.status).toBe('running');
  });
});

describe('the staged release was finished in the console', () => {
  const finished = (policy: DriftPolicy['finished']) => {
    const release = at10({ finished: policy });
    release.wechat.finish(release.now);
    return release.run(NOTICED);
  };

  it('bake: everyone has it, and it is watched for as long as planned', () => {
    const release = finished('bake');
    expect(release.status).toMatchObject({ phase: 'baking', percentage: 100, attention: null });
    expect(release.run().state.outcome).toBe('released');
  });

  it('attention: a person lets it bake by resume with adopt', () => {
    const release = finished('attention').run(DAY);
    expect(release.status.attention?.remedy).toContain('{"adopt":true}');
    expect(release.send('resume', { adopt: true }).message).toBe('taken over; it bakes');
    expect(release.status).toMatchObject({ phase: 'baking', attention: null });
    expect(release.run().state.outcome).toBe('released');
  });

  it('attention: abort rolls everyone back', () => {
    const release = finished('attention');
    release.send('abort');
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('revert: everyone is rolled back', () => {
    const release = finished('revert').run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(endpoints(release).at(-1)).toBe('revertCode');
  });

  it('and rolled back there: nobody has it, and a person must look', () => {
    const release = at10();
    release.wechat.finish(release.now);
    release.wechat.rollBack(release.now);
    release.until(looking);
    expect(release.status.attention?.reason).toContain('is online');
    release.send('abort');
    release.until(({ state }) => state.phase === 'closed' || state.attention?.step === 'wayBack');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('while the plan waits for an approval, pause or hold: it bakes, and the pause stays', () => {
    const release = begin(planWith({ stages: [stage(10, { hold: true }), stage(100)] })).untilPercentage(10);
    release.send('pause');
    release.wechat.finish(release.now);
    release.run(DAY);
    expect(release.status).toMatchObject({
      phase: 'baking',
      paused: [{ kind: 'human' }],
      bake: { endsAt: null },
    });
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('something else took the place of ours', () => {
  it('another version online: a person must look, and abort never takes theirs back', () => {
    const release = at10();
    release.wechat.releaseOther('2.0.0', release.now);
    release.run(NOTICED);
    expect(release.status.attention).not.toBeNull();
    release.send('abort');
    release.until(({ state }) => state.phase === 'closed' || state.attention?.step === 'wayBack');
    expect(release.wechat.online?.version).toBe('2.0.0');
    expect(endpoints(release)).not.toContain('revertCode');
  });

  it('another audit: a person must look; nothing of ours can be raised past it', () => {
    const release = at10();
    release.wechat.submitOther(release.now);
    release.run(NOTICED);
    expect(release.status.attention?.reason).toContain(
      'audit 2 was submitted by someone else after ours (1)',
    );
    release.run(DAY).send('retry');
    release.run(NOTICED);
    expect(release.status.attention?.reason).toContain('audit 2');
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('another audit, withdrawn again: ours is still not the latest, and the remedy names what does help', () => {
    const release = at10();
    release.wechat.verdict = { after: null, status: 'approved', reason: '' };
    release.wechat.submitOther(release.now);
    release.until(looking);
    release.wechat.withdraw();
    release.run(3 * DAY).send('retry');
    release.run(HOUR);
    expect(release.status.attention?.reason).toContain('audit 2');
    const remedy = release.status.attention?.remedy ?? '';
    expect(remedy).not.toContain('put it right in the console');
    expect(remedy).toMatch(/: `abort` takes users back; then start again/);
    expect(release.send('giveUp').accepted).toBe(false);
    release.send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('another audit, and then the console cancels or finishes ours: what users have goes before', () => {
    const release = at10();
    release.wechat.submitOther(release.now);
    release.run(NOTICED);
    release.wechat.finish(release.now);
    release.run(NOTICED);
    expect(release.status).toMatchObject({ phase: 'baking', attention: null });
    expect(release.run().state.outcome).toBe('released');
  });

  it('another upload is no drift: the audit that passed is what is released', () => {
    const release = at10();
    release.wechat.upload('9.9.9', release.now);
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('the merchant takes the authorization back', () => {
  it('at 10 %: a person must look, the reason names it, and it goes on by itself when it is given again', () => {
    const release = at10();
    release.wechat.authorised = false;
    release.run(NOTICED);
    expect(release.status.attention?.reason).toContain('61003');
    expect(release.status.attention?.reason).toContain('let the merchant authorise the platform again');
    release.run(DAY);
    release.wechat.authorised = true;
    release.run(NOTICED);
    expect(release.status.attention).toBeNull();
    expect(release.run().state.outcome).toBe('released');
  });

  it('and health fails: the way back waits for the authorization, and says who has the version', () => {
    const release = at10();
    release.wechat.authorised = false;
    release.measureBy(failingFrom(0));
    release.until(({ state }) => state.phase === 'reverting').until(looking);
    expect(release.status.attention?.reason).toContain('61003');
    expect(release.status.attention?.reason).toContain('10 % of users have 1.4.0 and should have 1.3.0');
    expect(release.send('giveUp').accepted).toBe(false);
    release.wechat.authorised = true;
    release.send('retry');
    expect(release.run().state.outcome).toBe('reverted');
  });
});

describe('a person must look at a write of ours already', () => {
  /** 50 % is refused at 10 %. */
  const refused = (onDrift: Partial<DriftPolicy> = {}) => {
    const release = at10(onDrift);
    release.faults.set('grayRelease', ['refuse']);
    return release.until(({ state }) => state.attention?.step === 'grayRelease');
  };
  const stillRefused = (release: Driver) => {
    release.run(DAY);
    expect(release.status.attention).toMatchObject({ step: 'grayRelease' });
    expect(grays(release)).toEqual([1, 10]);
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 10, 50, 100]);
  };

  it('paused in the console meanwhile, and resumed there: nothing is written before `retry`', () => {
    const release = refused({ paused: 'attention' });
    const first = release.status.attention;
    release.wechat.pause();
    release.run(NOTICED);
    expect(release.status.attention).toMatchObject({ step: 'drift', covers: first });
    release.wechat.unpause();
    release.run(NOTICED);
    expect(release.status.attention).toEqual(first);
    expect(release.status.decisions.at(-1)?.why).toContain(first?.reason);
    stillRefused(release);
  });

  it('paused in the console for long, told in other words and read anew: still it is kept', () => {
    const release = refused({ paused: 'attention' });
    release.wechat.pause();
    release.run(NOTICED);
    release.wechat.gray = { ...release.wechat.gray, percentage: 40 };
    release.run(NOTICED);
    release.wechat.gray = { ...release.wechat.gray, percentage: 10 };
    release.run(NOTICED);
    expect(release.send('retry').message).toContain('reading again; then a person must look still: ');
    release.run(NOTICED);
    expect(release.status.attention).toMatchObject({ step: 'drift', covers: { step: 'grayRelease' } });
    release.wechat.unpause();
    stillRefused(release);
  });

  it('cancelled and given up: both end with it', () => {
    const release = refused();
    release.wechat.cancel();
    release.run(NOTICED).send('giveUp');
    expect(release.run().state.outcome).toBe('failed');
  });

  it('raised in the console and taken over: the write still waits for `retry`', () => {
    const release = refused({ advanced: 'attention' });
    release.wechat.advanceTo(30);
    release.run(NOTICED).send('resume', { adopt: true });
    expect(release.status.percentage).toBe(30);
    stillRefused(release);
  });

  it('raised, and then paused, which the plan knows a way on from: it is not forgotten', () => {
    const release = refused({ advanced: 'attention', paused: 'pause' });
    release.wechat.advanceTo(30);
    release.run(NOTICED);
    expect(release.status.attention?.step).toBe('drift');
    release.wechat.pause();
    release.run(NOTICED);
    expect(release.status).toMatchObject({ attention: { step: 'grayRelease' }, paused: [{ kind: 'drift' }] });
    release.wechat.gray = { ...release.wechat.gray, percentage: 10 };
    release.wechat.unpause();
    stillRefused(release);
  });

  it('a release that 0.1.0 began forgets it, as it did when its history was recorded', () => {
    const release = begin({ ...planWith(), rules: 1 }).untilPercentage(10);
    release.faults.set('grayRelease', ['refuse']);
    release.until(({ state }) => state.attention?.step === 'grayRelease');
    release.wechat.cancel();
    release.run(NOTICED);
    expect(release.status.attention).toMatchObject({ step: 'drift' });
    expect(release.status.attention).not.toHaveProperty('covers');
  });

  it('finished in the console: everyone has it, and nothing is left to look at', () => {
    const release = refused({ finished: 'attention' });
    release.wechat.finish(release.now);
    release.run(NOTICED).send('resume', { adopt: true });
    expect(release.status).toMatchObject({ phase: 'baking', attention: null });
  });
});

describe('raised to 100 % in the console, taken over by the plan, and not online by itself', () => {
  const full = (plan = planWith()) => {
    const rollout = { ...plan.rollout, onDrift: { ...DEFAULT_DRIFT, advanced: 'adopt' as const } };
    return begin({ ...plan, rollout }).untilPercentage(10);
  };
  const raise = (release: Driver) => {
    release.wechat.advanceTo(100);
    return release.run(HOUR);
  };

  it('nothing in the way: `release` finishes it', () => {
    const release = raise(full());
    expect(endpoints(release).at(-1)).toBe('release');
    expect(release.run().state.outcome).toBe('released');
  });

  it('frozen: nothing is written before the freeze is over, and the status says so', () => {
    const release = full();
    release.send('freeze', { for: '3d' });
    raise(release);
    expect(endpoints(release)).not.toContain('release');
    expect(release.status.reason).toContain('frozen by ann');
    expect(release.status.stages.map(({ state }) => state)).toContain('waiting');
    expect(release.run().state.outcome).toBe('released');
    expect(release.wechat.ledger.at(-1)?.at).toBeGreaterThanOrEqual(release.state.startedAt + 3 * DAY);
  });

  it('frozen, and it comes online by itself: it bakes', () => {
    const release = full();
    release.send('freeze', { for: '3d' });
    raise(release).wechat.finish(release.now);
    release.run(NOTICED);
    expect(release.status).toMatchObject({ phase: 'baking', percentage: 100 });
  });

  it('an approval is owed: it is asked for', () => {
    const release = raise(full(gatedAt50()));
    expect(endpoints(release)).not.toContain('release');
    expect(release.status.gate?.gate).toBe('stage:2');
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('outside the windows: it waits for the next', () => {
    const release = raise(full(windowed()));
    const { opensAt } = release.status.window ?? { opensAt: 0 };
    expect(release.run().state.outcome).toBe('released');
    const at = release.wechat.ledger.at(-1)?.at ?? 0;
    expect(release.wechat.ledger.at(-1)?.endpoint).toBe('release');
    expect(at).toBeGreaterThanOrEqual(opensAt);
  });

  it('frozen, and health fails: users are taken back', () => {
    const release = full();
    release.send('freeze', { for: '3d' });
    raise(release).measureBy(failingFrom(0));
    expect(release.run().state.outcome).toBe('reverted');
  });
});

describe('drift and the rest', () => {
  it('is noticed also while paused by a person', () => {
    const release = at10();
    release.send('pause');
    release.wechat.cancel();
    release.run(NOTICED);
    expect(looking(release)).toBe(true);
  });

  it('of one kind that becomes another is told as what it is now', () => {
    const release = at10();
    release.wechat.pause();
    release.run(NOTICED);
    expect(kinds(release)).toEqual(['drift']);
    release.wechat.finish(release.now);
    release.run(NOTICED);
    expect(release.status).toMatchObject({ phase: 'baking', paused: [], attention: null });
  });

  it('does not stop WeChat’s own deadline', () => {
    const release = at10();
    release.wechat.pause();
    release.run(20 * DAY);
    expect(release.state.outcome).toBe('reverted');
    expect(release.status.reason).toContain('one hour before WeChat completes');
  });

  it('that WeChat cannot be read any more is for a person until it can', () => {
    const release = at10();
    release.wechat.pause();
    release.run(NOTICED);
    release.wechat.readable = false;
    release.run(HOUR);
    expect(looking(release)).toBe(true);
    release.wechat.readable = true;
    release.run(NOTICED);
    expect({ looking: looking(release), paused: paused(release) }).toEqual({ looking: false, paused: true });
    release.wechat.unpause();
    expect(release.run().state.outcome).toBe('released');
  });
});
