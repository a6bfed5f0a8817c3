/** Whether a plan's health can be measured from this worker, found out before anything is spent. */
import { describe, expect, it } from 'vitest';
import { metricFindings } from '../../src/activities/providers.js';
import type { Metric } from '../../src/domain/plan.js';
import { always, deadUrl, fakeServer } from '../wechat/fake-server.js';
import { metric } from './support/guarded.js';

const { minSamples: _none, ...uncounted } = metric();
const web = (address: string, changes: Partial<Metric> = {}): Metric => ({
  ...uncounted,
  provider: { kind: 'web', address, jsonPath: 'rate' },
  ...changes,
});

async function findingOf(of: Metric) {
  const access = { references: { env: {} }, allowedHosts: ['127.0.0.1'] };
  const clock = { now: () => Date.now(), signal: new AbortController().signal };
  const plan = { app: 'wx0123456789abcdef', version: '1.4.0', health: [of] };
  const [finding] = await metricFindings(plan, access, clock);
  return finding;
}

describe('a metric that conditions judge', () => {
  const judged = (successCondition: string) => ({ thresholdRange: null, successCondition });

  it('is fine when they can be evaluated', async () => {
    const { url } = await fakeServer(always('{"rate":0.25}'));
    expect(await findingOf(web(url, judged('result <= 0.5')))).toEqual({
      level: 'ok',
      subject: 'metric js-error-rate',
      text: 'answers 0.25',
    });
  });

  it('is refused when they cannot, whatever the provider says, and nobody is asked', async () => {
    const { url, seen } = await fakeServer(always('{"rate":0.25}'));
    expect(await findingOf(web(url, judged('rate <= 0.5')))).toMatchObject({
      level: 'refuse',
      text: 'successCondition knows only result and samples (Unknown variable: rate); write result for the value, and samples for the number of samples',
    });
    expect(seen).toEqual([]);
  });
});

describe('a dry run', () => {
  it('whose provider is down holds nothing up', async () => {
    const url = await deadUrl();
    expect(await findingOf(web(url))).toMatchObject({ level: 'refuse' });
    expect(await findingOf(web(url, { dryRun: true }))).toMatchObject({
      level: 'hint',
      text: expect.stringMatching(/ECONNREFUSED; it runs dry, so that nothing waits for it$/),
    });
  });
});
