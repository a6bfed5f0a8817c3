/** The API as a user has it: real HTTP, a real Temporal server with a namespace of its own, the simulated WeChat. */
import { randomBytes } from 'node:crypto';
import { openApi } from '../../src/api/open.js';
import type { ApiRole } from '../../src/config/api.js';
import { parseWorkerConfig, type WorkerConfigInput } from '../../src/config/worker-config.js';
import { newKeyPair } from '../../src/identity/keys.js';
import { tokenHash } from '../../src/identity/tokens.js';
import { Closers } from '../../src/servers/closers.js';
import { type FlowScene, flowScene } from '../cli/flow-scene.js';
import { conformity } from './conformity.js';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  body: any;
  text: string;
}

export interface Asking {
  method?: string;
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface ApiScene {
  flow: FlowScene;
  url: string;
  /** Names with a token each: ann operates, bob approves, vic only looks, ada may all, out is for another app. */
  tokens: Record<Name, string>;
  /** What the API has logged. */
  log: string[];
  ask(path: string, asking?: Asking): Promise<Answer>;
  close(): Promise<void>;
}

export type Name = 'ann' | 'bob' | 'vic' | 'ada' | 'out' | 'late';

const ROLES: Record<Name, ApiRole[]> = {
  ann: ['operator'],
  bob: ['approver'],
  vic: ['viewer'],
  ada: ['admin'],
  out: ['operator', 'approver'],
  late: ['admin'],
};
export const FOREIGN_APP = 'wxffffffffffffffff';

/** Sets it up without a worker. `own`: more of the API's configuration. */
export async function apiScene(
  name: string,
  world: string,
  own: WorkerConfigInput & { env?: Record<string, string> } = {},
): Promise<ApiScene> {
  const { privateKey, publicKey } = newKeyPair();
  const { env = {}, api, ...config } = own;
  const flow = await flowScene(name, world, { ...config, api: { publicKey } });
  const secrets = Object.fromEntries(
    Object.keys(ROLES).map((who) => [who, `wr_${randomBytes(32).toString('base64url')}`]),
  ) as Record<Name, string>;
  const tokens = Object.entries(ROLES).map(([who, roles]) => ({
    name: who,
    hash: tokenHash(secrets[who as Name]),
    roles,
    apps: who === 'out' ? [FOREIGN_APP] : ['*'],
    ...(who === 'late' ? { expires: '2020-01-01T00:00:00Z' } : {}),
  }));
  const log: string[] = [];
  const closers = new Closers((text) => log.push(text));
  const { server } = await openApi({
    config: parseWorkerConfig({ ...config, api: { ...api, tokens, signingKey: 'env:API_SIGNING_KEY' } }),
    env: { ...flow.env, ...env, API_SIGNING_KEY: privateKey },
    log: { level: 'info', stream: { write: (line) => log.push(line) } },
    closers,
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const conforms = conformity(server.swagger());
  return {
    flow,
    url,
    tokens: secrets,
    log,
    async ask(path, { method, token = secrets.ann, body, headers = {} } = {}) {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await fetch(url + path, {
        method: method ?? (text === undefined ? 'GET' : 'POST'),
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      });
      const said = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
      const asked = { method: method ?? (text === undefined ? 'GET' : 'POST'), path };
      const type = answer.headers.get('content-type') ?? '';
      if (isJson) conforms(asked, { status: answer.status, type, body: JSON.parse(said) });
      return {
        status: answer.status,
        headers: answer.headers,
        text: said,
        body: isJson ? JSON.parse(said) : said,
      };
    },
    async close() {
      await closers.close();
      await flow.close();
    },
  };
}
