import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderBoard, renderView } from '../../src/cli/render.js';
import { viewOf } from '../../src/cli/view-model.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { attention, holding, metric, NOON, paused, released, soaking, stage } from './statuses.js';

const plain = createColors(false);
const shown = (status: ReleaseStatus, now = NOON) =>
  `\n${renderView(viewOf(status, now), plain).join('\n')}\n`;

describe('status as text', () => {
  it('while a stage soaks', () => {
    expect(shown({ ...soaking, startedBy: 'ann' })).toBe(`
App:               wx0123456789abcdef
Version:           1.4.0  New checkout
Phase:             ◌ rolling
Reason:            soaks at 10 %
Now:               10 % of users; the others have 1.3.0
Audit:             approved (5001)
Platform deadline: in 14d (2026-12-06 12:00:00 UTC); acted on 1h before
Started:           2026-11-21 12:00:00 UTC by ann

  stage  state    soak           left
✔ 1 %    done     2h
◌ 10 %   soaking  2h             1h 12m left
• 50 %   pending  2h, then hold
• 100 %  pending
• bake   pending  1d

Health
✔ js-error-rate  pass  0.002  12s ago

Next:              50 %, once health is confirmed, in 1h 12m (2026-11-22 13:12:00 UTC)
Way back:          the 10 % go back to 1.3.0 at once

You may
  weapp-rollout pause wx0123456789abcdef --reason "why"
      stop before the next step; health is still watched and may take users back
  weapp-rollout promote wx0123456789abcdef --expect 10 --reason "why"
      end this soak or hold now, once health confirms; --full goes straight to 100 %
  weapp-rollout abort wx0123456789abcdef --reason "why"
      take users back and end the release
`);
  });

  it('counts down by itself between two looks', () => {
    expect(shown(soaking, NOON + 71 * 60_000 + 55_500)).toContain('soaking  2h             5s left');
    expect(shown(soaking, NOON + 73 * 60_000)).toContain('0s left');
  });

  it('while a stage holds', () => {
    expect(shown(holding)).toContain(`
Phase:             ॥ rolling, holds
Holds:             ॥ at 50 % until somebody promotes it
What to do:        weapp-rollout promote wx0123456789abcdef --expect 50 --reason "why"
`);
    expect(shown(holding)).toContain('॥ 50 %   holding  2h, then hold  until promoted');
    expect(shown(holding)).toContain('Next:              100 %, once promoted\n');
  });

  it('while it is paused, says by whom, why, and what lifts it', () => {
    expect(shown(paused)).toBe(`
App:               wx0123456789abcdef
Version:           1.4.0  New checkout
Phase:             ॥ rolling, paused
Paused:            ॥ by alice, 4m ago: support is busy
What to do:        weapp-rollout resume wx0123456789abcdef --reason "why"
Paused:            ॥ by metric js error rate, 1m ago: no data (6 inconclusive, limit 5)
What to do:        weapp-rollout resume wx0123456789abcdef --metric 'js error rate' --reason "why"
Now:               10 % of users; the others have 1.3.0
Audit:             approved (5001)
Platform deadline: in 14d (2026-12-06 12:00:00 UTC); acted on 1h before
Started:           2026-11-21 12:00:00 UTC

  stage  state    soak           left
✔ 1 %    done     2h
॥ 10 %   soaking  2h             stopped, 1h 12m left
• 50 %   pending  2h, then hold
• 100 %  pending
• bake   pending  1d

Health
⚠ js-error-rate  inconclusive    no data, inconclusive 6, 12s ago

Next:              waits for resume
Way back:          the 10 % go back to 1.3.0 at once

You may
  weapp-rollout abort wx0123456789abcdef --reason "why"
      take users back and end the release
`);
  });

  it('when a person must look, says what to do; WeChat’s words cannot move the cursor', () => {
    const text = shown(attention);
    expect(text).toContain('Phase:             ⚠ rolling, a person must look\n');
    expect(text).toContain(
      'Attention:         ⚠ grayrelease 50 % was refused: 61007 \\u001b[2Jno permission (30s ago)\n' +
        'What to do:        let the owner authorize permission set 18, then `retry`\n',
    );
    expect(text).not.toContain('Reason:');
    expect(text).toContain('weapp-rollout give-up wx0123456789abcdef');
  });

  it('after it was released, still tells the way back', () => {
    const text = shown(released);
    expect(text).toContain('Outcome:  ✔ released\n');
    expect(text).toContain('Now:      100 % of users; they had 1.3.0 before\n');
    expect(text).toContain('✔ bake   done   1d\n');
    expect(text).toContain('Way back: everyone back to 1.3.0; WeChat allows it once per version\n');
    expect(text).not.toContain('Next:');
    expect(text).not.toContain('You may');
  });

  it('shows a members-only stage, an audit that runs, and a metric that is not asked yet', () => {
    const early: ReleaseStatus = {
      ...soaking,
      phase: 'auditing',
      audit: {
        auditId: 7,
        state: 'auditing',
        submittedAt: NOON - 3_600_000,
        overdueAt: NOON + 86_400_000,
        reason: '',
        resubmitUntil: null,
      },
      stages: [stage(0, { members: ['developers', 'testers'] })],
      health: [metric({ active: false, verdict: null, value: null, at: null, message: '' })],
      notices: ['way back: only to the version before'],
    };
    const text = shown(early);
    expect(text).toContain('auditing (7), submitted 1h ago, due in 1d (2026-11-23 12:00:00 UTC)');
    expect(text).toContain('• 0 % (developers, testers)  pending');
    expect(text).toContain('• js-error-rate  not active');
    expect(text).toContain('Note: way back: only to the version before');
  });
});

describe('the board of the demo', () => {
  it('is a headline, the tree and why', () => {
    expect(`\n${renderBoard(viewOf(soaking, NOON), plain).join('\n')}\n`).toBe(`
◌ wx0123456789abcdef 1.4.0: rolling
    stage  state    soak           left
  ✔ 1 %    done     2h
  ◌ 10 %   soaking  2h             1h 12m left
  • 50 %   pending  2h, then hold
  • 100 %  pending
  • bake   pending  1d
  ✔ js-error-rate  pass  0.002  12s ago
  Reason: soaks at 10 %
  Next:   50 %, once health is confirmed, in 1h 12m (2026-11-22 13:12:00 UTC)
`);
  });
});

describe('colours', () => {
  it('are around icons and words only where they are wanted', () => {
    const bright = renderView(viewOf(released, NOON), createColors(true)).join('\n');
    expect(bright).toContain('\u001b[32m✔ released\u001b[39m');
    expect(shown(released)).not.toContain('\u001b');
  });
});
