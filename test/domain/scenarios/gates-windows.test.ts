/** Stages begin in windows only; nothing else is held up by one. The windows here are open for the first hour of every four. */
import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/domain/apply.js';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import { asked, endpoints, grays, looking, waits, windowed } from './helpers.js';

const isOpen = (at: number) => at % (4 * HOUR) < HOUR;
const begins = ({ wechat }: Driver) =>
  wechat.ledger.filter(({ endpoint }) => endpoint === 'grayRelease').map(({ at }) => at);
const ready = ({ state }: Driver) => state.phase === 'ready';

describe('a window', () => {
  it('is waited for by every stage, and status says until when', () => {
    const release = begin(windowed()).until(ready).run(MINUTE);
    expect(release.status.window).toEqual({
      opensAt: Date.parse('2025-01-06T12:00:00Z'),
      closesAt: Date.parse('2025-01-06T13:00:00Z'),
    });
    expect(release.status.reason).toBe('waits for the window at 2025-01-06 12:00 UTC');
    expect(release.status.next).toEqual({
      what: '1 %, once that is over',
      at: release.status.window?.opensAt,
    });
    release.run();
    expect(release.state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 10, 50, 100]);
    expect(begins(release).every(isOpen)).toBe(true);
  });

  it('that is shut when the soak ends is what comes next says', () => {
    const soaking = (soakMs: number) => {
      const release = begin(windowed({ stages: [stage(1, { soakMs }), stage(100)] })).untilPercentage(1);
      expect(release.status.stages[0]?.state).toBe('soaking');
      return { ends: release.status.stages[0]?.soakEndsAt ?? 0, ...release.status };
    };
    const short = soaking(10 * MINUTE);
    expect(isOpen(short.ends)).toBe(true);
    expect(short.next).toEqual({ what: '100 %, once health is confirmed', at: short.ends });
    const long = soaking(2 * HOUR);
    expect(isOpen(long.ends)).toBe(false);
    expect(long.next).toEqual({ what: '100 %, once a window is open and health is confirmed', at: null });
  });

  it('is looked up anew when the one that was known is over', () => {
    const release = begin(windowed({ stages: [stage(10, { hold: true }), stage(100)] })).untilPercentage(10);
    const known = release.status.window;
    release.run(3 * DAY).send('promote', { expect: 10 });
    release.run(MINUTE);
    expect(release.status.window?.opensAt).toBeGreaterThan(known?.closesAt ?? 0);
    expect(release.run().state.outcome).toBe('released');
    expect(begins(release).every(isOpen)).toBe(true);
  });

  it('that closes while nobody carries the step out stops it: it is never sent outside', () => {
    const release = begin(windowed()).untilPercentage(1);
    release.delays.set('grayRelease', [2 * HOUR, 5 * HOUR]);
    release.untilPercentage(10);
    expect(begins(release).every(isOpen)).toBe(true);
    expect(release.run().state.outcome).toBe('released');
  });

  it('also stops the first stage, and a first release to everyone', () => {
    for (const online of [true, false]) {
      const release = begin(windowed({ firstRelease: 'full' }));
      if (!online) release.wechat.online = null;
      const effect = online ? 'grayRelease' : 'release';
      release.delays.set(effect, [2 * HOUR]);
      release.until(({ wechat }) => wechat.ledger.some(({ endpoint }) => endpoint === effect));
      const sent = release.wechat.ledger.find(({ endpoint }) => endpoint === effect);
      expect(isOpen(sent?.at ?? 0)).toBe(true);
    }
  });

  it('that is over by another machine’s clock is looked up again before the step is tried again', () => {
    const release = begin(windowed())
      .untilPercentage(1)
      .until(({ state }) => state.window !== null);
    const answer = 'the health confirmation grew too old';
    const stale = { status: 'stale', at: release.now, writes: 0, answer } as const;
    const event = { type: 'effect', effect: 'grayRelease', stage: 1, percentage: 10, result: stale } as const;
    expect(apply(release.state, release.plan, event, release.now)).toMatchObject({
      window: null,
      confirmation: null,
    });
  });

  it('does not let a stage begin without fresh health: what is missing when it closes waits for the next', () => {
    const release = begin(windowed()).untilPercentage(1);
    release.measureBy(() => ({ value: null }));
    release.until(({ status }) => status.paused.length > 0 || status.reason.includes('fresh'));
    release.run(2 * HOUR);
    release.measureBy(() => ({}));
    if (release.status.paused.length > 0) release.send('resume', { metric: 'js-error-rate' });
    expect(release.run().state.outcome).toBe('released');
    expect(begins(release).every(isOpen)).toBe(true);
  });

  it('that comes and goes while the release is paused is missed; the next one is taken', () => {
    const release = begin(windowed()).untilPercentage(1);
    release.send('pause');
    release.run(9 * HOUR);
    expect(isOpen(release.now)).toBe(false);
    release.send('resume');
    release.untilPercentage(10);
    expect(begins(release).every(isOpen)).toBe(true);
  });

  it('comes after the approval: who approves at night, approves for the morning', () => {
    const stages = [stage(10, { approval: asked() }), stage(100)];
    const release = begin(windowed({ stages })).until(waits).run(SECOND);
    expect(isOpen(release.now)).toBe(false);
    release.send('approve', { by: 'ann' });
    release.run(MINUTE);
    expect(release.status).toMatchObject({ percentage: 0, gate: null });
    expect(release.status.reason).toContain('waits for the window');
    release.untilPercentage(10);
    expect(begins(release).every(isOpen)).toBe(true);
  });

  it('that can no more be told is for a person, and goes on after retry', () => {
    const release = begin(windowed());
    release.doing.broken.add('nextOpening');
    release.until(looking).send('retry');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('a closed window holds nobody up who goes back', () => {
  const closed = () => {
    const release = begin(windowed())
      .untilPercentage(1)
      .until(({ now }) => !isOpen(now), 'night');
    return release.until(({ status }) => status.reason.includes('waits for the window')).run(MINUTE);
  };

  it('abort takes users back at once', () => {
    const release = closed();
    release.send('abort');
    const sent = release.now;
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.now - sent).toBeLessThan(MINUTE);
  });

  it('failing health takes users back at once', () => {
    const release = closed();
    release.measureBy(failingFrom(0));
    const failed = release.now;
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.now - failed).toBeLessThan(3 * MINUTE);
  });

  it('100 % that is not online yet is finished, for it is the same step', () => {
    const release = begin(windowed());
    release.wechat.fullReleaseMs = null;
    release.until(({ state }) => state.ladder.completingSince !== null);
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).at(-1)).toBe('release');
  });

  it('WeChat’s own deadline goes before: what the plan says then is done outside too', () => {
    const stages = [stage(10, { hold: true }), stage(100)];
    const plan = planWith({ ...windowed({ stages }).rollout, onPlatformDeadline: 'complete' });
    const release = begin(plan).untilPercentage(10);
    // From now on no window opens any more.
    release.doing.nextOpening = (at) => ({ opensAt: at + 30 * DAY, closesAt: at + 31 * DAY });
    expect(release.run(20 * DAY).state.outcome).toBe('released');
    expect(grays(release)).toEqual([10, 100]);
  });
});

describe('an override', () => {
  it('lets the next stage begin outside, is told with who and why, and counts for that stage only', () => {
    const release = begin(windowed()).until(ready).run(MINUTE);
    expect(release.send('unfreeze', { override: true, by: 'cat', reason: 'the shop is down' }).accepted).toBe(
      true,
    );
    release.untilPercentage(1);
    expect(begins(release).every(isOpen)).toBe(false);
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({
        what: 'override of freeze and window',
        by: 'cat',
        why: 'the shop is down',
      }),
    );
    release.untilPercentage(10);
    expect(begins(release).slice(1).every(isOpen)).toBe(true);
  });

  it('of nothing is refused', () => {
    const answer = begin(planWith()).untilPercentage(1).send('unfreeze', { override: true });
    expect(answer).toMatchObject({
      accepted: false,
      message: 'there is neither a freeze nor a window to override',
    });
  });

  it('opens no gate of people', () => {
    const stages = [stage(10, { approval: asked() }), stage(100)];
    const release = begin(windowed({ stages })).until(waits).run(SECOND);
    release.send('unfreeze', { override: true });
    release.run(DAY);
    expect(grays(release)).toEqual([]);
  });
});
