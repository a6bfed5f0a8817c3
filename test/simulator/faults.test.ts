import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/simulator/control/faults.js';
import { APP, open, post, TOKEN, worldWith } from './helpers.js';

/** An approved version, and a fault over the next grayrelease. */
async function under(fault: Omit<FaultInput, 'endpoint'>, world = worldWith()) {
  const simulator = await open(world);
  await simulator.approved();
  simulator.control.addFault({ endpoint: 'grayrelease', ...fault });
  const attempt = () =>
    fetch(`${simulator.url}/wxa/grayrelease?access_token=${TOKEN}`, {
      method: 'POST',
      body: '{"gray_percentage":10}',
    });
  const applied = () => simulator.control.state(APP).gray?.percentage === 10;
  const noted = () => simulator.control.ledger().requests.at(-1);
  return { ...simulator, attempt, applied, noted };
}

describe('a fault', () => {
  it('dropBeforeApplying: the connection breaks and nothing happened', async () => {
    const { attempt, applied, noted } = await under({ kind: 'dropBeforeApplying' });
    await expect(attempt()).rejects.toThrow();
    expect(applied()).toBe(false);
    expect(noted()).toMatchObject({ fault: 'dropBeforeApplying', errcode: null, applied: false });
  });

  it('dropAfterApplying: the connection breaks, but it happened', async () => {
    const { attempt, applied, noted } = await under({ kind: 'dropAfterApplying' });
    await expect(attempt()).rejects.toThrow();
    expect(applied()).toBe(true);
    expect(noted()).toMatchObject({ fault: 'dropAfterApplying', errcode: null, applied: true });
  });

  it('systemError: -1, not applied; or applied, by switch', async () => {
    const first = await under({ kind: 'systemError' });
    expect(await (await first.attempt()).json()).toMatchObject({ errcode: -1 });
    expect(first.applied()).toBe(false);
    const second = await under(
      { kind: 'systemError' },
      worldWith({}, { switches: { systemError: 'applied' } }),
    );
    expect(await (await second.attempt()).json()).toMatchObject({ errcode: -1 });
    expect(second.applied()).toBe(true);
  });

  it('http502: a page of HTML', async () => {
    const { attempt, applied } = await under({ kind: 'http502' });
    const response = await attempt();
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('<html>');
    expect(applied()).toBe(false);
  });

  it('hang: no answer, until the simulator closes', async () => {
    const { url, close, applied } = await under({ kind: 'hang' });
    const signal = AbortSignal.timeout(50);
    const init = { method: 'POST', body: '{"gray_percentage":10}', signal };
    await expect(fetch(`${url}/wxa/grayrelease?access_token=${TOKEN}`, init)).rejects.toThrow(
      /abort|timeout/i,
    );
    expect(applied()).toBe(false);
    await close();
  });

  it('slow: the right answer, later; it happened at once', async () => {
    const { attempt, applied, noted } = await under({ kind: 'slow', delayMs: 50 });
    const began = performance.now();
    expect(await (await attempt()).json()).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(performance.now() - began).toBeGreaterThan(45);
    expect(applied()).toBe(true);
    expect(noted()).toMatchObject({ errcode: 0, fault: 'slow' });
  });

  it('invalidJson: half an answer', async () => {
    const { attempt, applied } = await under({ kind: 'invalidJson' });
    await expect((await attempt()).json()).rejects.toThrow();
    expect(applied()).toBe(true);
  });

  it('emptyBody: nothing', async () => {
    const { attempt, applied } = await under({ kind: 'emptyBody' });
    expect(await (await attempt()).text()).toBe('');
    expect(applied()).toBe(true);
  });

  it('tokenExpired: 42001 although the token is good', async () => {
    const { attempt, applied } = await under({ kind: 'tokenExpired' });
    expect(await (await attempt()).json()).toMatchObject({ errcode: 42001 });
    expect(applied()).toBe(false);
  });

  it('can be told whether the call takes effect', async () => {
    const { attempt, applied } = await under({ kind: 'http502', applies: true });
    expect((await attempt()).status).toBe(502);
    expect(applied()).toBe(true);
  });

  it('leaves the refusals of the call alone', async () => {
    const { attempt, call, applied } = await under({ kind: 'slow', delayMs: 0 });
    await call('release');
    expect(await (await attempt()).json()).toMatchObject({ errcode: 85080 });
    expect(applied()).toBe(false);
  });
});

describe('faults on order', () => {
  it('are used up one after the other, as often as they say, by endpoint and app', async () => {
    const { call, control } = await open();
    control.addFault({ endpoint: 'queryquota', kind: 'tokenExpired', times: 2 });
    control.addFault({ endpoint: '*', app: APP, kind: 'systemError' });
    expect((await call('get_category')).errcode).toBe(-1);
    expect((await call('queryquota', {}, 'token-unhealthy')).errcode).toBe(42001);
    expect((await call('queryquota')).errcode).toBe(42001);
    expect((await call('queryquota')).errcode).toBe(0);
    expect(control.faults()).toEqual([]);
  });

  it('tell get_history_version from revertcoderelease, though they share a path', async () => {
    const { call, control } = await open();
    control.addFault({ endpoint: 'revertcoderelease', kind: 'systemError' });
    expect((await call('get_history_version')).errcode).toBe(0);
    expect((await call('revertcoderelease')).errcode).toBe(-1);
  });

  it('are ordered, listed and cancelled over HTTP', async () => {
    const { url, call } = await open();
    const fault = { endpoint: 'release', kind: 'hang', times: 3, delayMs: 1000 };
    expect(await post(url, 'faults', { endpoint: 'release', kind: 'hang', times: 3 })).toMatchObject({
      status: 200,
    });
    expect((await post(url, 'faults', null, 'GET')).body).toEqual({ faults: [fault] });
    expect((await post(url, 'faults', null, 'DELETE')).body).toEqual({ faults: [] });
    expect((await call('release')).errcode).toBe(85019);
  });
});
