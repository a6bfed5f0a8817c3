/** One thin activity per call of WeChat's API, for workflows that people write themselves. */
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createEndpointActivities } from '../../src/activities/endpoints.js';
import { type EndpointName, endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { ITEM } from '../support/release.js';
import { corrected, examples, neighbours } from '../wechat/examples.js';
import { always, bothTokens, clientOf, fakeServer, TOKEN as SECRET } from '../wechat/fake-server.js';
import { APP, givenWechat } from './support/simulated.js';

/** One attempt; that it fails is what many of these tests are about, and nothing to log. */
const oneAttempt = () =>
  new MockActivityEnvironment({ startToCloseTimeoutMs: 20_000 }, { logger: new DefaultLogger('ERROR') });
const run = <T>(activity: () => Promise<T>): Promise<T> => oneAttempt().run(activity);

/** The failure that an activity ends with; anything else fails the test. */
async function failureOf(activity: () => Promise<unknown>): Promise<ApplicationFailure> {
  const outcome = await run(activity).catch((error: unknown) => error);
  if (outcome instanceof ApplicationFailure) return outcome;
  throw new Error(`expected an ApplicationFailure, got ${String(outcome)}`);
}
/** A worker without any files; how they are read is told in upload.test.ts. */
const noFiles = async () => ({ problem: { message: 'there are no files', remedy: 'none' } });

/** The activities on a server that always answers this text. */
const answering = async (text: string) =>
  createEndpointActivities(clientOf((await fakeServer(always(text))).url).client, noFiles);
const code = (errcode: number, errmsg = 'no') => answering(JSON.stringify({ errcode, errmsg }));
const ask = { app: APP, params: {} };

/** The document's sample of a call: what it is given, and what it answers. */
function sampleOf(name: EndpointName): { params: unknown; answer: string } {
  const beside = neighbours.find((one) => one.endpoint === name);
  if (beside !== undefined)
    return { params: beside.request ?? beside.fields ?? {}, answer: JSON.stringify(beside.answer) };
  const sample = (kind: string) => {
    const found = examples.find((one) => one.endpoint === name && one.kind === kind);
    return found === undefined ? '{}' : corrected(found);
  };
  return { params: JSON.parse(sample('request')), answer: sample('answer') };
}

describe('the activities of the catalogue', () => {
  it('are one per row, named after it, but for rows that carry credentials: those would enter a history', () => {
    const names = Object.keys(createEndpointActivities(clientOf('http://127.0.0.1:9').client, noFiles));
    const recordable = endpointNames.filter((name) => !endpoints[name].secret);
    expect(names).toEqual(recordable.map((name) => `wechat_${name}`));
    expect(names).toHaveLength(38);
    expect(names).not.toContain('wechat_api_authorizer_token');
  });

  const printed = endpointNames
    .filter((name) => !endpoints[name].secret)
    .map((name) => ({ name, ...sampleOf(name) }));

  it.each(printed)('$name takes and answers plain JSON, as printed', async ({ name, params, answer }) => {
    const { url } = await fakeServer((response) => {
      if (endpoints[name].answers === 'image')
        response.setHeader('content-type', 'image/jpeg').end('a picture');
      else response.end(answer);
    });
    const activities: Record<string, (input: never) => Promise<unknown>> = {
      ...createEndpointActivities(clientOf(url, bothTokens).client, noFiles),
    };
    const activity = activities[`wechat_${name}`];
    const input = { ...(endpoints[name].token === 'authorizer' ? { app: APP } : {}), params } as never;
    const result = await run(() => activity?.(input) ?? Promise.reject(new Error(name)));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result).not.toEqual({});
  });

  it('take a version from upload to a staged release', async () => {
    const { activities, simulator } = await givenWechat();
    await run(() =>
      activities.wechat_commit({
        app: APP,
        params: { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: '' },
      }),
    );
    const { auditid } = await run(() =>
      activities.wechat_submit_audit({ app: APP, params: { item_list: [ITEM] } }),
    );
    expect(await run(() => activities.wechat_get_latest_auditstatus(ask))).toMatchObject({ auditid });
    await run(() => activities.wechat_grayrelease({ app: APP, params: { gray_percentage: 10 } }));
    const { gray_release_plan } = await run(() => activities.wechat_getgrayreleaseplan(ask));
    expect(gray_release_plan).toMatchObject({ status: 1, gray_percentage: 10 });
    expect(simulator.control.ledger(APP).effects.map(({ endpoint }) => endpoint)).toEqual([
      'commit',
      'submit_audit',
      'grayrelease',
    ]);
  });

  it('refuse what the catalogue refuses, and send nothing', async () => {
    const { activities, requests } = await givenWechat();
    const failure = await failureOf(() =>
      activities.wechat_grayrelease({ app: APP, params: { gray_percentage: 101 } }),
    );
    expect(failure).toMatchObject({ type: 'Wechat.permanent', nonRetryable: true });
    expect(failure.message).toContain('gray_percentage');
    expect(requests('grayrelease')).toBe(0);
  });
});

describe('an error of WeChat', () => {
  it('is a failure named after what can be done, with all that is known as its details', async () => {
    const activities = await code(85082, 'percentage too low');
    const failure = await failureOf(() =>
      activities.wechat_grayrelease({ app: APP, params: { gray_percentage: 10 } }),
    );
    expect(failure).toMatchObject({ type: 'Wechat.alreadyDone', nonRetryable: true });
    expect(failure.details).toMatchObject([
      {
        kind: 'api',
        endpoint: 'grayrelease',
        app: APP,
        code: 85082,
        message: 'percentage too low',
        remedy: expect.stringContaining('getgrayreleaseplan'),
      },
    ]);
    expect(JSON.parse(JSON.stringify(failure.details))).toEqual(failure.details);
  });

  it.each([
    ['too many calls', 45011, 'Wechat.retryAfter', 60_000],
    ['a privacy scan that goes on', 61039, 'Wechat.notNow', 20_000],
  ])('is tried again when nothing was done: %s', async (_what, errcode, type, nextRetryDelay) => {
    const activities = await code(errcode);
    const failure = await failureOf(() => activities.wechat_submit_audit(ask));
    expect(failure).toMatchObject({ type, nonRetryable: false, nextRetryDelay });
  });

  it('of unknown outcome is tried again for a reading, never for a write', async () => {
    const activities = await code(-1);
    expect(await failureOf(() => activities.wechat_getversioninfo(ask))).toMatchObject({
      type: 'Wechat.unknownOutcome',
      nonRetryable: false,
    });
    expect(await failureOf(() => activities.wechat_release(ask))).toMatchObject({
      type: 'Wechat.unknownOutcome',
      nonRetryable: true,
    });
    // A GET, and yet a write.
    expect(await failureOf(() => activities.wechat_revertgrayrelease(ask))).toMatchObject({
      nonRetryable: true,
    });
  });

  it.each([
    [61007, 'Wechat.permission'],
    [85085, 'Wechat.quota'],
    [40001, 'Wechat.refreshToken'],
    [85014, 'Wechat.permanent'],
  ])('%i is not tried again: %s', async (errcode, type) => {
    const activities = await code(errcode);
    expect(await failureOf(() => activities.wechat_release(ask))).toMatchObject({ type, nonRetryable: true });
  });

  it.each([
    ['a text that repeats it', JSON.stringify({ errcode: 85019, errmsg: `no audit for ${SECRET}` })],
    ['a refused token', JSON.stringify({ errcode: 40001, errmsg: `invalid ${SECRET}` })],
    ['a page of HTML', `<p>${SECRET}</p>`],
  ])('holds the token nowhere: %s', async (_what, text) => {
    const activities = await answering(text);
    const failure = await failureOf(() => activities.wechat_release(ask));
    const everything = [failure.message, failure.stack, JSON.stringify(failure.details), failure.cause];
    expect(everything.join('\n')).not.toContain(SECRET);
    expect(everything.join('\n')).not.toContain(encodeURIComponent(SECRET));
  });

  it('also ends a call that hangs when the activity is cancelled', async () => {
    const { url } = await fakeServer(() => environment.cancel());
    const environment = oneAttempt();
    const activities = createEndpointActivities(clientOf(url).client, noFiles);
    await expect(environment.run(() => activities.wechat_release(ask))).rejects.toThrow(/given up/);
  });
});
