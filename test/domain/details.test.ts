/** The page in the Temporal Web UI, for releases that wait and releases that went back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageRow } from '../../src/cli/stage-rows.js';
import { waitingRows } from '../../src/cli/waiting-rows.js';
import { deciderText } from '../../src/domain/back-story.js';
import { currentDetails } from '../../src/domain/details.js';
import { block, sayText, within } from '../../src/domain/details-text.js';
import { readable } from '../../src/domain/readable.js';
import type { StageStatus } from '../../src/domain/status.js';
import { gatedAt50, paused, tried, waits } from './scenarios/helpers.js';
import { begin, type Driver, failingFrom } from './support/driver.js';
import { MINUTE, planWith, SECOND, stage } from './support/given.js';

/** As the Web UI shows it: the space that keeps its cells apart looks like any other. */
const page = ({ status, now }: Driver): string => currentDetails(status, now).replaceAll('\u00a0', ' ');
/** The page up to its table of stages: what is read first. */
const top = (release: Driver): string => page(release).split('| stage |')[0] ?? '';

describe('the page of a release that went back', () => {
  it('says first what failed, when, who decided, what was done and what users have', () => {
    const release = begin(planWith(), { measure: failingFrom(10) }).run();
    expect(release.status.outcome).toBe('reverted');
    const text = top(release);
    expect(text).toMatch(
      /^## 1\.4\.0 for wx\w+\n\n\*\*reverted\*\* from `10 %`\.\n\n\*\*What failed:\*\* js-error-rate: 0\.5 /,
    );
    expect(text).toContain('at `10 %` of users');
    expect(text).toMatch(
      /\*\*Decided\*\* `2025-01-06 \d\d:\d\d:\d\d UTC` by the plan, for metric js-error-rate\./,
    );
    expect(text).toContain('**Users have** 1.3.0, all of them.');
    expect(text).toMatch(/\*\*Done:\*\* `revertgrayrelease` applied `2025-01-06 .* UTC`/);
    expect(page(release)).toContain('| `10 %` | taken back |');
  });

  it('names the person, and that a name is only claimed', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.send('abort', { by: 'bob', reason: 'payments <b>fail</b>' });
    release.run();
    expect(top(release)).toContain('**Why it went back:** payments &#60;b&#62;fail&#60;/b&#62;, at `10 %`');
    expect(top(release)).toContain('by bob (the name is claimed), through a Signal.');
  });

  it('while it goes back, says who still has the version', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.faults.set('revertGray', ['refuse', 'refuse', 'refuse', 'refuse', 'refuse']);
    release.send('abort');
    release.until(({ state }) => state.attention !== null);
    expect(top(release)).toContain('**Users have** 1.4.0 at 10 % until it is taken back, the others 1.3.0.');
  });

  it('tells no such story when no user saw it', () => {
    const release = begin(planWith());
    release.send('abort');
    expect(top(release.run())).not.toContain('went back');
  });
});

describe('the page of a release that waits', () => {
  it('for approval: whose, since when, until when, and the JSON to paste', () => {
    const release = begin(gatedAt50({ timeoutMs: 90 * MINUTE }))
      .until(waits)
      .run(SECOND);
    expect(top(release)).toMatch(
      /\*\*Approval:\*\* `50 %` waits for `1` of ann, bob, cat, since `2025-01-06 .* UTC`, until `2025-01-06 .* UTC`\./,
    );
    expect(top(release)).toContain('Send `approve`: `{"gate":"stage:2","by":"ann","reason":"why"}`');
    // It is said once.
    expect(top(release)).not.toContain('waits for 1 of');
  });

  it('for approvals that are signed: the command', () => {
    const release = begin(gatedAt50({ claimed: false, approvers: ['release manager'] }))
      .until(waits)
      .run(SECOND);
    expect(top(release)).toContain("--gate stage:2 --as 'release manager' --key FILE`");
  });

  it('for the trial version to be tried: how to see it', () => {
    const release = begin(tried()).until(waits).run(SECOND);
    expect(top(release)).toMatch(
      /\*\*Trial version\*\* uploaded `.*`\. Its QR code: `weapp-rollout wechat get_qrcode --app wx\w+ --output-file trial\.jpg`/,
    );
  });

  it('for a button in the console: where it is', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.wechat.pause();
    release.until(paused);
    expect(top(release)).toContain("**Paused** by WeChat's console");
    expect(top(release)).toContain('mp.weixin.qq.com, 版本管理: version management');
  });

  it('for somebody to take over a percentage: how', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.wechat.advanceTo(40);
    release.until(paused);
    expect(top(release)).toContain('`resume` with `adopt` takes it over.');
    expect(page(release)).toMatch(/- `resume`: .* {2}\n {2}`\{"adopt":true,"by":"you","reason":"why"\}`\n/);
  });

  it('for a freeze to be over: by whom, why, until when', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.send('freeze', { for: '2d', by: 'ann', reason: 'national holiday' });
    expect(top(release)).toMatch(
      /\*\*Frozen\*\* by ann until `2025-01-08 .* UTC`: national holiday\. No stage begins\./,
    );
  });

  it('has an override: by whom, why, and that the freeze stays for later stages', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.send('freeze', { for: '2d', by: 'ann', reason: 'national holiday' });
    release.send('unfreeze', { override: true, by: 'bob', reason: 'the shop is down' });
    expect(top(release)).toContain('national holiday. No stage begins after the next.');
    expect(top(release)).toMatch(
      /\*\*Override\*\* by bob, `.* UTC`: the next stage begins in spite of freeze and window: the shop is down\./,
    );
    expect(top(release.untilPercentage(50))).not.toContain('Override');
  });

  it('for a person, and then for a person again: both, the newer first', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.faults.set('grayRelease', ['refuse']);
    release.until(({ state }) => state.attention !== null);
    release.wechat.cancel();
    release.until(({ state }) => state.attention?.step === 'drift');
    expect(top(release)).toMatch(
      /\*\*A person must look:\*\* someone cancelled .*\n\n.*\n\nAnd once that is settled: grayrelease: 48001 no permission/,
    );
  });

  it('for a resubmission: WeChat’s reasons without their tags, and until when', () => {
    const release = begin(planWith({ audit: { onReject: 'wait' } }));
    release.wechat.verdict = { after: MINUTE, status: 'rejected', reason: '1:截图不清:<br>&nbsp;2:缺少类目' };
    release.until(({ state }) => state.audit.state === 'rejected').run(SECOND);
    expect(top(release)).toMatch(
      /\*\*Rejected by WeChat:\*\* 1:截图不清: 2:缺少类目\. Send `resubmit` until `2025-01-20 .* UTC`\./,
    );
  });
});

describe('what a person may send', () => {
  const held = () =>
    begin(planWith({ stages: [stage(1, { hold: true }), stage(10), stage(100)] })).until(({ status }) =>
      status.stages.some(({ state }) => state === 'holding'),
    );

  it('is said at a hold, and how', () => {
    const release = held();
    expect(top(release)).toContain('**rolling** at `1 %`. It holds here until somebody sends `promote`.');
    expect(page(release)).toContain('**You may send** (*More Actions*, then *Send a Signal*)');
    expect(page(release)).toMatch(/- `promote`: .* {2}\n {2}`\{"expect":1,"by":"you","reason":"why"\}`\n/);
    expect(page(release)).toContain('*Terminate* does not: users keep what they have');
  });

  it('and why the last was not taken, with JSON that keeps its quotes; until one is taken', () => {
    const release = held();
    release.send('promote', { expect: 10, by: 'ann' });
    expect(top(release)).toMatch(
      /\*\*Not taken:\*\* `promote` from ann, `2025-.* UTC`: 1 % is running and it expects 10 %; send `\{"expect":1,"by":"you","reason":"why"\}`\.\n/,
    );
    release.send('pause', { by: 'ann' });
    expect(page(release)).not.toContain('Not taken');
  });

  it('and why the last was no command at all, once', () => {
    const release = held();
    release.signal('pause', [{ by: 'ann' }]);
    const text = page(release);
    expect(text).toMatch(/\*\*Not taken:\*\* `pause` from someone unnamed, .*got: array\./);
    expect(text.split('got: array')).toHaveLength(2);
    expect(release.status.decisions.at(-1)).toMatchObject({ what: 'pause refused', refused: true });
    release.send('pause');
    expect(page(release)).toContain('Note: 1 message was ignored; the last: pause needs one JSON object');
  });

  it('has its JSON there however much there is to say before it', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.faults.set('grayRelease', ['refuse']);
    release.until(({ state }) => state.attention !== null);
    const { attention } = release.status;
    if (attention === null) throw new Error('nobody must look');
    const long = { ...attention, reason: '截图不清'.repeat(100), remedy: '到控制台看看'.repeat(100) };
    const status = { ...release.status, attention: { ...long, covers: long }, notices: [long.reason] };
    const text = currentDetails(status, release.now);
    expect(Buffer.byteLength(text)).toBeLessThan(4_096);
    expect(text).toContain('**A person must look:** 截图不清');
    for (const { verb, json } of release.status.allowed) {
      expect(text).toContain(`- \`${verb}\``);
      expect(text).toContain(`\`${JSON.stringify(json)}\``);
    }
  });
});

describe('health', () => {
  it('is told as it was last decided on, and where the newest values are', () => {
    const release = begin(planWith()).untilPercentage(10).run(MINUTE);
    expect(page(release)).toMatch(
      /\*\*Health:\*\* js-error-rate pass `0\.001` `2025-.* UTC`\. The newest values are in \*Pending Activities\*, under `guard`\./,
    );
    expect(page(release.run())).not.toContain('**Health:**');
  });
});

describe('what does not fit', () => {
  it('is left out from the end; something small after something large is not lost with it', () => {
    const blocks = [
      block('first'),
      block('x'.repeat(100)),
      { lines: ['a', 'b', 'c'], least: 1 },
      block('last'),
    ];
    expect(within(blocks, 30)).toBe('first\n\na\nb\nc\n\nlast\n');
    expect(within(blocks, 13)).toBe('first\n\na\nb\n');
    expect(within([], 10)).toBe('\n');
    const firm = { lines: ['a long one', 'b'], least: 2, short: ['ab'] };
    expect(within([block('first'), firm, block('last')], 30)).toBe('first\n\na long one\nb\n\nlast\n');
    expect(within([block('first'), firm, block('last')], 17)).toBe('first\n\nab\n\nlast\n');
    expect(within([block('x'.repeat(10)), firm], 12)).toBe('ab\n');
  });

  it('never makes it larger than it may be', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: 'grapheme' })), { maxLength: 20 }), (lists) => {
        const text = within(
          lists.map((lines) => ({ lines, least: Math.min(1, lines.length) })),
          200,
        );
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(201);
      }),
    );
  });
});

describe('words', () => {
  it('of our own keep what is to be copied, and of it nothing that ends it', () => {
    expect(sayText('`abort` <b> ends "it"; send {"by":"you","n":1/2}.')).toBe(
      '`abort` &#60;b&#62; ends &#34;it&#34;; send `{"by":"you","n":1/2}`.',
    );
    expect(sayText('{"a|b":"c`d"}')).toBe('`{"ab":"cd"}`');
    expect(sayText('one ` alone')).toBe('one &#96; alone');
  });

  it('of WeChat are readable', () => {
    expect(readable('1:账号:<br>&nbsp;(1):色情<br/>2:a &lt; b<p>c</p>')).toBe('1:账号: (1):色情 2:a < b c');
  });

  it.each([
    [{ by: 'metric js-error-rate', via: null }, 'the plan, for metric js-error-rate'],
    [{ by: 'plan: rollout.onDrift', via: null }, 'the plan (rollout.onDrift)'],
    [{ by: 'Temporal cancel', via: 'cancel' }, 'Temporal cancel'],
    [{ by: 'bob', via: 'update' }, 'bob (the name is claimed), through an Update'],
    [{ by: 'bob', via: 'start' }, 'bob (the name is claimed), through its start'],
  ] as const)('say who decided: %j', (story, text) => {
    expect(deciderText(story)).toBe(text);
  });
});

describe('the page of a way back that WeChat refuses', () => {
  it('says what was tried, once, and that users were not taken back', () => {
    const release = begin(planWith(), { measure: failingFrom(10) }).untilPercentage(10);
    release.faults.set('revertGray', ['refuse', 'refuse', 'refuse', 'refuse']);
    release.until(({ state }) => state.attention !== null);
    const text = page(release);
    expect(text).toContain('**Tried, refused:** `revertgrayrelease` refused, `4` times, last');
    expect(text).not.toContain('**Done:**');
    expect(text).toContain('**Way back:** revertgrayrelease was tried and did not succeed');
    expect(text).toContain('| `10 %` | going back |');
    expect(text).toContain('| `50 %` | not reached |');
  });

  it('and the command line has the same words for its stages', () => {
    const release = begin(gatedAt50()).until(waits);
    const row = stageRow(release.status.stages[1] as StageStatus, release.status, release.now);
    expect(row).toMatchObject({ state: 'over', left: 'waits for approval' });
    expect(page(release)).toContain('| `10 %` | over | `1h` | waits for approval |');
  });
});

describe('a gate that somebody refused', () => {
  it('says by whom and when it asks again, and offers no approval that would be refused', () => {
    const release = begin(gatedAt50()).until(waits);
    release.send('refuse', { gate: 'stage:2', by: 'bob' });
    expect(page(release)).toContain('`50 %` was refused by bob; asked again after `resume`.');
    expect(page(release)).not.toContain('Send `approve`');
    const rows = waitingRows(release.status, release.now).rows.map(({ text }) => text);
    expect(rows).toContain('50 %: refused by bob; asked again after resume');
    expect(rows.join('\n')).not.toContain('weapp-rollout approve');
    release.send('resume');
    expect(page(release)).toContain('Send `approve`');
  });
});
