/** Too much, and what is no HTTP at all: refused, and the server lives on. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CONTENT, pushOf, rejected } from './support.js';
import { PATHS, unharmed } from './unharmed.js';

const receiver = unharmed();

describe('too much is refused with 413', () => {
  const tooMuch = 'x'.repeat(256 * 1024 + 1);

  it('when it is announced', async () => {
    for (const to of PATHS) expect(await receiver().send(`${to}?timestamp=1`, tooMuch)).toBe(413);
  });

  it('when it is not announced', async () => {
    const stream = new ReadableStream({
      start(controller) {
        for (let piece = 0; piece < 5; piece += 1) controller.enqueue(Buffer.alloc(64 * 1024, 'x'));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: stream, duplex: 'half' };
    const response = await fetch(`${receiver().url}${PATHS[0]}`, init);
    expect(response.status).toBe(413);
  });

  it('and what is just not too much is read', async () => {
    expect(
      await receiver().send(`${PATHS[0]}?${new URLSearchParams(pushOf(rejected).query)}`, tooMuch.slice(1)),
    ).toBe(400);
  });
});

describe('on the wire', () => {
  /** Sends raw text and collects what comes back until the server hangs up. */
  async function raw(text: string): Promise<string> {
    const { port } = new URL(receiver().url);
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(text));
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', (error) =>
        'code' in error && error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
      );
    });
  }

  it.each([
    ['no HTTP', `${CONTENT}\r\n\r\n`],
    [
      'a header that is too long',
      `POST /wechat/apps HTTP/1.1\r\nHost: x\r\nX: ${CONTENT.repeat(2_000)}\r\n\r\n`,
    ],
    [
      'two lengths',
      'POST /wechat/apps HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    ['a length that is no number', 'POST /wechat/apps HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'],
    [
      'a body shorter than announced',
      `POST /wechat/apps HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n${CONTENT}`,
    ],
    [
      'chunks that are none',
      `POST /wechat/apps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ],
    [
      'a Content-Type that is none',
      `POST /wechat/apps HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ;;${CONTENT}\r\nContent-Length: 1\r\n\r\na`,
    ],
    [
      'an address that is none',
      `POST http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    ],
  ])('%s does no harm', async (_what, text) => {
    // The server may also hang up without a word.
    expect(await raw(text)).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
  });
});
