import { describe, expect, it } from 'vitest';
import { splitTarget } from '../../src/simulator/http/wire.js';
import { type Answer, APP, open, SECOND, TOKEN, worldWith } from './helpers.js';

describe('an answer', () => {
  it("is HTTP 200 with WeChat's own content type, also when it is an error", async () => {
    const { url } = await open();
    const response = await fetch(`${url}/wxa/get_page?access_token=${TOKEN}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; encoding=utf-8');
  });

  it('carries a trace in its errmsg, which begins with the seconds since the epoch', async () => {
    const { call, now } = await open();
    const { errmsg } = await call('get_page');
    const seconds = Math.floor(now() / 1000).toString(16);
    expect(errmsg).toMatch(
      new RegExp(`^component experience version not exists rid: ${seconds}-[0-9a-f]{8}-[0-9a-f]{8}$`),
    );
  });
});

describe('the token', () => {
  it.each([
    ['none', '', 41001],
    ['an empty one', '?access_token=', 41001],
    ['one that no app has', '?access_token=71_unknown', 40001],
    ['one that cannot be a token', '?access_token=a%20b', 40014],
    ['a good one', `?access_token=${TOKEN}`, 0],
    ['a good one as component_access_token', `?component_access_token=${TOKEN}`, 0],
    ['a good one as cloudbase_access_token', `?x=1&cloudbase_access_token=${TOKEN}`, 0],
  ])('%s', async (_what, query, errcode) => {
    const { url } = await open();
    const response = await fetch(`${url}/wxa/getgrayreleaseplan${query}`);
    expect(await response.json()).toMatchObject({ errcode });
  });

  it('expires: 42001; an app may have several', async () => {
    const world = worldWith({ tokens: [{ value: 'short-lived', expiresAfter: '2h' }] });
    const { call, pass } = await open(world);
    expect(await call('queryquota', {}, 'short-lived')).toMatchObject({ errcode: 0 });
    pass(7_200 * SECOND);
    expect(await call('queryquota', {}, 'short-lived')).toMatchObject({ errcode: 42001 });
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });

  it('is checked before anything else', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/wxa/release`, { method: 'GET' });
    expect(await response.json()).toMatchObject({ errcode: 41001 });
  });
});

describe('method and body', () => {
  /** Sends a body as it is. */
  async function send(path: string, init: RequestInit): Promise<Answer> {
    const { url } = await open();
    const response = await fetch(`${url}${path}${path.includes('?') ? '&' : '?'}access_token=${TOKEN}`, init);
    return (await response.json()) as Answer;
  }

  it.each([
    ['POST to a GET', '/wxa/getgrayreleaseplan', { method: 'POST', body: '{}' }, 43001],
    ['GET to a POST', '/wxa/release', { method: 'GET' }, 43002],
    ['an empty body', '/wxa/release', { method: 'POST' }, 44002],
    ['a body of blanks', '/wxa/getversioninfo', { method: 'POST', body: ' \n' }, 44002],
    ['a body that is no JSON', '/wxa/release', { method: 'POST', body: 'a=1' }, 47001],
    ['a body that is no object', '/wxa/release', { method: 'POST', body: '[]' }, 47001],
    [
      'a body that is no UTF-8',
      '/wxa/release',
      { method: 'POST', body: new Uint8Array([0x7b, 0xff, 0x7d]) },
      47001,
    ],
    ['a path that does not exist', '/wxa/no_such_thing', { method: 'GET' }, 40066],
  ])('%s', async (_what, path, init, errcode) => {
    expect(await send(path, init)).toMatchObject({ errcode });
  });

  it.each([
    ['without Content-Type', { body: new TextEncoder().encode('{}') }],
    ['with a charset', { body: '{}', headers: { 'content-type': 'application/json; charset=UTF-8' } }],
    [
      'as a form would call it',
      { body: '{}', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['with a newline behind it', { body: '{}\n' }],
    ['with a byte order mark', { body: '\uFEFF{}' }],
    ['with a slash behind the path', { body: '{}' }, '/wxa/getversioninfo/'],
    ['with two slashes before it', { body: '{}' }, '//wxa/getversioninfo'],
  ])('takes JSON %s', async (_what, init, path = '/wxa/getversioninfo') => {
    expect(await send(path, { method: 'POST', ...init })).toMatchObject({ errcode: 0 });
  });

  it.each(['getweappsupportversion', 'qrcodejumpget', 'qrcodejumpdownload'])(
    'takes no body at all where nothing needs to be sent: %s',
    async (name) => {
      expect(await send(`/cgi-bin/wxopen/${name}`, { method: 'POST' })).toMatchObject({ errcode: 0 });
    },
  );

  it('takes the parameters of a URL in any order', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/wxa/revertcoderelease?app_version=12&access_token=${TOKEN}&x=1`);
    expect(await response.json()).toMatchObject({ errcode: 0 });
  });

  it('takes nothing of a body from the URL', async () => {
    const { url, approved, call } = await open();
    await approved();
    const init = { method: 'POST', body: '{}' };
    const response = await fetch(`${url}/wxa/grayrelease?gray_percentage=10&access_token=${TOKEN}`, init);
    expect(await response.json()).toMatchObject({ errcode: 40097 });
    expect(await call('getgrayreleaseplan')).toMatchObject({ gray_release_plan: { status: 0 } });
  });
});

describe('a request target', () => {
  it.each([
    ['/a?b=1', '/a', 'b=1'],
    ['http://host:1/a?b=1', '/a', 'b=1'],
    ['/%zz?%zz=%', '/%zz', '%25zz=%25'],
    ['*', '*', ''],
    ['/', '/', ''],
  ])('%s', (target, path, query) => {
    const split = splitTarget(target);
    expect([split.path, split.query.toString()]).toEqual([path, query]);
  });
});

describe('the ledger', () => {
  it('lists every request, also refused and unknown ones, and every applied effect', async () => {
    const { url, call, submitted, control, now } = await open();
    await call('release');
    await submitted();
    await fetch(`${url}/wxa/other?access_token=${TOKEN}`);
    await call('queryquota', {}, 'nobody');
    const { requests, effects } = control.ledger();
    expect(requests.map(({ endpoint, errcode, applied }) => [endpoint, errcode, applied])).toEqual([
      ['release', 85019, false],
      ['commit', 0, true],
      ['submit_audit', 0, true],
      ['/wxa/other', 40066, false],
      ['queryquota', 40001, false],
    ]);
    expect(requests.at(-1)).toMatchObject({ app: null, method: 'GET' });
    expect(effects).toEqual([
      { at: now() - 2 * SECOND, app: APP, endpoint: 'commit', version: '1.4.0' },
      {
        at: now(),
        app: APP,
        endpoint: 'submit_audit',
        version: '1.4.0',
        auditid: expect.any(Number) as number,
      },
    ]);
  });

  it('tells one app from the other', async () => {
    const { url, call } = await open();
    await call('queryquota');
    await call('queryquota', {}, 'token-unhealthy');
    const response = await fetch(`${url}/_simulator/ledger?app=${APP}`);
    expect(((await response.json()) as { requests: unknown[] }).requests).toHaveLength(1);
  });

  it('never holds a token, wherever it was sent, and no long text', async () => {
    const { url, control } = await open();
    const extJson = JSON.stringify({ ext: { note: `x ${TOKEN}.`, long: 'y'.repeat(5_000) } });
    const body = JSON.stringify({
      ext_json: extJson,
      access_token: TOKEN,
      [TOKEN]: TOKEN,
      deep: [[{ a: TOKEN }]],
    });
    await fetch(`${url}/wxa/commit?access_token=${TOKEN}&q=token-unhealthy`, { method: 'POST', body });
    await fetch(`${url}/wxa/${TOKEN}?access_token=unknown-token&q=unknown-token`);
    const text = JSON.stringify(control.ledger()) + JSON.stringify(control.state(APP));
    for (const token of [TOKEN, 'token-unhealthy', 'unknown-token']) expect(text).not.toContain(token);
    expect(text.length).toBeLessThan(5_000);
  });
});
