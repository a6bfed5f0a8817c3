/** What is too long, what is no HTTP, and what the simulator itself fails at: answered in WeChat's manner all the same. */
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { Ledger } from '../../src/simulator/state/ledger.js';
import { type Answer, open, TOKEN } from './helpers.js';

const RID = '[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}';

describe('what cannot be read', () => {
  const withTrace = (words: string) =>
    expect.stringMatching(new RegExp(`^${words}.* rid: ${RID}$`)) as string;

  it('refuses more than 12 MB with HTTP 413, as WeChat words it, and goes on', async () => {
    const { url, call, control } = await open();
    const body = new Uint8Array(12 * 1024 * 1024 + 1);
    const response = await fetch(`${url}/wxa/commit?access_token=${TOKEN}`, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(response.headers.get('content-type')).toBe('application/json; encoding=utf-8');
    const answer = (await response.json()) as Answer;
    expect(answer).toEqual({ errcode: 45002, errmsg: withTrace('content size out of limit') });
    expect(control.ledger().requests).toMatchObject([
      { method: 'POST', endpoint: '/wxa/commit', errcode: 45002, applied: false },
    ]);
    const rid = answer.errmsg.split(' rid: ')[1];
    expect(await call('rid_get', { rid })).toMatchObject({
      request: { response_body: JSON.stringify(answer) },
    });
  });

  it('refuses more than 12 MB on its other paths with HTTP 413 too', async () => {
    const { url } = await open();
    const body = new Uint8Array(12 * 1024 * 1024 + 1);
    for (const path of ['/_simulator/faults', '/api/v1/query'])
      expect((await fetch(`${url}${path}`, { method: 'POST', body })).status).toBe(413);
  });

  it.each([
    ['a query of 16 KB', `GET /wxa/get_page?x=${'y'.repeat(16_500)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 45002],
    [
      'a Content-Length that is no number',
      'POST /wxa/release HTTP/1.1\r\nContent-Length: x\r\n\r\n',
      400,
      47001,
    ],
    ['what is not HTTP', 'hello\r\n\r\n', 400, 47001],
  ])('answers %s with JSON, and goes on', async (_what, request, status, errcode) => {
    const { port, call } = await open();
    const [head = '', body = ''] = (await sendRaw(port, request)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('application/json; encoding=utf-8');
    expect(head).toContain(`Content-Length: ${body.length}\r\n`);
    expect(JSON.parse(body)).toEqual({ errcode, errmsg: withTrace('') });
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });

  it('answers -1 with a trace when the simulator itself fails, and says so loudly', async () => {
    const { url, call } = await open();
    const loud = vi.spyOn(console, 'error').mockReturnValueOnce();
    vi.spyOn(Ledger.prototype, 'request').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const response = await fetch(`${url}/wxa/get_page?access_token=${TOKEN}`);
    expect(response.headers.get('content-type')).toBe('application/json; encoding=utf-8');
    expect(await response.json()).toEqual({ errcode: -1, errmsg: withTrace('system error') });
    expect(loud).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });
});

/** Sends bytes over a connection of their own; resolves with all that came back. */
async function sendRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(request);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
