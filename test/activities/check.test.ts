/** `check`: what would be refused, or is worth knowing, before a release begins. Reads only. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/preflight.js';
import { planFor } from '../support/release.js';
import { always, fakeServer } from '../wechat/fake-server.js';
import { Attempts, stopClock } from './support/attempts.js';
import { answers } from './support/fake-effect.js';
import { metric } from './support/guarded.js';
import { APP, givenWechat, TOKEN } from './support/simulated.js';

beforeEach(() => stopClock());

type World = Parameters<typeof givenWechat>;
const plan = planFor(APP);

/** The findings by subject, of a check that ends in one attempt. */
async function checked(
  world: World = [],
  change: (wechat: Awaited<ReturnType<typeof givenWechat>>) => void = () => {},
  over: Partial<typeof plan> = {},
): Promise<Record<string, Finding>> {
  const wechat = await givenWechat(...world);
  change(wechat);
  const ended = await new Attempts(() => wechat.activities.check({ plan: { ...plan, ...over } })).next();
  if (!('result' in ended)) throw new Error('a check asks once');
  expect(wechat.simulator.control.ledger().effects).toEqual([]);
  expect(JSON.stringify(ended)).not.toContain(TOKEN);
  return Object.fromEntries(ended.result.map((finding) => [finding.subject, finding]));
}

describe('a plan that may begin', () => {
  it('is told so, subject by subject', async () => {
    const findings = await checked();
    expect(Object.values(findings).map(({ level, subject }) => `${level} ${subject}`)).toEqual([
      'ok token',
      'ok online version',
      'ok gray plan',
      'ok audit',
      'ok source',
      'ok audit quota',
      'ok way back',
      'ok metric js-error-rate',
    ]);
  });

  it('has providers that answer; a version that nobody has yet brings no data', async () => {
    const provider = { kind: 'prometheus', address: 'env:PLAN_PROMETHEUS_URL', query: 'not_there' } as const;
    const findings = await checked([], undefined, { health: [metric({ provider })] });
    expect(findings['metric js-error-rate']).toMatchObject({
      level: 'ok',
      text: 'answers; no data for this version yet',
    });
  });

  it('has nothing to ask where values are pushed', async () => {
    const findings = await checked([], undefined, { health: [metric({ provider: { kind: 'push' } })] });
    expect(findings['metric js-error-rate']).toMatchObject({ level: 'ok' });
  });
});

describe('a plan that may not begin', () => {
  it('for want of something online is told the remedy', async () => {
    const findings = await checked([{ online: undefined, history: [] }]);
    expect(findings['online version']).toMatchObject({
      level: 'refuse',
      text: expect.stringContaining('firstRelease: full'),
    });
  });

  it('for want of a permission is told which, and still hears about its providers', async () => {
    const findings = await checked([], ({ instead }) => {
      instead.getversioninfo = answers(61007);
    });
    expect(findings).toMatchObject({
      WeChat: { level: 'refuse', text: expect.stringContaining('Permission set 18') },
      'metric js-error-rate': { level: 'ok' },
    });
  });

  it('for a passing error of WeChat is told as much', async () => {
    const findings = await checked([], ({ instead }) => {
      instead.getgrayreleaseplan = answers(-1);
    });
    expect(findings.WeChat).toMatchObject({ level: 'refuse', text: expect.stringContaining('busy') });
  });

  it.each([
    ['a reference that leads nowhere', { env: {} }, 'env:PLAN_PROMETHEUS_URL'],
    ['a host that this worker does not allow', { allowedHosts: ['prometheus'] }, 'providers.allowedHosts'],
    [
      'no Prometheus',
      { env: { PLAN_PROMETHEUS_URL: 'http://127.0.0.1:9' } },
      'prometheus at env:PLAN_PROMETHEUS_URL: ',
    ],
  ])('for its provider: %s', async (_what, options, text) => {
    const findings = await checked([{}, options]);
    expect(findings['metric js-error-rate']).toMatchObject({
      level: 'refuse',
      text: expect.stringContaining(text),
    });
  });

  it('for a query that Prometheus refuses', async () => {
    const provider = { kind: 'prometheus', address: 'env:PLAN_PROMETHEUS_URL', query: 'sum(' } as const;
    const findings = await checked([], undefined, { health: [metric({ provider })] });
    expect(findings['metric js-error-rate']).toMatchObject({
      level: 'refuse',
      text: expect.stringContaining('bad_data'),
    });
  });
});

it('the quota is advice: a check goes on without it', async () => {
  const findings = await checked([], ({ instead }) => {
    instead.queryquota = answers(45009);
  });
  expect(findings['audit quota']).toMatchObject({ level: 'hint' });
});

it.each([
  ['ok', '{"rate":0}', 'answers 0'],
  ['refuse', '{"rate":null}', 'at rate is null, not a number'],
  ['refuse', '<html>', 'answered HTML'],
])('a web service is asked too: %s for %s', async (level, answer, text) => {
  const { url } = await fakeServer(always(answer));
  const provider = { kind: 'web', address: url, jsonPath: 'rate' } as const;
  const { minSamples: _, ...web } = metric({ provider });
  const findings = await checked([], undefined, { health: [web] });
  expect(findings['metric js-error-rate']).toEqual(
    expect.objectContaining({ level, text: expect.stringContaining(text) }),
  );
});
