/** Work that does not come off at once, as the server tells it; and a worker that fails at a release. */
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { logFollower } from '../../src/cli/followers.js';
import type { Temporal } from '../../src/releases/connection.js';
import { taskFailure, tryingOf } from '../../src/releases/pending.js';
import { NOON, soaking } from './statuses.js';

type Raw = Parameters<typeof tryingOf>[0];

const activity = (name: string, more: object = {}) => ({ activityType: { name }, attempt: 4, ...more });
const pending = (...pendingActivities: object[]): Raw => ({ pendingActivities }) as Raw;
const failed = { lastFailure: { message: 'grayrelease is not to be seen yet' } };
const memory = (details: unknown) => ({
  heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(details)] },
});

describe('what is being tried again', () => {
  it('is a write whose outcome is read, with WeChat’s last answer and the next attempt', () => {
    const again = activity('grayRelease', {
      ...failed,
      ...memory({ writes: 2, lastAnswer: 'grayrelease: ECONNRESET' }),
      nextAttemptScheduleTime: { seconds: NOON / 1_000, nanos: 500_000_000 },
    });
    expect(tryingOf(pending(activity('guard', failed), again))).toEqual({
      what: 'grayrelease',
      attempt: 4,
      why: 'grayrelease is not to be seen yet; the last answer was grayrelease: ECONNRESET, sent 2 times',
      nextAt: NOON + 500,
    });
  });

  it('says an answer once', () => {
    const why = 'submit_audit: 61039 not finished';
    const again = activity('submitAudit', {
      lastFailure: { message: why },
      ...memory({ writes: 0, lastAnswer: why }),
    });
    expect(tryingOf(pending(again))?.why).toBe(why);
  });

  it('is nothing at the first attempt, nor for what only watches', () => {
    for (const raw of [
      pending(),
      {} as Raw,
      pending(activity('grayRelease')),
      pending(activity('awaitAudit', failed), activity('guard', failed)),
    ])
      expect(tryingOf(raw)).toBeNull();
  });

  it('is told without what cannot be read', () => {
    const again = activity('survey', {
      ...failed,
      heartbeatDetails: { payloads: [{ data: new Uint8Array([1]) }] },
    });
    expect(tryingOf(pending(again))).toMatchObject({
      what: 'reading what WeChat has now',
      why: 'grayrelease is not to be seen yet',
      nextAt: null,
    });
  });

  it('is an activity that an operator of Temporal has paused, whichever it is', () => {
    expect(tryingOf(pending(activity('guard', { paused: true })))).toMatchObject({
      what: 'guard',
      why: expect.stringContaining('`temporal activity unpause`'),
    });
  });
});

describe('a log that follows a release', () => {
  it('tells once that something is tried again, whatever id WeChat gave the call', () => {
    const lines: string[] = [];
    const log = logFollower({ now: () => NOON }, (line) => lines.push(line));
    const trying = (rid: string) => ({
      zone: null,
      trying: { what: 'submit_audit', attempt: 2, why: `61039 rid: ${rid}-1-2`, nextAt: null },
    });
    log.seen(soaking, trying('6b03'));
    log.seen(soaking, trying('7c14'));
    log.seen(soaking);
    log.seen(soaking, trying('8d25'));
    const told = lines.filter((line) => line.includes('tried again'));
    expect(told).toEqual([
      '2026-11-22T12:00:00Z  submit_audit is tried again: 61039 rid: 6b03-1-2',
      '2026-11-22T12:00:00Z  submit_audit is tried again: 61039 rid: 8d25-1-2',
    ]);
  });
});

describe('a worker that fails at a release', () => {
  const answering = (events: object[]): Temporal =>
    ({
      namespace: 'default',
      connection: {
        workflowService: { getWorkflowExecutionHistoryReverse: async () => ({ history: { events } }) },
      },
    }) as unknown as Temporal;
  const run = { workflowId: 'release:wx1', runId: 'r1' };

  it('says why, as the history has it', async () => {
    const failure = { workflowTaskFailedEventAttributes: { failure: { message: 'Nondeterminism error' } } };
    expect(await taskFailure(answering([{}, failure]), run)).toBe('Nondeterminism error');
  });

  it('says nothing when the history does not, or the failure is over', async () => {
    expect(await taskFailure(answering([{}]), run)).toBeNull();
    const failure = { workflowTaskFailedEventAttributes: { failure: { message: 'a bug' } } };
    const completed = { workflowTaskCompletedEventAttributes: {} };
    expect(await taskFailure(answering([{}, completed, failure]), run)).toBeNull();
  });
});
