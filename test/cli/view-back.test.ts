/** Why a release went back: readable from one screen, at night. */
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderView } from '../../src/cli/render.js';
import { viewOf } from '../../src/cli/view-model.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { goingBack, NOON, reverted, rollback } from './statuses.js';

const shown = (status: ReleaseStatus) =>
  `\n${renderView(viewOf(status, NOON), createColors(false)).join('\n')}\n`;

describe('status after users were taken back', () => {
  it('says first what failed, when, who decided, what was done and what users have', () => {
    expect(shown(reverted)).toBe(`
App:           wx0123456789abcdef
Version:       1.4.0  New checkout
Outcome:       ✖ reverted
What failed:   ✖ js-error-rate: 0.08 > max 0.01 (2 failures, limit 1), at 10 % of users
When:          2026-11-22 11:59:48 UTC, 12s ago
Decided by:    the plan, for metric js-error-rate
What was done: revertgrayrelease: applied 2s later, sent 2 times (ok; the staged release is cancelled)
Users have:    1.3.0, all of them
What to do:    1.3.0 serves everyone; nothing is urgent. Fix it, then start again (another version, or \`source: approved\`: the audit stands). \`weapp-rollout evidence wx0123456789abcdef\` writes it down.
Audit:         approved (5001)
Started:       2026-11-21 12:00:00 UTC, took 1d

  stage  state        soak           left
✔ 1 %    done         2h
✖ 10 %   taken back   2h
• 50 %   not reached  2h, then hold
• 100 %  not reached
• bake   not reached  1d

Health
✖ js-error-rate  fail  0.08  0.08 > max 0.01, failures 2, 12s ago
`);
  });

  it('fits a terminal of 80 columns, and what is to be read first is not the part that is cut', () => {
    const lines = renderView(viewOf(reverted, NOON), createColors(false), 80);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.slice(3, 10).join('\n')).toBe(`\
What failed:   ✖ js-error-rate: 0.08 > max 0.01 (2 failures, limit 1), at 10 %
               of users
When:          2026-11-22 11:59:48 UTC, 12s ago
Decided by:    the plan, for metric js-error-rate
What was done: revertgrayrelease: applied 2s later, sent 2 times (ok; the staged
               release is cancelled)
Users have:    1.3.0, all of them`);
  });

  it('while WeChat refuses it, says what a person can do, and who wanted it', () => {
    expect(shown(goingBack)).toBe(`
App:        wx0123456789abcdef
Version:    1.4.0  New checkout
Phase:      ⚠ reverting, a person must look
Attention:  ⚠ revertcoderelease: 87012 this version cannot be rolled back (5s ago)
What to do: roll back in the console, then \`retry\`; change_visitstatus can close the app to everyone by hand
Why:        ✖ payments fail, at 100 % of users
When:       2026-11-22 11:59:00 UTC, 1m ago
Decided by: bob (the name is claimed), through a Signal
Tried:      revertcoderelease: refused 54s later (revertcoderelease: 87012 this version cannot be rolled back)
Users have: 1.4.0, all of them, until it is taken back
Audit:      approved (5001)
Started:    2026-11-21 12:00:00 UTC

  stage  state       soak  left
✔ 1 %    done        2h
✔ 10 %   done        2h
✔ 50 %   done        2h
✖ 100 %  going back
• bake   broken off  1d

Health
✔ js-error-rate  pass  0.002  12s ago

Way back:   everyone back to 1.3.0; WeChat allows it once per version

You may
  weapp-rollout retry wx0123456789abcdef --reason "why"
      while a person must look: try the same step again
`);
  });

  it('by a rollback of its own', () => {
    expect(shown(rollback)).toBe(`
App:           wx0123456789abcdef
Rollback:      1.4.0 → 1.2.0
Outcome:       ✖ rolledBack
Why:           ✖ payments fail, at 100 % of users
When:          2026-11-22 11:59:18 UTC, 42s ago
Decided by:    bob (the name is claimed), through its start
What was done: revertcoderelease: applied 2s later (ok; 1.2.0 is online)
Users have:    1.2.0, all of them
What to do:    1.2.0 serves everyone; nothing is urgent. \`weapp-rollout evidence wx0123456789abcdef\` writes it down.
Started:       2026-11-22 11:59:18 UTC, took 42s
`);
  });

  it('by a rollback that failed, what users have is not what it was to bring', () => {
    const failed: ReleaseStatus = {
      ...rollback,
      outcome: 'failed',
      reason: 'given up by bob',
      percentage: 100,
    };
    expect(shown(failed)).toContain(
      'Reason:     given up by bob\nWhat to do: See in the console what users have',
    );
    expect(shown(failed)).toContain('Now:        1.4.0, 100 % of users\n');
  });

  it('is no story when no user saw it', () => {
    const aborted: ReleaseStatus = {
      ...reverted,
      outcome: 'aborted',
      reason: 'no good (bob); everyone has 1.3.0',
    };
    expect(shown(aborted)).toContain('Outcome: ✖ aborted\nReason:  no good (bob); everyone has 1.3.0\n');
  });
});

describe('what to do', () => {
  it('names the verbs as this command line spells them', () => {
    const remedy = '`giveUp` closes, `resume` with {"adopt":true} takes it over, `retry` reads `node` again';
    const attention = { reason: 'why', remedy, step: 'drift', since: NOON };
    expect(shown({ ...goingBack, attention })).toContain(
      '`give-up` closes, `resume --adopt` takes it over, `retry` reads `node` again',
    );
  });
});
