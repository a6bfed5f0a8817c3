/** The write protocol when processes die, requests hang, and WeChat refuses or asks to come back later. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { pass, stopClock } from './support/attempts.js';
import { answers, FakeEffect, MISSING, OURS, timesOut, unreachable } from './support/fake-effect.js';

let wechat: FakeEffect;
beforeEach(() => {
  stopClock();
  wechat = new FakeEffect();
});

describe('an attempt whose process died', () => {
  it.each(['kept', 'lost'] as const)(
    'in the middle of its write (heartbeat %s) is taken to have written: the next one reads for the settle time',
    async (heartbeat) => {
      const attempts = wechat.attempts();
      wechat.hangs = true;
      await attempts.dies(wechat.nextWrite(), heartbeat);
      wechat.hangs = false;
      const back = Date.now();
      while (wechat.sent === 1) {
        expect(Date.now() - back).toBeLessThanOrEqual(10_000);
        await attempts.delay();
      }
      expect(wechat.asked.slice(0, 4)).toEqual(['read', 'write', 'read', 'read']);
      expect(Date.now() - back).toBeGreaterThanOrEqual(10_000);
    },
  );

  it('after its write was applied is recognised by reading; nothing is sent again', async () => {
    const attempts = wechat.attempts();
    wechat.hangs = true;
    wechat.takesEffect = () => {
      wechat.shows = OURS;
    };
    await attempts.dies(wechat.nextWrite());
    expect(await attempts.result()).toMatchObject({
      status: 'applied',
      writes: 1,
      answer: 'the attempt before ended without an answer; the plan runs at 10 %',
    });
    expect(wechat.sent).toBe(1);
  });

  it('later than others that ended in order makes the waiting begin anew', async () => {
    const attempts = wechat.attempts();
    wechat.writes = [timesOut()];
    await attempts.delay();
    pass(9_000);
    const dying = wechat.nextWrite();
    wechat.hangs = true;
    await attempts.dies(dying);
    wechat.hangs = false;
    expect(await attempts.delay()).toBe(2_000);
    expect(wechat.sent).toBe(2);
  });
});

describe('a write that hangs', () => {
  it('is broken off three seconds before its attempt would be, and that attempt ends in order', async () => {
    const deadline = new AbortController();
    const asked: number[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      return deadline.signal;
    });
    wechat.hangs = true;
    const attempts = wechat.attempts({}, { startToCloseTimeoutMs: 20_000 });
    const written = wechat.nextWrite();
    const ended = attempts.next();
    await written;
    pass(17_000);
    deadline.abort();
    expect(await ended).toMatchObject({ again: { why: expect.stringContaining('aborted') } });
    expect(asked).toEqual([17_000]);
    expect(attempts.heartbeats.at(-1)).toMatchObject({ endedAttempt: 1, lastWriteAt: Date.now() });
    timeout.mockRestore();
  });
});

describe('a write that WeChat puts off', () => {
  it.each([
    ['61039, the privacy scan, soon', 61039, 'submitAudit', 1_000],
    ['45011, too many calls in a minute, as told', 45011, 'grayRelease', 60_000],
    ['45011 for what takes users back', 45011, 'revertGray', 60_000],
  ] as const)('%s: nothing was sent, and the release waits', async (_what, code, effect, afterMs) => {
    wechat.writes = [answers(code)];
    const ended = await wechat.attempts({ effect }).next();
    const answer = expect.stringContaining(String(code));
    expect(ended).toEqual({ result: { status: 'deferred', at: Date.now(), writes: 0, answer, afterMs } });
    expect(wechat.asked).toEqual(['read', 'write']);
  });

  it('45009, a day’s limit, is waited for until midnight in China; what takes users back is a person’s at once', async () => {
    wechat.writes = [answers(45009)];
    const untilMidnight = Date.parse('2030-03-10T16:01:00Z') - Date.now();
    const ended = await wechat.attempts({ effect: 'grayRelease' }).next();
    expect(ended).toMatchObject({ result: { status: 'deferred', afterMs: untilMidnight } });
    for (const effect of ['revertGray', 'revertCode', 'withdrawAudit', 'speedupAudit'] as const) {
      wechat.writes = [answers(45009)];
      expect(await wechat.attempts({ effect }).next()).toMatchObject({ result: { status: 'refused' } });
    }
  });

  it('after one whose outcome is not known is under way until that is known', async () => {
    wechat.writes = [answers(-1), answers(45011)];
    const attempts = wechat.attempts();
    expect(await attempts.result()).toMatchObject({
      status: 'unknown',
      answer: expect.stringContaining('45011'),
    });
    expect(attempts.delays).toContain(60_000);
    expect(wechat.sent).toBe(32);
  });
});

describe('a write that WeChat refuses', () => {
  it.each([
    [61007, 'Permission set 18 must be ticked'],
    [48001, 'Permission set 18 must be ticked'],
    [85014, 'number of the template'],
    [85085, 'quota'],
    [123456, 'global error codes'],
  ])('%i is told at once with what can be done', async (code, remedy) => {
    wechat.writes = [answers(code)];
    expect(await wechat.attempts().next()).toMatchObject({
      result: {
        status: 'refused',
        answer: expect.stringContaining(String(code)),
        remedy: expect.stringContaining(remedy),
      },
    });
    expect(wechat.asked).toEqual(['read', 'write']);
  });
});

describe('readings that fail', () => {
  it('are repeated with longer and longer pauses for about ten minutes; nothing was sent, so it is refused', async () => {
    wechat.shows = timesOut();
    const begun = Date.now();
    const attempts = wechat.attempts();
    const result = await attempts.result();
    expect(result).toMatchObject({
      status: 'refused',
      writes: 0,
      answer: 'grayrelease: no answer within 8000 ms (no answer in time)',
      remedy: expect.stringContaining('cannot be read from this worker'),
    });
    expect(attempts.delays.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
    expect(result.at - begun).toBeGreaterThan(9 * 60_000);
    expect(wechat.asked.length).toBe(25);
  });

  it('also when no connection comes about, which is as likely a passing trouble', async () => {
    wechat.shows = unreachable();
    const begun = Date.now();
    expect((await wechat.attempts().result()).at - begun).toBeGreaterThan(9 * 60_000);
  });

  it('after a write leave it unknown', async () => {
    wechat.takesEffect = () => {
      wechat.shows = answers(-1);
    };
    expect(await wechat.attempts().result()).toMatchObject({
      status: 'unknown',
      writes: 1,
      answer: expect.stringContaining('it could not be read whether grayrelease took effect'),
    });
  });

  it('are counted in a row: one that works begins the count anew', async () => {
    wechat.writes = [timesOut()];
    const attempts = wechat.attempts();
    wechat.shows = timesOut();
    for (let turn = 0; turn < 20; turn++) await attempts.delay();
    wechat.shows = MISSING;
    await attempts.delay();
    expect(attempts.heartbeats.at(-1)).toMatchObject({ failedReads: 0 });
  });

  it('for want of a permission are not repeated', async () => {
    wechat.shows = answers(61003);
    expect(await wechat.attempts().next()).toMatchObject({
      result: { status: 'refused', remedy: expect.stringContaining('authorise') },
    });
  });
});

describe('what is looked at before a write', () => {
  const wrong = { reason: 'WeChat would refuse the audit', remedy: 'correct audit.items' };

  it('refuses it, and nothing is sent', async () => {
    const attempts = wechat.attempts({ before: async () => wrong });
    expect(await attempts.next()).toMatchObject({
      result: { status: 'refused', writes: 0, answer: wrong.reason, remedy: wrong.remedy },
    });
    expect(wechat.sent).toBe(0);
  });

  it('is asked again when it cannot be read, in bounds, and nothing is sent', async () => {
    const before = async () => {
      throw timesOut();
    };
    const attempts = wechat.attempts({ before });
    expect(await attempts.result()).toMatchObject({ status: 'refused', writes: 0 });
    expect(wechat.sent).toBe(0);
    expect(attempts.number).toBeLessThanOrEqual(25);
  });

  it('does not hold a repeat up by what WeChat would refuse: only its own word counts then', async () => {
    wechat.writes = [timesOut()];
    const before = async () => (wechat.sent === 0 ? null : wrong);
    await wechat.attempts({ before }).result();
    expect(wechat.sent).toBe(3);
  });

  it('stops a repeat when someone else changed meanwhile what would be sent', async () => {
    wechat.writes = [timesOut()];
    const changed = { ...wrong, because: 'trialChanged' as const };
    const before = async () => (wechat.sent === 0 ? null : changed);
    expect(await wechat.attempts({ before }).result()).toMatchObject({
      status: 'refused',
      writes: 1,
      because: 'trialChanged',
    });
    expect(wechat.sent).toBe(1);
  });
});

describe('a confirmation of health that grew too old', () => {
  it('sends nothing and says so', async () => {
    const attempts = wechat.attempts({ freshUntil: Date.now() - 1 });
    expect(await attempts.next()).toEqual({
      result: { status: 'stale', at: Date.now(), writes: 0, answer: 'the health confirmation grew too old' },
    });
    expect(wechat.asked).toEqual(['read']);
  });

  it('counts to the millisecond, and not at all for what is applied already', async () => {
    const limit = Date.now();
    await wechat.attempts({ freshUntil: limit }).next();
    expect(wechat.sent).toBe(1);
    pass(1);
    wechat.shows = OURS;
    expect(await wechat.attempts({ freshUntil: limit }).result()).toMatchObject({ status: 'applied' });
  });
});
