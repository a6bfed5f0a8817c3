/** WeChat's side of a third-party platform, small: tickets, tokens, authorizations; and every way to be unkind. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const COMPONENT = 'wxcomponent0000001';
export const APPSECRET = 'appsecret-that-must-not-show';
export const APP = 'wx0123456789abcdef';

/** What happens to the next call of an endpoint instead of a plain answer. */
export type Trouble =
  | { kind: 'lost' } // done, but the connection breaks before the answer
  | { kind: 'broken' } // the connection breaks before anything is done
  | { kind: 'code'; code: number; app?: string } // refused; where several are asked at once, for this app
  | { kind: 'held'; until: Promise<void> } // done, and answered later
  | { kind: 'without'; fields: string[] }; // done, and answered with empty fields

export interface FakeApp {
  refreshTokens: string[];
  accessTokens: string[];
  authorized: boolean;
  permissionSets: number[];
  originalId: string;
  nickName: string;
  authorizedAt: number;
}

export interface FakePlatform {
  url: string;
  apps: Map<string, FakeApp>;
  /** Ticket that a component token can be made of. */
  ticket: string;
  /** Valid authorization codes → the app. Used up by one use. */
  codes: Map<string, string>;
  /** Whether each refresh answers a new refresh token. The one before stays good once more. */
  rotate: boolean;
  expiresIn: number;
  /** How often each endpoint was called. */
  calls(endpoint: string): number;
  trouble(endpoint: string, ...troubles: Trouble[]): void;
  addApp(app: string, more?: Partial<FakeApp>): FakeApp;
  /** Everything secret that it has ever answered. */
  readonly secrets: string[];
  close(): Promise<void>;
}

class Refused extends Error {
  constructor(readonly code: number) {
    super(String(code));
  }
}

type Body = Record<string, unknown>;

const TOKENLESS = ['api_component_token', 'api_start_push_ticket'];

export async function fakePlatform(): Promise<FakePlatform> {
  const counts = new Map<string, number>();
  const troubles = new Map<string, Trouble[]>();
  const componentTokens = new Set<string>();
  const secrets: string[] = [APPSECRET];
  let made = 0;

  const secret = (kind: string): string => {
    made += 1;
    const token = `${kind}@@@${made}-must-not-show`;
    secrets.push(token);
    return token;
  };
  const appOf = (body: Body): FakeApp => {
    const app = platform.apps.get(String(body.authorizer_appid));
    if (app === undefined || !app.authorized) throw new Refused(61003);
    return app;
  };
  const grants = (app: FakeApp) => app.permissionSets.map((id) => ({ funcscope_category: { id } }));

  const endpoints: Record<string, (body: Body) => unknown> = {
    api_component_token(body) {
      if (body.component_appsecret !== APPSECRET) throw new Refused(40125);
      if (body.component_verify_ticket !== platform.ticket) throw new Refused(61006);
      const token = secret('component');
      componentTokens.clear();
      componentTokens.add(token);
      return { component_access_token: token, expires_in: platform.expiresIn };
    },
    api_authorizer_token(body) {
      const app = appOf(body);
      const used = String(body.authorizer_refresh_token);
      if (!app.refreshTokens.slice(-2).includes(used)) throw new Refused(61023);
      if (platform.rotate) app.refreshTokens.push(secret('refreshtoken'));
      app.accessTokens.push(secret('access'));
      return {
        authorizer_access_token: app.accessTokens.at(-1),
        expires_in: platform.expiresIn,
        authorizer_refresh_token: app.refreshTokens.at(-1),
      };
    },
    api_query_auth(body) {
      const code = String(body.authorization_code);
      const appid = platform.codes.get(code);
      const app = appid === undefined ? undefined : platform.apps.get(appid);
      if (app === undefined) throw new Refused(61010);
      platform.codes.delete(code);
      app.authorized = true;
      app.refreshTokens = [secret('refreshtoken')];
      app.accessTokens = [secret('access')];
      return {
        authorization_info: {
          authorizer_appid: appid,
          authorizer_access_token: app.accessTokens[0],
          expires_in: platform.expiresIn,
          authorizer_refresh_token: app.refreshTokens[0],
          func_info: grants(app),
        },
      };
    },
    api_start_push_ticket({ component_appid, component_secret }) {
      if (component_appid !== COMPONENT || component_secret !== APPSECRET) throw new Refused(40013);
      return { errcode: 0, errmsg: 'ok' };
    },
    api_get_authorizer_info(body) {
      const app = appOf(body);
      return {
        authorizer_info: { nick_name: app.nickName, user_name: app.originalId },
        authorization_info: {
          authorizer_appid: body.authorizer_appid,
          authorizer_refresh_token: app.refreshTokens.at(-1),
          func_info: grants(app),
        },
      };
    },
    api_get_authorizer_list({ offset, count }) {
      const all = [...platform.apps].map(([authorizer_appid, app]) => ({
        authorizer_appid,
        refresh_token: app.refreshTokens.at(-1),
        auth_time: Math.floor(app.authorizedAt / 1000),
      }));
      const from = Number(offset);
      return { total_count: all.length, list: all.slice(from, from + Number(count)) };
    },
  };

  async function respond(response: ServerResponse, name: string, body: Body, token: string): Promise<void> {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const coming = troubles.get(name) ?? [];
    const at = coming.findIndex((one) => !('app' in one) || one.app === body.authorizer_appid);
    const [trouble] = at < 0 ? [] : coming.splice(at, 1);
    if (trouble?.kind === 'broken') return void response.destroy();
    let answer: unknown;
    try {
      const endpoint = endpoints[name];
      if (endpoint === undefined) throw new Refused(40066);
      if (trouble?.kind === 'code') throw new Refused(trouble.code);
      if (!TOKENLESS.includes(name) && !componentTokens.has(token)) throw new Refused(40001);
      answer = endpoint(body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer = { errcode: error.code, errmsg: `refused rid: 634ccfd5-5a2ee2c1-0f8a7f30` };
    }
    if (trouble?.kind === 'lost') return void response.destroy();
    if (trouble?.kind === 'held') await trouble.until;
    if (trouble?.kind === 'without' && typeof answer === 'object')
      answer = { ...answer, ...Object.fromEntries(trouble.fields.map((field) => [field, ''])) };
    response.end(JSON.stringify(answer));
  }

  const server = createServer(async (message, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const url = new URL(message.url ?? '', 'http://fake');
    const token = url.searchParams.get('component_access_token') ?? '';
    const name = url.pathname.split('/').at(-1) ?? '';
    await respond(response, name, JSON.parse(Buffer.concat(pieces).toString('utf8')), token);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  const platform: FakePlatform = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apps: new Map(),
    ticket: secret('ticket'),
    codes: new Map(),
    rotate: false,
    expiresIn: 7200,
    secrets,
    calls: (endpoint) => counts.get(endpoint) ?? 0,
    trouble: (endpoint, ...more) => void troubles.set(endpoint, [...(troubles.get(endpoint) ?? []), ...more]),
    addApp(app, more = {}) {
      const added: FakeApp = {
        refreshTokens: [secret('refreshtoken')],
        accessTokens: [],
        authorized: true,
        permissionSets: [1, 18],
        originalId: `gh_${app.slice(2)}`,
        nickName: `Shop ${app.slice(-4)}`,
        authorizedAt: Date.parse('2026-11-01T00:00:00Z'),
        ...more,
      };
      platform.apps.set(app, added);
      return added;
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  onTestFinished(platform.close);
  return platform;
}
