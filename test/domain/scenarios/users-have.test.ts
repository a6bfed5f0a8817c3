/** What users have is told as it was last read, whoever pressed the button. */
import { describe, expect, it } from 'vitest';
import { backStoryOf } from '../../../src/domain/back-story.js';
import { currentDetails } from '../../../src/domain/details.js';
import type { DriftPolicy } from '../../../src/domain/plan.js';
import { DEFAULT_DRIFT } from '../../../src/domain/plan-defaults.js';
import { begin, type Driver } from '../support/driver.js';
import { DAY, MINUTE, planWith } from '../support/given.js';
import { gatedAt50, looking, waits } from './helpers.js';

const NOTICED = 5 * MINUTE;
const at10 = (onDrift: Partial<DriftPolicy> = {}): Driver =>
  begin(planWith({ onDrift: { ...DEFAULT_DRIFT, ...onDrift } })).untilPercentage(10);

describe('the percentage that is told', () => {
  it('is 0 once the staged release was cancelled in the console, also after abort and giveUp', () => {
    for (const verb of ['abort', 'giveUp'] as const) {
      const release = at10();
      release.wechat.cancel();
      release.until(looking);
      expect(release.status.percentage).toBe(0);
      expect(release.status.attention?.remedy).not.toMatch(/put it right|take users back/);
      expect(release.status.allowed.map(({ verb: offered }) => offered)).not.toContain('promote');
      release.send(verb);
      expect(release.run().status).toMatchObject({ phase: 'closed', percentage: 0 });
    }
  });

  it('is what it was raised to in the console, and after an abort 0', () => {
    const release = at10();
    release.wechat.advanceTo(30);
    expect(release.run(NOTICED).status).toMatchObject({ percentage: 30, paused: [{ kind: 'drift' }] });
    release.send('abort');
    expect(release.run().status).toMatchObject({ outcome: 'reverted', percentage: 0 });
  });

  it('is 100 once it was finished in the console', () => {
    const release = at10({ finished: 'attention' });
    release.wechat.finish(release.now);
    expect(release.until(looking).status.percentage).toBe(100);
  });

  it('is 0 while another version is online, which is named', () => {
    const release = at10().until(({ state }) => state.phase === 'baking');
    release.wechat.releaseOther('9.9.9', release.now);
    expect(release.run(NOTICED).status).toMatchObject({ percentage: 0, theirs: '9.9.9' });
  });

  it('and then an abort says that theirs is left alone, ends the release, and keeps saying what users have', () => {
    const release = at10().until(({ state }) => state.phase === 'baking');
    release.wechat.releaseOther('9.9.9', release.now);
    release.until(looking);
    expect(release.status.attention?.remedy).toContain('what is not ours is left alone');
    expect(release.send('abort').message).toBe('the release ends; 9.9.9 is not ours and is left alone');
    const { status } = release.run(DAY);
    expect(status).toMatchObject({ outcome: 'failed', percentage: 0, theirs: '9.9.9' });
    expect(status.reason).toContain('9.9.9 is online, neither ours nor 1.3.0, and is left alone');
    expect(backStoryOf(status)?.usersHave).toBe('9.9.9, not ours');
    expect(currentDetails(status, release.now)).not.toContain('until it is taken back');
    expect(release.wechat.online?.version).toBe('9.9.9');
  });

  it('names nothing as theirs when the console brought back what was there before', () => {
    const release = at10().until(({ state }) => state.phase === 'baking');
    release.wechat.rollBack(release.now);
    expect(release.run(NOTICED).status).toMatchObject({ percentage: 0, theirs: null });
    release.send('abort');
    expect(release.run(DAY).status).toMatchObject({ outcome: 'rolledBack', percentage: 0 });
  });
});

describe('what is answered and offered', () => {
  const offered = ({ status }: Driver): string[] => status.allowed.map(({ verb }) => verb);

  it('promote while an approval waits says that it waits for it, and is not offered once nothing is left to end', () => {
    const release = begin(gatedAt50()).until(waits);
    expect(offered(release)).not.toContain('promote');
    expect(release.send('promote', { expect: 10 }).message).toContain('who is asked has approved');
  });

  it('retry says why it is not taken of a release that is paused or frozen', () => {
    const release = at10();
    release.send('pause');
    expect(offered(release)).not.toContain('pause');
    expect(release.send('retry').message).toContain('this one is paused: `resume` lifts that');
    release.send('resume');
    release.send('freeze', { for: '2d' });
    expect(release.send('giveUp').message).toContain('this one is frozen');
  });
});
