/** What people are told of whole releases: each change once, in order, with who and why, and what to do about it. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_EVENTS,
  NOTIFY_EVENT_NAMES,
  type NotifyChannel,
  type NotifyEvent,
} from '../../../src/domain/notifying/events.js';
import type { Announcement } from '../../../src/domain/notifying/notified.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import { DEFAULT_DRIFT } from '../../../src/domain/plan-defaults.js';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { DAY, HOUR, MINUTE, metric, NOW, planWith, SECOND, stage } from '../support/given.js';
import { gatedAt50, looking, paused, waits } from './helpers.js';

const channel = (events: NotifyEvent[]): NotifyChannel => ({
  kind: 'wecom',
  address: 'env:PLAN_WECOM_WEBHOOK',
  secret: null,
  events,
});
/** Everything is told to one channel. */
const telling = (plan: ReleasePlan, ...channels: NotifyChannel[]): ReleasePlan => ({
  ...plan,
  notify: channels.length === 0 ? [channel(NOTIFY_EVENT_NAMES)] : channels,
});
const messages = ({ told }: Driver): Announcement[] => told.map(({ message }) => message);
const events = (release: Driver): string[] => messages(release).map(({ event }) => event);
const titles = (release: Driver): string[] => messages(release).map(({ title }) => title);
const last = (release: Driver): Announcement => {
  const message = messages(release).at(-1);
  if (message === undefined) throw new Error('nothing was told');
  return message;
};
const lineOf = ({ lines }: Announcement, label: string): string | undefined =>
  lines.find((line) => line.label === label)?.text;

describe('a release that nobody touches', () => {
  it('tells its way, each step once', () => {
    const release = begin(telling(planWith())).run();
    expect(titles(release)).toEqual([
      '1.4.0: started',
      '1.4.0: the audit was submitted',
      '1.4.0: WeChat approved the audit',
      '1.4.0: at 1 %',
      '1.4.0: at 10 %',
      '1.4.0: at 50 %',
      '1.4.0: online for everyone',
      '1.4.0: released',
    ]);
  });

  it('tells only its end where no events are named', () => {
    const release = begin(telling(planWith(), channel(DEFAULT_EVENTS))).run();
    expect(events(release)).toEqual(['released']);
    expect(last(release)).toMatchObject({
      id: `wx0123456789abcdef-${NOW}-1`,
      sequence: 1,
      percentage: 100,
      phase: 'closed',
      outcome: 'released',
      command: 'weapp-rollout status wx0123456789abcdef',
    });
    expect(lineOf(last(release), 'Users have')).toBe('1.4.0, all of them');
  });

  it('says at each stage what users have and what comes next', () => {
    const release = begin(telling(planWith(), channel(['stage'])))
      .untilPercentage(10)
      .run(SECOND);
    const { lines, command, percentage } = last(release);
    expect(percentage).toBe(10);
    expect(lines).toEqual([
      { label: 'App', text: 'wx0123456789abcdef, New checkout' },
      { label: 'Why', text: expect.stringMatching(/^soaks until 2025-01-06 \d\d:\d\d UTC$/) },
      { label: 'Users have', text: '1.4.0 at 10 %, the others 1.3.0' },
      { label: 'Next', text: expect.stringMatching(/^50 %, once health is confirmed, 2025-01-06 /) },
    ]);
    expect(command).toBe('weapp-rollout pause wx0123456789abcdef --reason "why"');
  });

  it('that tells nobody keeps nothing of it', () => {
    const release = begin(planWith()).run();
    expect(release.state.notified).toBeUndefined();
    expect(release.status.notifications).toBeUndefined();
  });
});

describe('a release that goes back', () => {
  it('tells one end for one abort, with who and why', () => {
    const release = begin(telling(planWith(), channel(DEFAULT_EVENTS))).untilPercentage(10);
    release.send('abort', { by: 'ann', reason: 'wrong template' });
    release.run();
    expect(events(release)).toEqual(['reverted']);
    const message = last(release);
    expect(message.title).toBe('1.4.0: reverted from 10 %');
    expect(lineOf(message, 'Why')).toContain('wrong template (ann)');
    expect(lineOf(message, 'Who')).toBe('ann (the name is claimed), through a Signal');
    expect(lineOf(message, 'Users have')).toBe('1.3.0, all of them');
    expect(lineOf(message, 'What to do')).toContain('1.3.0 serves everyone; nothing is urgent.');
  });

  it('tells that users are being taken back to whoever asks for it', () => {
    const release = begin(telling(planWith(), channel(['reverting', 'reverted', 'paused', 'resumed'])), {
      measure: failingFrom(10),
    }).run();
    expect(titles(release)).toEqual(['1.4.0: taking users back from 10 %', '1.4.0: reverted from 10 %']);
    expect(lineOf(last(release), 'Who')).toBe('the plan, for metric js-error-rate');
  });

  it('after 100 % is rolled back', () => {
    const release = begin(telling(planWith(), channel(DEFAULT_EVENTS)), { measure: failingFrom(100) }).run();
    expect(events(release)).toEqual(['rolledBack']);
  });

  it('before any user saw it is aborted', () => {
    const release = begin(telling(planWith(), channel(DEFAULT_EVENTS)));
    release.send('pause');
    release.run(MINUTE).send('abort', { by: 'bob', reason: 'never' });
    release.run();
    expect(events(release)).toEqual(['paused', 'aborted']);
    expect(lineOf(last(release), 'Why')).toContain('never (bob)');
    expect(lineOf(last(release), 'Users have')).toBe('1.3.0; 1.4.0: none of them');
  });
});

describe('a pause', () => {
  it('is told once, with the command that lifts it, and so is that it goes on', () => {
    const release = begin(telling(planWith(), channel(['paused', 'resumed']))).untilPercentage(10);
    release.send('pause', { by: 'ann', reason: 'support is asking', commandId: 'p' });
    release.send('pause', { by: 'ann', reason: 'support is asking', commandId: 'p' });
    release.run(3 * DAY);
    expect(titles(release)).toEqual(['1.4.0: paused at 10 %']);
    expect(lineOf(last(release), 'Who')).toBe('ann');
    expect(lineOf(last(release), 'Why')).toBe('support is asking');
    expect(last(release).command).toBe('weapp-rollout resume wx0123456789abcdef --reason "why"');
    release.send('resume', { by: 'bob', reason: 'it was nothing' });
    release.run(MINUTE);
    expect(titles(release).at(-1)).toBe('1.4.0: goes on at 10 %');
    expect(lineOf(last(release), 'Who')).toBe('bob');
  });

  it('for one more reason is one more message', () => {
    const release = begin(telling(planWith(), channel(['paused', 'resumed']))).untilPercentage(10);
    release.send('pause', { by: 'ann', reason: 'lunch' });
    release.measureBy(() => ({ error: 'connection refused' }));
    release.run(3 * HOUR);
    expect(titles(release)).toEqual(['1.4.0: paused at 10 %', '1.4.0: paused at 10 %, for one more reason']);
    expect(lineOf(last(release), 'Who')).toBe('metric js-error-rate');
    expect(lineOf(last(release), 'What to do')).toContain('resume names it');
  });

  it('that is lifted before anybody looked is no news', () => {
    const release = begin(telling(planWith(), channel(['paused', 'resumed']))).untilPercentage(10);
    release.send('pause');
    release.send('resume');
    release.run(MINUTE);
    expect(events(release)).toEqual([]);
  });

  it('for drift says how it is put right, and a cancelled release needs a person', () => {
    const release = begin(telling(planWith(), channel(['paused', 'attention']))).untilPercentage(10);
    release.wechat.advanceTo(30);
    release.until(paused).run(SECOND);
    expect(lineOf(last(release), 'Why')).toBe('someone set the staged release to 30 %, we left it at 10 %');
    expect(lineOf(last(release), 'What to do')).toContain('resume --adopt');
    expect(last(release).command).toBe('weapp-rollout resume wx0123456789abcdef --adopt --reason "why"');
  });
});

describe('a gate', () => {
  const gated = telling(gatedAt50(), channel(['approvalNeeded', 'approved', 'paused']));

  it('is told with who may agree and the command for it; then that they agreed, and who', () => {
    const release = begin(gated).until(waits).run(SECOND);
    expect(titles(release)).toEqual(['1.4.0: 50 % waits for approval']);
    expect(lineOf(last(release), 'Why')).toBe('1 of ann, bob, cat must agree');
    expect(last(release).command).toBe(
      'weapp-rollout approve wx0123456789abcdef --gate stage:2 --as ann --reason "why"',
    );
    release.send('approve', { by: 'bob' });
    release.run(MINUTE);
    expect(titles(release).at(-1)).toBe('1.4.0: 50 % approved');
    expect(lineOf(last(release), 'Who')).toBe('bob');
  });

  it('reminds with growing distance, as long as it waits', () => {
    const release = begin(gated).until(waits).run(SECOND);
    const since = last(release).at;
    release.run(4 * DAY);
    const asked = messages(release).filter(({ event }) => event === 'approvalNeeded');
    expect(asked.map(({ at }) => Math.round((at - since) / HOUR))).toEqual([0, 1, 4, 12, 36, 60, 84]);
    expect(asked.map(({ reminder }) => reminder)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(asked.at(1)?.title).toBe('1.4.0: reminder 1: 50 % waits for approval');
    release.send('approve', { by: 'ann' });
    const before = messages(release).length;
    release.run();
    expect(
      messages(release)
        .slice(before)
        .map(({ event }) => event),
    ).toEqual(['approved']);
  });

  it('that was refused pauses, and asks anew after resume', () => {
    const release = begin(gated).until(waits).run(SECOND);
    release.send('refuse', { by: 'cat', reason: 'the cart is empty' });
    release.run(MINUTE);
    release.send('resume');
    release.run(MINUTE);
    expect(events(release)).toEqual(['approvalNeeded', 'paused', 'approvalNeeded']);
  });

  it('whose time is over and that only tells is told as late', () => {
    const late = telling(gatedAt50({ timeoutMs: DAY, onTimeout: 'notify' }), channel(['deadline']));
    const release = begin(late)
      .until(waits)
      .run(2 * DAY);
    expect(titles(release)).toEqual(['1.4.0: approval overdue']);
  });
});

describe('what needs a person', () => {
  const plan = telling(planWith(), channel(['attention', 'resumed']));

  it('is told once with reason and remedy, reminded of, and told to be over', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['refuse']);
    release.until(looking).run(SECOND);
    expect(titles(release)).toEqual(['1.4.0: a person must look']);
    expect(lineOf(last(release), 'What to do')).toBe(release.status.attention?.remedy);
    expect(last(release).command).toBe('weapp-rollout retry wx0123456789abcdef --reason "why"');
    release.run(5 * HOUR);
    expect(messages(release).map(({ reminder }) => reminder)).toEqual([0, 1, 2]);
    release.send('retry', { by: 'ann', reason: 'mended' });
    release.run(MINUTE);
    expect(events(release).at(-1)).toBe('resumed');
  });

  it('is not told again when the same thing is refused anew', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', ['refuse', 'refuse']);
    release.until(looking).run(SECOND);
    release.send('retry');
    release.run(MINUTE);
    // Once it went on and once it stands again: two changes, and no third.
    expect(events(release).filter((event) => event === 'attention').length).toBeLessThanOrEqual(2);
  });

  it('with another reason is told anew, and its reminders begin anew', () => {
    const release = begin(plan).untilPercentage(10);
    release.wechat.cancel();
    release.until(looking).run(2 * HOUR);
    expect(messages(release).map(({ reminder }) => reminder)).toEqual([0, 1]);
  });
});

describe('WeChat’s side', () => {
  it('a rejection is told with its reasons as text, and the end of waiting as well', () => {
    const waiting = planWith({ audit: { onReject: 'wait' } });
    const release = begin(telling(waiting, channel(['rejected', 'audit'])));
    release.wechat.verdict = { after: HOUR, status: 'rejected', reason: '1:账号<br>2:图片&nbsp;' };
    release.run();
    expect(events(release)).toEqual(['audit', 'rejected', 'rejected']);
    expect(lineOf(messages(release)[1] as Announcement, 'Why')).toBe('1:账号 2:图片');
    expect(messages(release)[1]?.command).toBe(
      'weapp-rollout resubmit wx0123456789abcdef --items items.yaml --reason "why"',
    );
    expect(last(release).outcome).toBe('rejected');
  });

  it('a rejection that ends the release is one message', () => {
    const release = begin(telling(planWith(), channel(['rejected'])));
    release.wechat.verdict = { after: HOUR, status: 'rejected', reason: 'no' };
    release.run();
    expect(events(release)).toEqual(['rejected']);
  });

  it('an audit that takes too long, and WeChat’s own deadline, are told before they matter', () => {
    const overdue = begin(telling(planWith({ audit: { deadlineMs: DAY } }), channel(['deadline', 'notice'])));
    overdue.wechat.verdict = { after: 3 * DAY, status: 'approved', reason: '' };
    overdue.run();
    expect(titles(overdue)).toEqual(['1.4.0: audit overdue']);
    const held = planWith({
      stages: [stage(10, { hold: true }), stage(100)],
      health: [metric({ intervalMs: HOUR })],
    });
    const near = begin(telling(held, channel(['deadline', 'notice', 'reverted'])), {
      driftEveryMs: HOUR,
    }).run();
    expect(titles(near)).toEqual(['1.4.0: platform deadline near', '1.4.0: reverted from 10 %']);
  });

  it('drift that is taken over without a person is a note', () => {
    const adopting = planWith({ onDrift: { ...DEFAULT_DRIFT, advanced: 'adopt' } });
    const release = begin(telling(adopting, channel(['notice']))).untilPercentage(10);
    release.wechat.advanceTo(30);
    release.run(10 * MINUTE);
    expect(messages(release).map((message) => lineOf(message, 'Why'))).toEqual([
      'someone set the staged release to 30 %, we left it at 10 %',
    ]);
  });

  it('a metric that only tells is told once', () => {
    const only = planWith({ health: [metric({ onFailure: 'notify' })] });
    const release = begin(telling(only, channel(['notice'])), { measure: failingFrom(10) }).untilPercentage(
      10,
    );
    release.run(30 * MINUTE);
    expect(events(release)).toEqual(['notice']);
    expect(lineOf(last(release), 'Why')).toContain('js-error-rate');
  });
});

describe('a freeze', () => {
  it('is told with its end and who, and so is its end', () => {
    const release = begin(telling(planWith(), channel(['freeze']))).untilPercentage(10);
    release.send('freeze', { by: 'ann', reason: 'holiday', for: '3h' });
    release.run(4 * HOUR);
    expect(titles(release)).toEqual([
      expect.stringContaining('1.4.0: frozen until'),
      '1.4.0: no longer frozen',
    ]);
  });
});

describe('the messages of a release', () => {
  it('go to each channel that asks for them, in order', () => {
    const plan = telling(
      planWith(),
      channel(['stage', 'released']),
      channel(['released']),
      channel(['failed']),
    );
    const release = begin(plan).run();
    expect(release.told.map(({ channel: to, message }) => `${to} ${message.event}`)).toEqual([
      '0 stage',
      '0 stage',
      '0 stage',
      '0 stage',
      '0 released',
      '1 released',
    ]);
    expect(new Set(release.told.map(({ message }) => message.id)).size).toBe(5);
    expect(release.status.notifications).toMatchObject({
      channels: [
        { channel: 1, kind: 'wecom', sent: 5, waiting: 0, notSent: 0 },
        { channel: 2, sent: 1 },
        { channel: 3, sent: 0, lastSentAt: null },
      ],
    });
  });

  it('have the same ids and are not told twice when the release goes on in a new run', () => {
    const release = begin(telling(planWith(), channel(['paused', 'stage', 'released']))).untilPercentage(10);
    release.send('pause');
    release.run(MINUTE);
    release.goOnAnew();
    release.run(MINUTE);
    release.send('resume');
    release.run();
    expect(messages(release).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events(release)).toEqual(['stage', 'stage', 'paused', 'stage', 'stage', 'released']);
  });

  it('are at most two hundred, and the end is always told', () => {
    const release = begin(telling(planWith(), channel(NOTIFY_EVENT_NAMES))).untilPercentage(10);
    for (let at = 0; at < 150; at++) {
      release.send('pause', { reason: `${at}` });
      release.run(SECOND);
      release.send('resume');
      release.run(SECOND);
    }
    release.send('abort');
    release.run();
    expect(messages(release)).toHaveLength(200);
    expect(last(release)).toMatchObject({ event: 'reverted', sequence: 200 });
    expect(release.status.notices.at(-1)).toMatch(
      /^\d+ messages were not made: a release sends 200 at most$/,
    );
  });

  it('are one line each, whatever people write', () => {
    const release = begin(telling(planWith(), channel(['paused']))).untilPercentage(10);
    release.send('pause', { by: 'ann\nbob', reason: `a\u202e\u0007\n\n${'字'.repeat(2_000)}` });
    release.run(MINUTE);
    for (const { text } of last(release).lines) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect([...text].length).toBeLessThanOrEqual(300);
    }
  });
});
