import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/simulator/health/selector.js';
import { APP, OTHER, open, worldWith } from './helpers.js';

const METRICS = {
  js_error_rate: [
    { version: '1.3.0', value: 0.002 },
    { version: '1.4.0', value: 0.002 },
    { version: '1.4.0', from: 10, value: 0.08 },
  ],
  launches: [
    { version: '1.3.0', perPercent: 400 },
    { version: '1.4.0', perPercent: 400 },
  ],
  odd: [{ version: '1.3.0', value: 'NaN' as const }],
};

const world = worldWith({ metrics: METRICS });

interface Result {
  metric: Record<string, string>;
  value: [number, string];
}

/** Asks as Prometheus' clients do and returns version → value. */
async function ask(url: string, query: string, init?: RequestInit) {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`, init);
  const body = (await response.json()) as { status: string; data: { resultType: string; result: Result[] } };
  expect([response.status, body.status, body.data.resultType]).toEqual([200, 'success', 'vector']);
  return Object.fromEntries(body.data.result.map(({ metric, value }) => [metric.version, value[1]]));
}

describe('GET and POST /api/v1/query', () => {
  it("answers in Prometheus' format", async () => {
    const { url, now } = await open(world);
    const form = { method: 'POST', body: new URLSearchParams({ query: `launches{app="${APP}"}` }) };
    const response = await fetch(`${url}/api/v1/query`, form);
    expect(await response.json()).toEqual({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          { metric: { __name__: 'launches', app: APP, version: '1.3.0' }, value: [now() / 1000, '40000'] },
        ],
      },
    });
  });

  it('has no series for a version that no user has', async () => {
    const { url, approved } = await open(world);
    await approved();
    expect(await ask(url, 'js_error_rate{version="1.4.0"}')).toEqual({});
    expect(await ask(url, 'no_such_metric')).toEqual({});
  });

  it('follows the percentage that is served', async () => {
    const { url, approved, gray, call } = await open(world);
    await approved();
    await gray(0, { support_debuger_first: true });
    expect(await ask(url, 'launches')).toEqual({ '1.3.0': '40000', '1.4.0': '0' });
    await gray(9);
    expect(await ask(url, 'js_error_rate')).toEqual({ '1.3.0': '0.002', '1.4.0': '0.002' });
    expect(await ask(url, 'launches')).toEqual({ '1.3.0': '36400', '1.4.0': '3600' });
    await gray(10);
    expect(await ask(url, 'js_error_rate')).toEqual({ '1.3.0': '0.002', '1.4.0': '0.08' });
    await call('revertgrayrelease');
    expect(await ask(url, 'js_error_rate')).toEqual({ '1.3.0': '0.002' });
    await gray(100);
    expect(await ask(url, 'launches')).toEqual({ '1.4.0': '40000' });
  });

  it('selects by = and != on app and version', async () => {
    const { url } = await open(world);
    expect(await ask(url, `launches{app="${APP}", version!='1.4.0',}`)).toEqual({ '1.3.0': '40000' });
    expect(await ask(url, `launches{app="${OTHER}"}`)).toEqual({});
    expect(await ask(url, 'launches{shop=""}')).toEqual({ '1.3.0': '40000' });
  });

  it('knows NaN', async () => {
    const { url } = await open(world);
    expect(await ask(url, 'odd')).toEqual({ '1.3.0': 'NaN' });
  });

  it.each([
    '',
    'sum(launches)',
    'launches[5m]',
    'launches{app=~"x"}',
    'a / b',
    'launches{app="x}',
    '{app="x"}',
  ])('refuses as Prometheus does, saying that only plain selectors are understood: %s', async (query) => {
    const { url } = await open(world);
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringContaining('only plain selectors are understood') as string,
    });
  });

  it('can be made to fail', async () => {
    const { url, control } = await open(world);
    control.addFault({ endpoint: 'query', kind: 'systemError' });
    control.addFault({ endpoint: 'query', kind: 'http502' });
    control.addFault({ endpoint: 'query', kind: 'emptyBody' });
    control.addFault({ endpoint: 'query', kind: 'dropBeforeApplying' });
    const query = () => fetch(`${url}/api/v1/query?query=launches`);
    expect((await query()).status).toBe(503);
    expect((await query()).status).toBe(502);
    expect(await (await query()).text()).toBe('');
    await expect(query()).rejects.toThrow();
    expect((await query()).status).toBe(200);
  });
});

describe('health changed at run time', () => {
  it('takes the place of the point with the same version and from', async () => {
    const { url, control } = await open(world);
    control.metrics({ app: APP, name: 'js_error_rate', version: '1.3.0', value: 0.5 });
    control.metrics({ app: APP, name: 'crashes', version: '1.3.0', value: 7 });
    expect(await ask(url, 'js_error_rate')).toEqual({ '1.3.0': '0.5' });
    expect(await ask(url, 'crashes')).toEqual({ '1.3.0': '7' });
  });
});

describe('a plain selector', () => {
  it('may have spaces, single quotes and escapes', () => {
    expect(parseSelector(' up { a = "x\\"y" , b!=\'z\' } ')).toEqual({
      name: 'up',
      matchers: [
        { label: 'a', equal: true, value: 'x"y' },
        { label: 'b', equal: false, value: 'z' },
      ],
    });
  });
});
