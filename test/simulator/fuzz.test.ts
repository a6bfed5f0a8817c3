import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { APP, open, TOKEN } from './helpers.js';

/** Small and repeatable (mulberry32); a failing seed can be run again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FIELDS = [
  'gray_percentage',
  'item_list',
  'auditid',
  'ext_json',
  'user_version',
  'template_id',
  'app',
  'action',
];
const NASTY = [
  '',
  '\u0000',
  '{"pages":[1]}',
  '__proto__',
  'constructor',
  '1e999',
  '9'.repeat(400),
  '\ud800',
  TOKEN,
  '{{{{',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

function pick<Value>(random: () => number, from: readonly Value[]): Value {
  return from[Math.floor(random() * from.length)] as Value;
}

function anything(random: () => number, depth = 4): unknown {
  const kind = Math.floor(random() * (depth === 0 ? 5 : 7));
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return pick(random, [0, -1, 1, 1e21, 0.5, 100, Number.MAX_SAFE_INTEGER]);
  if (kind <= 4) return pick(random, NASTY);
  const size = Math.floor(random() * 4);
  if (kind === 5) return Array.from({ length: size }, () => anything(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [pick(random, [...FIELDS, ...NASTY]), anything(random, depth - 1)]),
  );
}

function anyBody(random: () => number): string | Uint8Array<ArrayBuffer> {
  const kind = random();
  if (kind < 0.15) return Uint8Array.from({ length: 64 }, () => random() * 256);
  if (kind < 0.25) return pick(random, NASTY);
  if (kind < 0.3) return '['.repeat(100_000);
  return JSON.stringify(
    Object.fromEntries(FIELDS.filter(() => random() < 0.5).map((field) => [field, anything(random)])),
  );
}

describe('whatever comes in', () => {
  // The server's last resort reports a bug on stderr; none may be found here.
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  beforeEach(() => complaints.mockClear());
  afterEach(() => expect(complaints).not.toHaveBeenCalled());

  const paths = [
    ...endpointNames.map((name) => endpoints[name].path),
    ...['/_simulator/ledger', '/_simulator/state', '/_simulator/audit', '/_simulator/console'],
    ...[
      '/_simulator/metrics',
      '/_simulator/faults',
      '/_simulator/__proto__',
      '/api/v1/query',
      '/',
      '/%00',
      '/wxa',
    ],
  ];

  it.each([1, 2])('is answered without a crash and without a 500 (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const { url, call, control, submitted } = await open();
    await submitted();
    for (let round = 0; round < 150; round++) {
      const query = new URLSearchParams({ access_token: TOKEN, app: APP });
      for (const field of FIELDS) if (random() < 0.2) query.set(field, String(pick(random, NASTY)));
      const method = pick(random, METHODS);
      const body = method === 'GET' || method === 'HEAD' ? undefined : anyBody(random);
      const response = await fetch(`${url}${pick(random, paths)}?${query}`, {
        method,
        ...(body && { body }),
      });
      await response.arrayBuffer();
      expect(response.status, `${method} ${response.url}`).toBeLessThan(500);
      control.clearFaults();
    }
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });

  it('may be nested a hundred thousand deep', async () => {
    const { url, call } = await open();
    const deep = `{"ext_json":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    for (const path of [`/wxa/commit?access_token=${TOKEN}`, '/_simulator/metrics']) {
      const response = await fetch(`${url}${path}`, { method: 'POST', body: deep });
      expect(response.status).toBeLessThan(500);
    }
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });

  it('may be no HTTP at all, or half of it', async () => {
    const { port, call } = await open();
    for (const noise of [
      '\u0000\u0001\u0002',
      'GET /wxa/get_page HTTP/9.9\r\n\r\n',
      'POST /wxa/release HTTP/1.1\r\nContent-Length: 9\r\n\r\n{',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(noise));
        socket.on('error', () => undefined).on('close', () => resolve());
        socket.resume();
      });
    }
    expect(await call('queryquota')).toMatchObject({ errcode: 0 });
  });
});
