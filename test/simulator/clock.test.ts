import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { movableClock } from '../../src/simulator/state/time.js';
import { APP, HOUR, open, post, TOKEN, worldWith } from './helpers.js';

describe('a clock that can be moved', () => {
  /** A clock over a real time that the test sets. */
  function given() {
    const real = { now: 1_000 };
    return { real, clock: movableClock(() => real.now) };
  }

  it('follows real time, ahead of it by what it was advanced', () => {
    const { real, clock } = given();
    clock.advance(500);
    real.now += 10;
    expect(clock()).toBe(1_510);
  });

  it('stands still when frozen, goes on being advanced, and continues from there', () => {
    const { real, clock } = given();
    clock.freeze();
    real.now += 100;
    expect([clock(), clock.frozen]).toEqual([1_000, true]);
    clock.advance(50);
    expect(clock()).toBe(1_050);
    clock.unfreeze();
    expect([clock(), clock.frozen]).toEqual([1_050, false]);
    real.now += 5;
    expect(clock()).toBe(1_055);
  });

  it('can be frozen and let go twice without a jump', () => {
    const { real, clock } = given();
    clock.freeze();
    clock.freeze();
    real.now += 100;
    clock.unfreeze();
    clock.unfreeze();
    expect(clock()).toBe(1_000);
  });
});

describe('/_simulator/clock', () => {
  const running: Simulator[] = [];
  afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.close())));

  /** A simulator with a clock of its own, and an audit that is approved after two hours. */
  async function given() {
    const world = worldWith({ experience: { version: '1.4.0' }, audit: { approveAfter: '2h' } });
    const simulator = await startSimulator({ world });
    running.push(simulator);
    const { url } = simulator;
    await fetch(`${url}/wxa/submit_audit?access_token=${TOKEN}`, { method: 'POST', body: '{}' });
    const set = (command: object) => post(url, 'clock', command);
    const verdicts = () => simulator.control.ledger(APP).events.map(({ what }) => what);
    return { ...simulator, url, set, verdicts };
  }

  it('tells the time and whether it stands still', async () => {
    const { url, set } = await given();
    await set({ frozen: true });
    const { body } = await post(url, 'clock', null, 'GET');
    expect(body).toEqual({
      now: body.now,
      time: new Date(Number(body.now)).toISOString(),
      frozen: true,
    });
    expect((await post(url, 'clock', null, 'GET')).body).toEqual(body);
  });

  it('advances, and what became due happens', async () => {
    const { set, verdicts } = await given();
    const before = Date.now();
    expect(verdicts()).toEqual([]);
    const { body } = await set({ advance: '2h' });
    expect(body.now).toBeGreaterThanOrEqual(before + 2 * HOUR);
    expect(verdicts()).toEqual(['auditApproved']);
  });

  it('stands still while frozen, also when it is advanced', async () => {
    const { set } = await given();
    const frozen = (await set({ frozen: true })).body;
    const advanced = (await set({ advance: '1h' })).body;
    expect(advanced).toMatchObject({ now: Number(frozen.now) + HOUR, frozen: true });
    expect(await set({ frozen: false })).toMatchObject({ body: { frozen: false } });
  });

  it('is set to a time, as text or in milliseconds, only forward', async () => {
    const { set } = await given();
    expect((await set({ set: '2099-01-01T08:00:00+08:00', frozen: true })).body).toEqual({
      now: Date.UTC(2099, 0),
      time: '2099-01-01T00:00:00.000Z',
      frozen: true,
    });
    expect((await set({ set: Date.UTC(2099, 0, 2) })).body.now).toBe(Date.UTC(2099, 0, 2));
    const answer = await set({ set: '2098-01-01T00:00:00Z' });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('the clock only goes forward') as string },
    });
  });

  it.each([
    [{}, /write advance \(a duration\), set \(a time\), frozen/],
    [{ advance: '1h', set: 5 }, /^set: advance and set exclude each other/],
    [{ set: 'tomorrow' }, /^set: write a time such as/],
    [{ frozen: 'yes' }, /^frozen: write true or false/],
    [{ set: Date.UTC(9999, 5) }, /^set: goes beyond the year 9999/],
  ])('refuses %j', async (command, error) => {
    const { set } = await given();
    const { status, body } = await set(command);
    expect(status).toBe(400);
    expect(body.error).toMatch(error);
  });

  it('leaves a clock alone that the caller gave, and tells it', async () => {
    const { url, now } = await open();
    for (const command of [{ advance: '2h' }, { frozen: true }, { set: '2099-01-01T00:00:00Z' }])
      expect(await post(url, 'clock', command)).toMatchObject({ status: 400 });
    expect((await post(url, 'clock', null, 'GET')).body).toMatchObject({ now: now(), frozen: false });
  });
});
