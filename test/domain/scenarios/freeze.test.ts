/** Freezes: no stage begins until they are over, lifted, or overridden by someone who says why. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, stage } from '../support/given.js';
import { asked, grays } from './helpers.js';

const FREEZE = { by: 'ann', reason: 'national holiday', for: '2d' };
const soaking = () => begin(planWith()).untilPercentage(1);
const in_ = (phase: string) => (release: Driver) => release.state.phase === phase;

describe('a freeze', () => {
  it('keeps the percentage; health is still watched and the soak goes on', () => {
    const release = soaking();
    expect(release.send('freeze', FREEZE)).toMatchObject({ accepted: true });
    release.run(DAY);
    expect(release.status).toMatchObject({
      percentage: 1,
      paused: [],
      freeze: { by: 'ann', reason: 'national holiday', until: release.now + DAY },
      next: { what: '10 %, once that is over', at: release.now + DAY },
    });
    expect(release.status.stages[0]?.state).toBe('waiting');
    expect(release.status.reason).toBe('frozen by ann until 2025-01-08 11:00 UTC: national holiday');
  });

  it('that lasts longer than the soak is what comes next says', () => {
    const release = soaking();
    const until = release.now + 2 * DAY;
    release.send('freeze', FREEZE);
    expect(release.status.stages[0]?.state).toBe('soaking');
    expect(release.status.next).toEqual({
      what: '10 %, once the freeze is over and health is confirmed',
      at: until,
    });
    release.send('unfreeze', { override: true, by: 'bob', reason: 'a fix that cannot wait' });
    expect(release.status.next).toEqual({
      what: '10 %, once health is confirmed',
      at: release.status.stages[0]?.soakEndsAt,
    });
  });

  it('that is over before the soak keeps nothing', () => {
    const release = soaking();
    release.send('freeze', { ...FREEZE, for: '1m' });
    expect(release.status.next).toEqual({
      what: '10 %, once health is confirmed',
      at: release.status.stages[0]?.soakEndsAt,
    });
  });

  it('that is over is told, and the release goes on by itself', () => {
    const release = soaking();
    release.send('freeze', FREEZE);
    const until = release.now + 2 * DAY;
    release.untilPercentage(10);
    expect(release.now - until).toBeGreaterThanOrEqual(0);
    expect(release.now - until).toBeLessThan(2 * MINUTE);
    expect(release.status.freeze).toBeNull();
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({ what: 'freeze over', why: 'national holiday', by: 'ann' }),
    );
  });

  it('that is lifted lets the stage begin at once', () => {
    const release = soaking();
    release.send('freeze', FREEZE);
    release.run(5 * HOUR).send('unfreeze', { by: 'bob', reason: 'back in the office' });
    expect(release.run(MINUTE).status.percentage).toBe(10);
  });

  it('that is overridden stays, for all stages but the next', () => {
    const release = soaking();
    release.send('freeze', FREEZE);
    release.run(5 * HOUR).send('unfreeze', { override: true, by: 'bob', reason: 'a fix that cannot wait' });
    expect(release.status).toMatchObject({
      freeze: { by: 'ann' },
      override: { by: 'bob', reason: 'a fix that cannot wait', at: release.now },
    });
    expect(release.status.stages[0]?.state).toBe('confirming');
    release.run(MINUTE);
    expect(release.status).toMatchObject({ percentage: 10, freeze: { by: 'ann' }, override: null });
    release.run(DAY);
    expect(release.status.percentage).toBe(10);
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({ what: 'override of freeze and window', by: 'bob' }),
    );
  });

  it('that comes after an override holds again', () => {
    const release = soaking();
    release.send('freeze', FREEZE);
    release.send('unfreeze', { override: true });
    release.send('freeze', { ...FREEZE, reason: 'and now really' });
    release.run(DAY);
    expect(release.status.percentage).toBe(1);
  });

  it('takes the place of the one before', () => {
    const release = soaking();
    release.send('freeze', FREEZE);
    release.send('freeze', { by: 'bob', reason: 'longer', for: '5d' });
    release.run(4 * DAY);
    expect(release.status).toMatchObject({ percentage: 1, freeze: { by: 'bob' } });
  });

  it('may be given as a moment', () => {
    const release = soaking();
    release.send('freeze', { reason: 'until Thursday', until: '2025-01-09T00:00:00+08:00' });
    expect(release.status.freeze?.until).toBe(Date.parse('2025-01-08T16:00:00Z'));
  });

  it.each([
    [{ reason: 'no end' }, 'freeze has no end; send until or for'],
    [{ for: '2d', reason: undefined }, 'freeze needs a reason'],
    [{ until: '2024-01-01T00:00:00Z' }, 'freeze would be over already'],
    [{ for: '400d' }, 'freeze would last more than a year'],
  ])('%j is refused, with what to send', (payload, message) => {
    const answer = soaking().send('freeze', { ...payload });
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain(message);
    expect(answer.message).toContain('"for":"2d"');
  });

  it('that is not there cannot be lifted', () => {
    expect(soaking().send('unfreeze')).toMatchObject({ accepted: false, message: 'it is not frozen' });
  });
});

describe('a freeze in every phase', () => {
  it.each(['preparing', 'auditing', 'ready'])(
    'while %s, nothing begins, and all before it goes on',
    (phase) => {
      const stages = [stage(10, { approval: asked() }), stage(100)];
      const release = begin(planWith({ stages })).until(in_(phase));
      release.send('freeze', FREEZE);
      release.until(in_('ready')).run(MINUTE);
      release.send('approve', { by: 'ann' });
      release.run(DAY);
      expect(release.status).toMatchObject({ phase: 'ready', gate: null });
      expect(release.status.reason).toContain('frozen by ann');
      expect(release.run().state.outcome).toBe('released');
      expect(release.wechat.ledger[2]?.at).toBeGreaterThan(Date.parse('2025-01-08T10:00:00Z'));
    },
  );

  it('while it bakes holds nothing up: there is no stage left to begin', () => {
    const release = begin(planWith()).until(in_('baking'));
    release.send('freeze', { ...FREEZE, for: '30d' });
    const began = release.now;
    expect(release.run().state.outcome).toBe('released');
    expect(release.now - began).toBeLessThan(2 * DAY);
  });

  it('while users go back, and after the end, is refused', () => {
    const release = soaking();
    release.send('abort');
    release.until(in_('reverting'));
    expect(release.send('freeze', FREEZE).accepted).toBe(false);
    release.run();
    expect(release.send('freeze', FREEZE).accepted).toBe(false);
  });

  it('between 100 % accepted and online does not stop what is on its way', () => {
    const release = begin(planWith());
    release.wechat.fullReleaseMs = null;
    release.until(({ state }) => state.ladder.completingSince !== null).send('freeze', FREEZE);
    release.until(in_('baking'));
    expect(release.wechat.ledger.at(-1)?.endpoint).toBe('release');
  });
});

describe('a freeze never holds up', () => {
  it.each([
    ['abort', (release: Driver) => release.send('abort')],
    ['failing health', (release: Driver) => release.measureBy(failingFrom(0))],
  ])('%s', (_what, go) => {
    const release = soaking();
    release.send('freeze', FREEZE);
    release.run(5 * HOUR);
    go(release);
    const from = release.now;
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.now - from).toBeLessThan(3 * MINUTE);
  });

  it('WeChat’s own deadline', () => {
    const plan = planWith({ onPlatformDeadline: 'complete' });
    const release = begin(plan).untilPercentage(1);
    release.send('freeze', { ...FREEZE, for: '30d' });
    release.run(20 * DAY);
    expect(grays(release)).toEqual([1, 100]);
    expect(release.state.outcome).toBe('released');
  });

  it('promote: but it does not begin the next stage either', () => {
    const release = soaking();
    release.send('freeze', FREEZE);
    expect(release.send('promote', { expect: 1 }).accepted).toBe(true);
    release.run(DAY);
    expect(release.status.percentage).toBe(1);
  });
});
