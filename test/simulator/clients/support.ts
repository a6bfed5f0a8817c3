/**
 * Other people's clients against the simulator. A client that takes the simulator for WeChat is used as its own
 * documentation says; nothing of it is changed but the base address, and what is asserted is what the client returns.
 *
 * In every test run, from npm:
 * - `node-easywechat` (MIT): the token flow of a third-party platform, an event server with its own decryption, and a
 *   client for every path. Its base address is the setting `http.baseURL`. Version 3.6.2 reads files inside
 *   node-socialite that 1.5 no longer has; hence the override in package.json.
 * - `nest-wechat` (MIT): a NestJS service for third-party platforms with methods of its own for tokens, commit,
 *   submit_audit and get_auditstatus, and its own decryption. Its addresses are constants, so the axios that it calls
 *   is told to go to the simulator. @nestjs/common, reflect-metadata and rxjs are here for it alone.
 *
 * To try another client by hand, start a world and point the client's base address at it; docs/simulator.md names
 * clients in other languages that were run so, and how:
 *
 *     npm run simulator -- --world examples/world.yaml --port 8787
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { startSimulator } from '../../../src/simulator/server.js';
import { worldWith } from '../helpers.js';

export const PLATFORM = 'wxp1aaaaaaaaaaaaaa';
export const SECRET = 'secret-of-the-platform';
export const MESSAGE_TOKEN = 'message-token';
export const ENCODING_AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
/** The refresh token that the first Mini Program has from the world. */
export const REFRESH_TOKEN = 'refreshtoken@@@one';

export const OK = { errcode: 0, errmsg: 'ok' };

/** A push as a client understood it, such as `{ InfoType: 'authorized', AuthorizationCode: … }`. */
export type Push = Record<string, unknown>;

const closing: (() => Promise<unknown>)[] = [];
/** Does something after the test, what was begun last first. */
export function afterwards(close: () => Promise<unknown>): void {
  closing.push(close);
}
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/**
 * A simulator with one platform and two Mini Programs. `receive` is the client's own event server: it gets pushes to
 * the platform at /component and pushes to a Mini Program at /APPID, and returns what it understood.
 */
export async function openWorld(receive: (request: IncomingMessage) => Promise<Push>) {
  const received: Push[] = [];
  const server = createServer((request, response) => {
    receive(request)
      .then((push) => {
        received.push(push);
        response.end('success');
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  afterwards(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  const { port } = server.address() as AddressInfo;
  const receiver = `http://127.0.0.1:${port}`;

  let now = Date.parse('2026-03-10T02:00:00Z');
  const component = {
    secret: SECRET,
    messageToken: MESSAGE_TOKEN,
    encodingAesKey: ENCODING_AES_KEY,
    pushUrls: { authorization: `${receiver}/component`, messages: `${receiver}/$APPID$` },
  };
  const simulator = await startSimulator({
    world: worldWith(
      { audit: { approveAfter: '2s' }, refreshToken: REFRESH_TOKEN },
      {
        components: { [PLATFORM]: component },
        drafts: [{ id: 7, version: '2.0.0', description: 'the next one' }],
      },
    ),
    clock: () => now,
  });
  afterwards(simulator.close);
  // The ticket that WeChat pushes at the start.
  simulator.control.clock();
  await simulator.control.idle();
  return {
    ...simulator,
    /** What the client's event server was pushed, oldest first. */
    received,
    /** Moves the simulator's time on; the client's stays as it is. */
    pass: (ms: number) => {
      now += ms;
    },
  };
}
