/** A percentage that was sent and that nobody could prove: what comes of it is our own doing, and users have it perhaps. */
import { describe, expect, it } from 'vitest';
import { currentDetails } from '../../../src/domain/details.js';
import type { DriftPolicy } from '../../../src/domain/plan.js';
import { DEFAULT_DRIFT } from '../../../src/domain/plan-defaults.js';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, planWith, stage } from '../support/given.js';
import { endpoints, grays, looking } from './helpers.js';

const drift = (changes: Partial<DriftPolicy>) => ({ onDrift: { ...DEFAULT_DRIFT, ...changes } });
const revert = drift({ advanced: 'revert', finished: 'revert' });
const told = ({ status }: Driver): string[] => [...status.notices, ...status.decisions.map(({ why }) => why)];
const offered = ({ status }: Driver): string[] => status.allowed.map(({ verb }) => verb);

/** 50 % took effect, and nobody could tell. */
function lost50(plan = planWith(), more: Parameters<typeof begin>[1] = {}): Driver {
  const release = begin(plan, more).untilPercentage(10);
  release.faults.set('grayRelease', ['lost']);
  return release.until(looking);
}

describe('everyone has it, and that was our own write of which nobody could tell', () => {
  it.each(['revert', 'bake'] as const)('gray 100 (finished: %s): it is nobody else’s doing', (finished) => {
    const release = begin(planWith(drift({ finished }))).untilPercentage(50);
    release.wechat.fullReleaseMs = 5 * MINUTE;
    release.faults.set('grayRelease', ['lost']);
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release)).not.toContain('revertCode');
    expect(told(release).join()).not.toContain('someone');
  });

  it('the release of an app’s first version, which has no way back', () => {
    const release = begin(planWith({ firstRelease: 'full', ...revert }));
    Object.assign(release.wechat, { online: null, history: [] });
    release.faults.set('release', ['lost']);
    expect(release.run().state.outcome).toBe('released');
    expect(told(release).join()).not.toContain('someone');
  });

  it('but a colleague who finishes at a lower percentage of ours is a colleague', () => {
    const release = lost50(planWith(revert));
    release.wechat.finish(release.now);
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(told(release).join()).toContain('someone finished the staged release');
  });
});

describe('a percentage that is seen and was never proven', () => {
  const never = (release: Driver) => expect(told(release).join()).not.toContain('someone set');

  it.each(['revert', 'pause'] as const)(
    'is ours (advanced: %s) after a retry that was not sent',
    (advanced) => {
      const release = lost50(planWith(drift({ advanced })));
      release.wechat.readable = false;
      release.send('retry');
      release.run(20 * MINUTE);
      release.wechat.readable = true;
      release.run(HOUR);
      expect(release.status).toMatchObject({ phase: 'rolling', paused: [] });
      never(release);
      release.send('retry');
      expect(release.run().state.outcome).toBe('released');
      expect(grays(release)).toEqual([1, 10, 50, 100]);
    },
  );

  it('is ours also after WeChat refused a higher one', () => {
    const release = lost50(planWith(revert));
    release.faults.set('grayRelease', ['refuse']);
    release.send('promote', { expect: 10, full: true });
    release.send('retry');
    release.run(HOUR);
    expect(release.status).toMatchObject({ phase: 'rolling', paused: [] });
    never(release);
  });

  it('is someone’s after WeChat itself refused to be sent it again', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.faults.set('grayRelease', ['unknown', 'refuse']);
    release.until(looking).send('retry');
    release.run(MINUTE).wechat.advanceTo(50);
    release.run(5 * MINUTE);
    expect(release.status.paused[0]?.reason).toContain('someone set the staged release to 50 %');
  });
});

describe('a percentage that users have perhaps', () => {
  const health = [metric(), metric({ name: 'late', from: 50, initialDelayMs: 5 * MINUTE })];
  const bad = { measure: ({ name }: { name: string }) => (name === 'late' ? { value: 0.9 } : {}) };

  it('is measured: what fails from there on takes users back, its first delay after it was sent', () => {
    const release = lost50(planWith({ health }), bad);
    const sent = release.now;
    expect(release.run().state.outcome).toBe('reverted');
    const turn = release.status.decisions.find(({ what }) => what === 'taking users back');
    expect(turn?.by).toBe('metric late');
    expect((turn?.at ?? 0) - sent).toBeGreaterThanOrEqual(4 * MINUTE);
    expect((turn?.at ?? 0) - sent).toBeLessThan(10 * MINUTE);
  });

  it('is measured while paused', () => {
    const release = lost50(planWith({ health }), bad);
    release.send('pause');
    release.send('retry');
    release.run(HOUR);
    expect(release.state.outcome).toBe('reverted');
  });

  it('holds no step up when only a higher percentage could be measured', () => {
    const release = begin(planWith({ health })).untilPercentage(10);
    const { gray } = release.wechat;
    release.measureBy(({ name }) =>
      name === 'late' && release.wechat.gray.percentage === gray.percentage ? { value: null } : {},
    );
    release.faults.set('grayRelease', ['unknown']);
    release.until(looking).send('retry');
    release.run(30 * MINUTE);
    expect(release.status.percentage).toBe(50);
  });

  it('is told wherever the percentage is, and its way back', () => {
    const release = lost50();
    release.send('freeze', { for: '5d' });
    release.send('retry');
    release.run(DAY);
    expect(release.status).toMatchObject({ percentage: 10, perhaps: 50 });
    expect(currentDetails(release.status, release.now)).toContain('**rolling** at `10 % (50 % perhaps)`');
    expect(release.status.wayBack.text).toBe('the 10 % (50 % perhaps) go back to 1.3.0 at once');
    release.send('unfreeze');
    release.untilPercentage(50);
    expect(release.status.perhaps).toBeUndefined();
  });
});

describe('giveUp, by what is to be seen', () => {
  const first = (fault: 'refuse' | 'unknown' | 'lost') => {
    const release = begin(planWith());
    release.faults.set('grayRelease', [fault]);
    return release.until(looking).run(10 * MINUTE);
  };

  it.each([
    ['refuse', 'no user saw it; the approved audit stays'],
    ['unknown', 'nobody can tell whether one of ours is still to come'],
  ] as const)('closes after a first percentage (%s) of which nothing is there', (fault, left) => {
    const release = first(fault);
    expect(release.status.wayBack).toMatchObject({ way: 'none' });
    expect(release.status.wayBack.text).toContain('no staged release is to be seen');
    expect(offered(release)).toContain('giveUp');
    release.send('giveUp');
    expect(release.status.outcome).toBe('failed');
    expect(release.status.reason).toContain(left);
  });

  it('is refused while a first percentage runs that was never proven; once cancelled, that is told and it closes', () => {
    const release = first('lost');
    expect(offered(release)).not.toContain('giveUp');
    release.wechat.cancel();
    release.run(5 * MINUTE);
    expect(release.status.attention?.reason).toContain('someone cancelled the staged release');
    expect(release.send('giveUp').accepted).toBe(true);
  });

  it('is refused once a way back found what was not to be seen before', () => {
    const release = first('unknown');
    release.wechat.beginStaged(1, release.now);
    release.faults.set('revertGray', ['refuse', 'refuse', 'refuse', 'refuse']);
    release.send('abort');
    release.until(looking).run(MINUTE);
    expect(release.status.phase).toBe('reverting');
    expect(offered(release)).not.toContain('giveUp');
  });

  it('is refused while another staged release runs in the place of ours, and offered when that is gone', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.wechat.cancel();
    release.wechat.begin(release.now, 5, '9.9.9');
    release.until(looking).run(5 * MINUTE);
    expect(release.status.wayBack).toMatchObject({ way: 'none' });
    expect(offered(release)).not.toContain('giveUp');
    release.wechat.cancel();
    release.run(5 * MINUTE);
    expect(release.status.attention?.remedy).toContain('`abort` to end this release');
    expect(offered(release)).toContain('giveUp');
  });

  it('after a cancel: nothing is there to take back', () => {
    const release = begin(planWith({ stages: [stage(0, { members: ['testers'] }), stage(10), stage(100)] }));
    release.until(({ state }) => state.ladder.stage === 0).wechat.cancel();
    release.until(looking);
    expect(release.status.wayBack).toMatchObject({ way: 'none' });
    expect(release.status.wayBack.text).toContain('nothing to take back: someone cancelled');
  });
});

describe('between gray 100 and online', () => {
  const completing = () => {
    const release = begin(planWith()).untilPercentage(50);
    release.wechat.fullReleaseMs = 4 * MINUTE;
    return release.until(({ state }) => state.ladder.completingSince !== null).run(MINUTE);
  };

  it('status says that everyone gets it, how they go back, and what comes next', () => {
    const { status } = completing();
    expect(status.percentage).toBe(100);
    expect(status.stages.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'releasing']);
    expect(status.next.what).toBe('the bake, as soon as it is online for everyone');
    expect(status.wayBack).toEqual({
      way: 'revertcoderelease',
      text: 'the 100 % go back to 1.3.0: at once while the staged release runs, else as soon as it is online for everyone',
    });
  });

  it('a way back from there says who has it, and at its end that nobody has', () => {
    const release = completing();
    release.send('abort');
    release.run(MINUTE);
    expect(release.status).toMatchObject({ phase: 'reverting', percentage: 100 });
    release.until(({ wechat }) => wechat.ledger.at(-1)?.endpoint === 'revertCode');
    expect(release.status).toMatchObject({ phase: 'reverting', percentage: 0 });
    expect(release.status.wayBack.text).toContain('nothing is left to take back');
    expect(release.run().status).toMatchObject({ outcome: 'rolledBack', percentage: 0 });
  });

  it('nothing is left to promote', () => {
    const release = completing();
    expect(offered(release)).not.toContain('promote');
    expect(release.send('promote', { expect: 50 }).message).toBe(
      'everyone gets it already; the bake comes next',
    );
  });
});

it('WeChat completes at its deadline what the plan wants complete and we could not: nobody is rolled back', () => {
  const release = begin(
    planWith({
      stages: [stage(1), stage(10, { hold: true }), stage(100)],
      onPlatformDeadline: 'complete',
      ...revert,
    }),
  ).untilPercentage(10);
  release.wechat.pause();
  // Paused in the console, it goes on as long as WeChat lets it.
  expect(release.run().state.outcome).toBe('released');
  expect(told(release).join()).not.toContain('someone finished');
});
