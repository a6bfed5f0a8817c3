/** What a release waits for, as a person sees it: for whom, since and until when, and what to paste. */
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderView } from '../../src/cli/render.js';
import { NO_ASIDE } from '../../src/cli/view.js';
import { viewOf } from '../../src/cli/view-model.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import type { Aside } from '../../src/releases/read.js';
import { drifted, frozen, gated, NOON, nearDeadline, raised, rejected, soaking, trial } from './statuses.js';

const shown = (status: ReleaseStatus, aside: Partial<Aside> = {}) =>
  `\n${renderView(viewOf(status, NOON, { ...NO_ASIDE, ...aside }), createColors(false)).join('\n')}\n`;

describe('status while it waits', () => {
  it('for people to approve a stage', () => {
    expect(shown(gated)).toBe(`
App:               wx0123456789abcdef
Version:           1.4.0  New checkout
Phase:             ॥ rolling, waits for approval
Approval:          ॥ 50 % waits for 1 of on-call, release-manager; asked 2h ago, until 2026-11-24 10:00:00 UTC (1d 22h left)
Approved by:       alice (signed) 5m ago
What to do:        weapp-rollout approve wx0123456789abcdef --gate stage:2 --as on-call --key FILE --reason "why"
Now:               10 % of users; the others have 1.3.0
Audit:             approved (5001)
Platform deadline: in 14d (2026-12-06 12:00:00 UTC); acted on 1h before
Started:           2026-11-21 12:00:00 UTC

  stage  state    soak  left
✔ 1 %    done     2h
✔ 10 %   done     2h
• 50 %   pending  2h
• 100 %  pending
• bake   pending  1d

Health
✔ js-error-rate  pass  0.002  12s ago

Next:              50 %, once that is over
Way back:          the 10 % go back to 1.3.0 at once

You may
  weapp-rollout refuse wx0123456789abcdef --gate stage:2 --as on-call --reason "why"
      disagree with what waits for approval: the release pauses
  weapp-rollout pause wx0123456789abcdef --reason "why"
      stop before the next step; health is still watched and may take users back
  weapp-rollout abort wx0123456789abcdef --reason "why"
      take users back and end the release
  weapp-rollout freeze wx0123456789abcdef --for 2d --reason "why"
      no stage begins until it is over; the way back stays open
`);
  });

  it('for somebody to try the trial version, with its QR code', () => {
    expect(shown(trial)).toBe(`
App:           wx0123456789abcdef
Version:       1.4.0  New checkout
Phase:         ॥ preparing, waits for approval
Trial version: uploaded 3m ago; members open it by its QR code
QR code:       weapp-rollout wechat get_qrcode --app wx0123456789abcdef --output-file trial.jpg
Approval:      ॥ the trial version waits for 1 of tester; asked 3m ago
What to do:    weapp-rollout approve wx0123456789abcdef --gate trial --as tester --reason "why"
Now:           0 % of users; the others have 1.3.0
Audit:         not submitted
Started:       2026-11-21 12:00:00 UTC

  stage  state    soak  left
• 1 %    pending  2h
• 10 %   pending  2h
• 50 %   pending  2h
• 100 %  pending
• bake   pending  1d

Health
• js-error-rate  not active

Next:          the audit, once that is over
Way back:      no user has this version yet

You may
  weapp-rollout abort wx0123456789abcdef --reason "why"
      take users back and end the release
`);
  });

  it('for a freeze to be over, and for a window in the plan’s own zone', () => {
    expect(shown(frozen, { zone: 'Asia/Shanghai' })).toBe(`
App:               wx0123456789abcdef
Version:           1.4.0  New checkout
Phase:             ॥ rolling, frozen
Frozen:            ॥ by alice, until 2026-11-24 12:00:00 UTC (2d left): national holiday; no stage begins
Now:               10 % of users; the others have 1.3.0
Audit:             approved (5001)
Window:            opens in 14h (Mon 2026-11-23 10:00 Asia/Shanghai)
Platform deadline: in 14d (2026-12-06 12:00:00 UTC); acted on 1h before
Started:           2026-11-21 12:00:00 UTC

  stage  state    soak  left
✔ 1 %    done     2h
✔ 10 %   done     2h
• 50 %   pending  2h
• 100 %  pending
• bake   pending  1d

Health
✔ js-error-rate  pass  0.002  12s ago

Next:              50 %, once that is over, in 2d (2026-11-24 12:00:00 UTC)
Way back:          the 10 % go back to 1.3.0 at once

You may
  weapp-rollout unfreeze wx0123456789abcdef --reason "why"
      lift the freeze; --override lets the next stage begin in spite of freeze and window
  weapp-rollout abort wx0123456789abcdef --reason "why"
      take users back and end the release
`);
  });

  it('for a window, in UTC where the zone is not known', () => {
    const window = 'Window:            opens in 14h (Mon 2026-11-23 02:00 UTC)\n';
    expect(shown(frozen)).toContain(window);
    expect(shown(frozen, { zone: 'Nowhere/Atlantis' })).toContain(window);
    const open = { ...soaking, window: { opensAt: NOON - 3_600_000, closesAt: NOON + 7_200_000 } };
    expect(shown(open, { zone: 'Asia/Shanghai' })).toContain(
      'Window:            open, closes in 2h (Sun 2026-11-22 22:00 Asia/Shanghai)\n',
    );
  });

  it('for a button in WeChat’s console', () => {
    expect(shown(drifted)).toContain(`
Phase:             ॥ rolling, paused
Paused:            ॥ by a button in WeChat's console, 4m ago: someone paused the staged release at 10 % in the console; only the console can resume it
What to do:        put it right in WeChat's console (mp.weixin.qq.com, 版本管理: version management); the release sees it and goes on by itself
Now:`);
  });

  it('for somebody to take over what was raised in the console', () => {
    expect(shown(raised)).toContain(`
Paused:            ॥ by a button in WeChat's console, 4m ago: someone set the staged release to 40 %, we left it at 10 %
What to do:        weapp-rollout resume wx0123456789abcdef --adopt --reason "why"
Now:`);
  });

  it('for a resubmission after WeChat rejected it', () => {
    expect(shown(rejected)).toBe(`
App:        wx0123456789abcdef
Version:    1.4.0  New checkout
Phase:      ✖ auditing, rejected: waits for resubmit
Rejected:   ✖ 1:小程序内容不符合规则: (1):缺少类目; a resubmit is waited for until 2026-12-05 12:00:00 UTC (13d left)
What to do: weapp-rollout resubmit wx0123456789abcdef --items FILE --reason "why"
Now:        0 % of users; the others have 1.3.0
Audit:      rejected (5001)
Started:    2026-11-21 12:00:00 UTC

  stage  state    soak  left
• 1 %    pending  2h
• 10 %   pending  2h
• 50 %   pending  2h
• 100 %  pending
• bake   pending  1d

Health
• js-error-rate  not active

Next:       submits again, once somebody sends resubmit
Way back:   no user has this version yet

You may
  weapp-rollout abort wx0123456789abcdef --reason "why"
      take users back and end the release
`);
  });

  it('for a write whose outcome is being read', () => {
    const why =
      'grayrelease is not to be seen yet; the last answer was grayrelease: ECONNRESET, sent 2 times';
    const trying = { what: 'grayrelease', attempt: 11, why, nextAt: NOON + 2_000 };
    expect(shown({ ...soaking, reason: 'grayrelease 50 %' }, { trying })).toContain(
      `Reason:            grayrelease 50 %\nTrying:            ◌ grayrelease, attempt 11 in 2s; the last one: ${why}\n`,
    );
  });
});

describe('the platform’s deadline', () => {
  it('is a warning from three days before on', () => {
    expect(shown(nearDeadline)).toContain(
      'Platform deadline: ⚠ in 2d (2026-11-24 12:00:00 UTC): WeChat then gives 1.4.0 to everyone by itself; acted on 1h before\n',
    );
  });
});

describe('a stage whose soak is over', () => {
  const over: ReleaseStatus = {
    ...soaking,
    stages: soaking.stages.map((stage) =>
      stage.state === 'soaking' ? { ...stage, state: 'confirming' } : stage,
    ),
  };

  it.each([
    [{ gate: gated.gate }, 'over     2h             waits for approval'],
    [{ freeze: frozen.freeze }, 'over     2h             frozen'],
    [{ window: frozen.window }, 'over     2h             waits for its window'],
    [{ paused: drifted.paused }, 'over     2h             paused'],
  ])('says what else is in the way of the next: %#', (waits, row) => {
    expect(shown({ ...over, ...waits })).toContain(row);
  });

  it('is told as waiting, too', () => {
    const stages = over.stages.map((stage) =>
      stage.state === 'confirming' ? { ...stage, state: 'waiting' as const } : stage,
    );
    expect(shown({ ...over, stages, gate: gated.gate })).toContain(
      'over     2h             waits for approval',
    );
  });

  it('has an override: who, why, and that the freeze is not in the way', () => {
    const override = { by: 'bob', reason: 'the shop is down', at: NOON };
    const text = shown({ ...over, freeze: frozen.freeze, override });
    expect(text).toContain('no stage begins after the next');
    expect(text).toMatch(
      /Override: +.*by bob, .*: the shop is down; the next stage begins in spite of freeze/,
    );
    expect(text).toContain('confirming  2h');
  });

  it('is being confirmed when nothing is', () => {
    expect(shown(over)).toContain('◌ 10 %   confirming  2h');
  });
});
