/** The activity that sends: when it ends, when it is tried again and after how long, and that it counts every try. */
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { channelFindings, createNotifyActivities, type NotifyTry } from '../../src/activities/notify.js';
import { testMessage } from '../../src/domain/notifying/test-message.js';
import { type Answer, channelTo, HIDDEN, robotsForTest } from '../notify/robots.js';

const message = testMessage(
  { app: 'wx0123456789abcdef', version: '1.4.0', description: 'New checkout' },
  'channel 1 (wecom)',
  Date.now(),
);

async function tried(script: Answer[], { attempt = 1, leftMs = 1_800_000 } = {}) {
  const robots = await robotsForTest();
  robots.script.push(...script);
  const counted: NotifyTry[] = [];
  const { notify } = createNotifyActivities({
    references: { env: robots.env },
    allowedHosts: ['127.0.0.1'],
    onNotified: (entry) => {
      counted.push(entry);
      throw new Error('metrics are broken');
    },
  });
  const input = { channel: channelTo('wecom'), message, until: Date.now() + leftMs };
  const ended = await new MockActivityEnvironment({ attempt, startToCloseTimeoutMs: 20_000 })
    .run(notify, input)
    .catch((error: unknown) => error);
  for (const hidden of HIDDEN) expect(JSON.stringify([ended, String(ended)])).not.toContain(hidden);
  return { ended, counted: counted.map(({ result }) => result) };
}

const delayOf = (ended: unknown): number =>
  ended instanceof ApplicationFailure ? Number(ended.nextRetryDelay) : Number.NaN;
const LIMIT: Answer = { status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' };

it('says that it was sent, and when', async () => {
  expect(await tried([])).toEqual({ ended: { sent: true, at: expect.any(Number) }, counted: ['sent'] });
});

it.each([
  [1, 1_000],
  [4, 8_000],
  [7, 60_000],
  [40, 60_000],
])('after try %i it waits %i ms by itself', async (attempt, delay) => {
  const { ended, counted } = await tried([{ status: 500 }], { attempt });
  expect(ended).toMatchObject({ message: 'it answered HTTP 500' });
  expect(delayOf(ended)).toBe(delay);
  expect(counted).toEqual(['again']);
});

it('waits as long as a limit asks for, spread a little', async () => {
  const { ended } = await tried([LIMIT]);
  expect(delayOf(ended)).toBeGreaterThanOrEqual(60_000);
  expect(delayOf(ended)).toBeLessThanOrEqual(65_000);
});

it('gives up when the next try would come too late, with the reason', async () => {
  expect(await tried([LIMIT], { leftMs: 30_000 })).toEqual({
    ended: { sent: false, reason: 'it answered 45009 api freq out of limit', remedy: '' },
    counted: ['failed'],
  });
});

it('tries once even when it comes too late', async () => {
  expect((await tried([], { leftMs: -3_600_000 })).ended).toMatchObject({ sent: true });
});

it('gives up at once what only a person can mend', async () => {
  const { ended, counted } = await tried([
    { status: 200, body: '{"errcode":93000,"errmsg":"invalid webhook url"}' },
  ]);
  expect(ended).toMatchObject({ sent: false, remedy: expect.stringContaining('copy it anew') });
  expect(counted).toEqual(['failed']);
});

it('check tells of each channel whether this worker can reach it, and refuses none', async () => {
  const robots = await robotsForTest();
  const { PLAN_FEISHU: _missing, ...env } = robots.env;
  const findings = await channelFindings([channelTo('wecom'), channelTo('feishu'), channelTo('webhook')], {
    references: { env: { ...env, PLAN_WEBHOOK: 'https://elsewhere.example/hook' } },
    allowedHosts: ['127.0.0.1'],
  });
  expect(findings.map(({ level, subject }) => `${level} ${subject}`)).toEqual([
    'ok notify channel 1 (wecom)',
    'hint notify channel 2 (feishu)',
    'hint notify channel 3 (webhook)',
  ]);
  expect(findings[1]?.text).toContain('env:PLAN_FEISHU');
  expect(findings[2]?.text).toContain('notify.allowedHosts');
  expect(JSON.stringify(findings)).not.toContain('elsewhere.example');
  expect(robots.requests).toEqual([]);
});
