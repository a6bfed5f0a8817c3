/** One measurement of one metric: references resolved on this worker, only on hosts that it allows, and never a throw. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Metric } from '../../src/domain/plan.js';
import { measure, type ProviderAccess } from '../../src/health/measure.js';
import { planFor } from '../support/release.js';
import { always, deadUrl, fakeServer } from '../wechat/fake-server.js';

const APP = 'wx0123456789abcdef';
const SECRET = 'hunter2-of-prometheus';
const clock = { now: () => 1_000, signal: new AbortController().signal };

function metric(overrides: Partial<Metric> & { address?: string; query?: string } = {}): Metric {
  const [first] = planFor(APP).health;
  if (first === undefined) throw new Error('the plan has a metric');
  const { address = 'env:PLAN_PROMETHEUS_URL', query = 'errors', ...more } = overrides;
  return { ...first, provider: { kind: 'prometheus', address, query }, ...more };
}
const accessTo = (url: string, more: Partial<ProviderAccess> = {}): ProviderAccess => ({
  references: { env: { PLAN_PROMETHEUS_URL: url, OTHER_SECRET: SECRET } },
  allowedHosts: ['127.0.0.1'],
  ...more,
});
const take = (of: Metric, access: ProviderAccess, version = '1.4.0') =>
  measure(of, { app: APP, version }, access, clock);

/** A Prometheus that answers each query by a table; null is no series. */
async function prometheus(values: Record<string, number | null>) {
  const asked: string[] = [];
  const { url } = await fakeServer((response, { body }) => {
    const query = new URLSearchParams(body).get('query') ?? '';
    asked.push(query);
    const value = values[query] ?? null;
    const result = value === null ? [] : [{ metric: {}, value: [1, String(value)] }];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  return { url, asked };
}

describe('a measurement', () => {
  it('is the value, and how many samples it is made of', async () => {
    const { url, asked } = await prometheus({ errors: 0.02, launches: 400 });
    const counted = metric({ minSamples: { query: 'launches', atLeast: 100 } });
    expect(await take(counted, accessTo(url))).toEqual({ at: 1_000, value: 0.02, samples: 400 });
    expect(asked).toEqual(['errors', 'launches']);
  });

  it('without data is null, and no samples are 0 or null as Prometheus says', async () => {
    const { url } = await prometheus({ launches: 0 });
    const counted = metric({ minSamples: { query: 'launches', atLeast: 100 } });
    expect(await take(counted, accessTo(url))).toEqual({ at: 1_000, value: null, samples: 0 });
  });

  it('of a pushed metric asks nobody', async () => {
    const { url, asked } = await prometheus({});
    const pushed = metric({ provider: { kind: 'push' } });
    expect(await take(pushed, accessTo(url))).toEqual({ at: 1_000, value: null, samples: null });
    expect(asked).toEqual([]);
  });

  it('asks for this app and version, escaped so that neither leaves its quotes', async () => {
    const { url, asked } = await prometheus({});
    const query = 'errors{app="{{app}}",version="{{version}}",again="{{version}}"}';
    await take(metric({ query, minSamples: { atLeast: 0 } }), accessTo(url), '1"} or vector(0) #\\\n');
    const version = '1\\"} or vector(0) #\\\\\\n';
    expect(asked).toEqual([`errors{app="${APP}",version="${version}",again="${version}"}`]);
  });

  it('whose samples cannot be counted is an error, not a value', async () => {
    const { url } = await fakeServer((response, { body }) => {
      const ok = new URLSearchParams(body).get('query') === 'errors';
      const data = { resultType: 'scalar', result: [1, '0.001'] };
      response.end(ok ? JSON.stringify({ status: 'success', data }) : 'oops');
    });
    const counted = metric({ minSamples: { query: 'launches', atLeast: 100 } });
    expect(await take(counted, accessTo(url))).toMatchObject({
      value: null,
      samples: null,
      error: expect.stringContaining('no JSON'),
    });
  });
});

describe('a measurement by a web service', () => {
  const TOKEN = 'env:PLAN_TOKEN';
  const web = (jsonPath = 'data.rate', value = TOKEN): Partial<Metric> => ({
    provider: {
      ...{ kind: 'web', address: 'env:PLAN_PROMETHEUS_URL', path: '/{{app}}', query: { v: '{{version}}' } },
      ...{ header: { name: 'Authorization', value }, jsonPath },
    },
    minSamples: { jsonPath: 'data.launches', atLeast: 100 },
  });
  const accessWithToken = (url: string, allowedHosts = ['127.0.0.1']) =>
    accessTo(url, {
      references: { env: { PLAN_PROMETHEUS_URL: url, PLAN_TOKEN: SECRET, OTHER: SECRET } },
      allowedHosts,
    });
  const service = () => fakeServer(always('{"data":{"rate":0.02,"launches":400}}'));

  it('is value and samples of one answer for this app and version', async () => {
    const { url, seen } = await service();
    expect(await take(metric(web()), accessWithToken(url), '1"&x')).toEqual({
      at: 1_000,
      value: 0.02,
      samples: 400,
    });
    expect(seen).toMatchObject([{ path: `/${APP}`, query: { v: '1"&x' } }]);
  });

  it.each([
    ['nothing where the value should be', metric(web('data.other')), 'nothing is at data.other'],
    [
      'nothing where the samples should be',
      metric({ ...web(), minSamples: { jsonPath: 'data.users', atLeast: 1 } }),
      'nothing is at data.users',
    ],
    ['a header whose variable is missing', metric(web('data.rate', 'env:PLAN_NONE')), 'env:PLAN_NONE'],
    ['a header that reaches for the worker’s own', metric(web('data.rate', 'env:OTHER')), 'begin with PLAN_'],
  ])('is an error: %s', async (_what, of, told) => {
    const { url } = await service();
    const { value, samples, error } = await take(of, accessWithToken(url));
    expect({ value, samples }).toEqual({ value: null, samples: null });
    expect(error).toContain(told);
    expect(error).not.toContain(SECRET);
  });

  it('of a host that this worker does not allow is not asked for', async () => {
    const { url, seen } = await service();
    const { error } = await take(metric(web()), accessWithToken(url, ['prometheus.internal']));
    expect(error).toContain('the host of env:PLAN_PROMETHEUS_URL is not among providers.allowedHosts');
    expect(seen).toEqual([]);
  });
});

describe('a provider that cannot be asked', () => {
  /** The error of a measurement; it holds nothing of the worker's secrets. */
  const errorOf = async (of: Metric, access: ProviderAccess) => {
    const { error, value } = await take(of, access);
    expect(value).toBeNull();
    expect(error).not.toContain(SECRET);
    return error;
  };

  it('because its variable is missing is told by the name of the variable', async () => {
    expect(await errorOf(metric({ address: 'env:PLAN_NOT_SET' }), accessTo(''))).toContain(
      'env:PLAN_NOT_SET',
    );
  });

  it('because a plan reaches for the worker’s own secrets', async () => {
    expect(await errorOf(metric({ address: 'env:OTHER_SECRET' }), accessTo(''))).toContain(
      'begin with PLAN_',
    );
  });

  it('because its file is not below the folder for references', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'measure-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { url } = await prometheus({ errors: 1 });
    await writeFile(join(folder, 'address'), `${url}\n`);
    const access = accessTo('', { references: { env: {}, folder } });
    expect(await take(metric({ address: 'file:address', minSamples: { atLeast: 0 } }), access)).toMatchObject(
      {
        value: 1,
      },
    );
    expect(await errorOf(metric({ address: 'file:other' }), access)).toContain('file:other');
    expect(await errorOf(metric({ address: 'file:../address' }), access)).toContain('relative path');
  });

  it.each([
    'http://169.254.169.254',
    'http://127.0.0.1@metadata.internal',
    'http://127.0.0.1.evil.example:9090',
    `https://ops:${SECRET}@prometheus.example/path`,
  ])('because this worker does not allow its host: %s', async (url) => {
    expect(await errorOf(metric(), accessTo(url))).toBe(
      `the host of env:PLAN_PROMETHEUS_URL is not among providers.allowedHosts of this worker's configuration`,
    );
  });

  it.each([
    'prometheus:9090',
    '//127.0.0.1:9090',
    `ftp://${SECRET}@127.0.0.1`,
    `file:///etc/${SECRET}`,
    `http://127.0.0.1:9090/?token=${SECRET}`,
    `http://127.0.0.1:9090/#${SECRET}`,
    'http://127.0.0.1:9090#',
  ])('because its address is none: %s', async (url) => {
    expect(await errorOf(metric(), accessTo(url))).toContain('http or https address');
  });

  it('because nobody listens there, whatever the credentials', async () => {
    const url = (await deadUrl()).replace('//', `//ops:${SECRET}@`);
    expect(await errorOf(metric(), accessTo(url))).toMatch(
      /^prometheus at env:PLAN_PROMETHEUS_URL: .*ECONNREFUSED/,
    );
  });
});
