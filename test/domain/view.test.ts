/** What people see: the status, and the page in the Temporal Web UI. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentDetails, escapeText } from '../../src/domain/details.js';
import type { ReleaseState } from '../../src/domain/state.js';
import { PHASES } from '../../src/domain/status.js';
import { statusOf } from '../../src/domain/view.js';
import { begin, IDS } from './support/driver.js';
import { ATTENTION, DAY, HOUR, MINUTE, NOW, PAUSED, planWith, stage, stateIn } from './support/given.js';

const plan = planWith();
const status = (state: ReleaseState, now = NOW) => statusOf(state, plan, IDS, now);

describe('the status', () => {
  it.each(PHASES)('while %s can be built, and so can the page', (phase) => {
    const shown = status(stateIn(phase, plan));
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
    expect(currentDetails(shown, NOW)).toContain('| stage | state | soak | |');
  });

  it('offers only what would be taken, with JSON that works as it stands', () => {
    const rolling = status(stateIn('rolling', plan));
    expect(rolling.allowed.map(({ verb }) => verb)).toEqual(['pause', 'promote', 'abort', 'freeze']);
    expect(rolling.allowed[1]?.json).toEqual({ expect: 1, by: 'you', reason: 'why' });
    const paused = status(stateIn('rolling', plan, { pauses: [PAUSED], attention: ATTENTION }));
    expect(paused.allowed.map(({ verb }) => verb)).toEqual(['resume', 'promote', 'abort', 'retry', 'freeze']);
    expect(status(stateIn('closed', plan)).allowed).toEqual([]);
  });

  it('says how long a stage still soaks, and when the next begins', () => {
    const shown = status(stateIn('rolling', plan), NOW + 20 * MINUTE);
    expect(shown.stages[0]).toMatchObject({
      state: 'soaking',
      remainingMs: 40 * MINUTE,
      soakEndsAt: NOW + HOUR,
    });
    expect(shown.next).toEqual({ what: '10 %, once health is confirmed', at: NOW + HOUR });
  });

  it('says whether and how users can be taken back', () => {
    expect(status(stateIn('ready', plan)).wayBack.way).toBe('none');
    expect(status(stateIn('rolling', plan)).wayBack).toMatchObject({ way: 'revertgrayrelease' });
    expect(status(stateIn('baking', plan)).wayBack).toMatchObject({
      way: 'revertcoderelease',
      text: 'everyone back to 1.3.0; WeChat allows it once per version',
    });
  });

  it('names WeChat’s own completion while a plan of ours runs', () => {
    const finishesAt = NOW + 15 * DAY;
    expect(status(stateIn('rolling', plan)).platformDeadline).toEqual({
      finishesAt,
      actsAt: finishesAt - HOUR,
    });
    expect(status(stateIn('baking', plan)).platformDeadline).toBeNull();
  });

  it('of a release that was given up asks nobody to look any more', () => {
    const release = begin(plan);
    release.faults.set('commit', ['refuse']);
    release.until(({ state }) => state.attention !== null).send('giveUp');
    expect(release.run().status).toMatchObject({ outcome: 'failed', attention: null, paused: [] });
  });
});

describe('the page', () => {
  it('makes other people’s words harmless', () => {
    expect(escapeText('<b>&"`$x$`|#*_\\')).not.toMatch(/[<>"`$|*_\\]/);
    expect(escapeText('a -- b --- c')).not.toContain('--');
    expect(escapeText('on 2025/01/06 at 1/2/3')).not.toMatch(/\d\/\d/);
    expect(escapeText('x'.repeat(1_000))).toHaveLength(300);
  });

  it('stays under 4 KB and keeps its first lines, however much there is to say', () => {
    const words = fc.oneof(
      fc.string({ maxLength: 3_000, unit: 'grapheme' }),
      fc.constantFrom('|', '发', '-', '"', '1/').map((char) => char.repeat(3_000)),
    );
    fc.assert(
      fc.property(fc.array(words, { minLength: 6, maxLength: 6 }), ([by = '', reason = '', ...more]) => {
        const stages = Array.from({ length: 40 }, (_, index) => stage(index + 1));
        const wide = planWith({ stages: [...stages, stage(100)] });
        const state = stateIn('rolling', wide, {
          pauses: [{ ...PAUSED, by, reason }],
          attention: { ...ATTENTION, reason: more[0] ?? '', remedy: more[1] ?? '' },
          notices: more,
        });
        const page = currentDetails(statusOf(state, wide, IDS, NOW), NOW);
        expect(Buffer.byteLength(page)).toBeLessThan(4_096);
        expect(page).toContain('**rolling** at `1 %`');
      }),
    );
  });

  it('says what to do, with JSON to paste', () => {
    const page = currentDetails(status(stateIn('rolling', plan, { attention: ATTENTION })), NOW);
    expect(page).toContain('**A person must look:** WeChat said no');
    expect(page).toMatch(/- `promote`: .* {2}\n {2}`\{"expect":1,"by":"you","reason":"why"\}`\n/);
  });
});
