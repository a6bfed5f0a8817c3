/** The write protocol, attempt by attempt: read, decide, write, verify. */
import { beforeEach, describe, expect, it } from 'vitest';
import { pass, stopClock } from './support/attempts.js';
import { answers, FakeEffect, FOREIGN, MISSING, OURS, timesOut } from './support/fake-effect.js';

let wechat: FakeEffect;
beforeEach(() => {
  stopClock();
  wechat = new FakeEffect();
});
/** Every write is there as soon as it is sent. */
const worksAtOnce = () => {
  wechat.takesEffect = () => {
    wechat.shows = OURS;
  };
};

describe('a write that goes well', () => {
  it('is preceded by a reading, sent once, and proven by another reading', async () => {
    worksAtOnce();
    expect(await wechat.attempts().next()).toEqual({
      result: {
        status: 'applied',
        at: Date.now(),
        writes: 1,
        answer: 'ok; the plan runs at 10 %',
        facts: { percentage: 10 },
      },
    });
    expect(wechat.asked).toEqual(['read', 'write', 'read']);
  });

  it('is not sent when what it would do is there already', async () => {
    wechat.shows = OURS;
    const { answer, writes } = await wechat.attempts().result();
    expect({ answer, writes }).toEqual({ answer: 'the plan runs at 10 % (found so)', writes: 0 });
    expect(wechat.asked).toEqual(['read']);
  });

  it('is not sent when somebody else’s doing stands in the way', async () => {
    wechat.shows = FOREIGN;
    expect(await wechat.attempts().result()).toMatchObject({
      status: 'refused',
      writes: 0,
      answer: 'another staged release is running',
      remedy: expect.stringContaining('`retry`'),
    });
    expect(wechat.sent).toBe(0);
  });

  it('is applied though WeChat shows it late; meanwhile it is only read', async () => {
    const attempts = wechat.attempts();
    await attempts.delay();
    await attempts.delay();
    wechat.shows = OURS;
    expect(await attempts.result()).toMatchObject({ status: 'applied', writes: 1 });
    expect(wechat.asked).toEqual(['read', 'write', 'read', 'read', 'read']);
  });
});

describe('a write that was answered with ok and never shows', () => {
  it('is not sent again, and is unknown once its settle time is over', async () => {
    const begun = Date.now();
    const result = await wechat.attempts().result();
    expect(result).toMatchObject({ status: 'unknown', writes: 1, answer: 'ok; no reading shows it' });
    expect(result.at - begun).toBe(10_000);
    expect(wechat.sent).toBe(1);
  });
});

describe('a write of unknown outcome', () => {
  beforeEach(() => {
    wechat.writes = [timesOut()];
  });

  it('is proven by the reading right after it', async () => {
    worksAtOnce();
    expect(await wechat.attempts().result()).toMatchObject({
      status: 'applied',
      answer: expect.stringMatching(/no answer within 8000 ms.*; the plan runs at 10 %$/),
    });
  });

  it('is not believed missing before the settle time; then it is sent a second time', async () => {
    const attempts = wechat.attempts();
    await attempts.delay();
    const first = Date.now() - 1_000;
    while (wechat.sent === 1) {
      expect(Date.now() - first).toBeLessThanOrEqual(10_000);
      await attempts.delay();
    }
    expect(wechat.asked.slice(0, 3)).toEqual(['read', 'write', 'read']);
    expect(wechat.asked.slice(-3)).toEqual(['read', 'write', 'read']);
    wechat.shows = OURS;
    expect(await attempts.result()).toMatchObject({ status: 'applied', writes: 2 });
  });

  it('is sent as often as the table of effects allows, then is left to a person', async () => {
    const result = await wechat.attempts().result();
    expect(result).toMatchObject({
      status: 'unknown',
      writes: 3,
      remedy: expect.stringContaining('console'),
    });
    expect(wechat.sent).toBe(3);
  });

  it('is never sent twice where a repeat costs something: withdrawing an audit', async () => {
    const result = await wechat.attempts({ effect: 'withdrawAudit' }).result();
    expect(result).toMatchObject({ status: 'unknown', writes: 1 });
    expect(wechat.sent).toBe(1);
  });

  it('settles from the moment it was given up, not from the moment it was begun', async () => {
    const slow = wechat.attempts();
    wechat.takesEffect = () => pass(8_000);
    await slow.delay();
    const givenUp = Date.now() - 1_000;
    wechat.takesEffect = () => {};
    while (wechat.sent === 1) await slow.delay();
    expect(Date.now() - 1_000 - givenUp).toBeGreaterThanOrEqual(10_000);
  });
});

describe('what WeChat claims to be so already', () => {
  it.each([
    [85009, 'submitAudit'],
    [85082, 'grayRelease'],
    [85052, 'release'],
  ] as const)('%i is success when it is ours', async (code, effect) => {
    worksAtOnce();
    wechat.writes = [answers(code)];
    expect(await wechat.attempts({ effect }).result()).toMatchObject({ status: 'applied', writes: 1 });
  });

  it.each([
    [85009, 'submitAudit'],
    [85082, 'grayRelease'],
    [85052, 'release'],
  ] as const)('%i is refused when no reading shows that it is ours', async (code, effect) => {
    wechat.writes = [answers(code)];
    const result = await wechat.attempts({ effect }).result();
    expect(result).toMatchObject({
      status: 'refused',
      writes: 1,
      answer: expect.stringMatching(new RegExp(`${code}.*; what is there is not ours`)),
    });
    expect(wechat.sent).toBe(1);
  });

  it('may be our own write whose answer was lost: then nobody can tell', async () => {
    wechat.writes = [timesOut(), answers(85082)];
    expect(await wechat.attempts().result()).toMatchObject({
      status: 'unknown',
      answer: expect.stringContaining('85082'),
    });
  });
});

describe('a repeat that is refused', () => {
  it('is read once more: the write before it may have been applied after all', async () => {
    wechat.writes = [timesOut(), answers(87012)];
    wechat.takesEffect = (write) => {
      if (write === 2) wechat.shows = OURS;
    };
    expect(await wechat.attempts({ effect: 'revertCode' }).result()).toMatchObject({
      status: 'applied',
      writes: 2,
    });
  });

  it('is refused when that reading shows nothing', async () => {
    wechat.writes = [timesOut(), answers(87012)];
    expect(await wechat.attempts({ effect: 'revertCode' }).result()).toMatchObject({
      status: 'refused',
      writes: 2,
      answer: expect.stringContaining('87012'),
    });
    expect(wechat.asked.at(-1)).toBe('read');
  });
});

describe('between attempts', () => {
  it('nothing is known but what the heartbeat carries', async () => {
    wechat.shows = MISSING;
    const attempts = wechat.attempts();
    await attempts.delay();
    expect(attempts.heartbeats.at(-1)).toMatchObject({ writes: 1, accepted: 'ok', endedAttempt: 1 });
  });

  it('the write is remembered before it is sent', async () => {
    const attempts = wechat.attempts();
    const seen: unknown[] = [];
    wechat.takesEffect = () => seen.push(attempts.heartbeats.at(-1));
    await attempts.delay();
    expect(seen).toMatchObject([{ writes: 1, lastWriteAt: expect.any(Number), endedAttempt: 0 }]);
  });
});
