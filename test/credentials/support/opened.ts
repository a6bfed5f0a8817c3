/** A platform with a database and a fake WeChat, as tests open it. */
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { parseWorkerConfig, type WorkerConfigInput } from '../../../src/config/worker-config.js';
import { openPlatform, type Platform } from '../../../src/credentials/open.js';
import type { Postgres } from '../../support/postgres.js';
import { APP, APPSECRET, COMPONENT, type FakePlatform, fakePlatform } from './fake-platform.js';

/** A clock that goes on when it is told to; sleeping moves it. */
export interface FakeClock {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  advance(ms: number): void;
  /** What was warned of. */
  warnings: string[];
  warn: (text: string) => void;
}

export const START = Date.parse('2026-11-22T12:00:00Z');
export const MINUTE = 60_000;

export function fakeClock(start = START): FakeClock {
  let at = start;
  const advance = (ms: number) => {
    at += ms;
  };
  const warnings: string[] = [];
  return {
    now: () => at,
    advance,
    sleep: async (ms) => advance(ms),
    warnings,
    warn: (text) => void warnings.push(text),
  };
}

export interface Scene {
  wechat: FakePlatform;
  clock: FakeClock;
  url: string;
  env: Record<string, string>;
  config: WorkerConfigInput;
  /** One process' view; open several for several processes. */
  open(env?: Record<string, string>, config?: WorkerConfigInput): Promise<Platform>;
}

/** The configuration and environment of a process that makes its own tokens. */
export function settings(wechatUrl: string, databaseUrl: string) {
  const env = {
    DATABASE_URL: databaseUrl,
    STORE_KEY: randomBytes(32).toString('base64'),
    COMPONENT_SECRET: APPSECRET,
  };
  const config: WorkerConfigInput = {
    wechat: { baseUrl: wechatUrl, timeoutMs: 2_000 },
    component: { appid: COMPONENT, secret: 'env:COMPONENT_SECRET' },
    tokens: { component: {} },
    database: { keys: [{ id: '2026-11', key: 'env:STORE_KEY' }] },
  };
  return { env, config };
}

/** An empty database, a WeChat with one app that has authorised the platform. */
export async function scene(postgres: Postgres): Promise<Scene> {
  const wechat = await fakePlatform();
  wechat.addApp(APP);
  const url = await postgres.database();
  const clock = fakeClock();
  const { env, config } = settings(wechat.url, url);
  return {
    wechat,
    clock,
    url,
    env,
    config,
    async open(more = {}, other = config) {
      const platform = await openPlatform(parseWorkerConfig(other), { ...env, ...more }, clock);
      onTestFinished(platform.close);
      return platform;
    },
  };
}

/** A scene whose ticket has arrived and whose app is stored as authorised, without an access token. */
export async function authorised(postgres: Postgres): Promise<Scene & { platform: Platform }> {
  const made = await scene(postgres);
  const platform = await made.open();
  await platform.events.ticket({ componentAppid: COMPONENT, ticket: made.wechat.ticket, at: START });
  await storeApp(platform, made.wechat, APP);
  return { ...made, platform };
}

/** Stores an app's refresh token as an import does. */
export async function storeApp(platform: Platform, wechat: FakePlatform, app: string): Promise<void> {
  const token = wechat.apps.get(app)?.refreshTokens.at(-1) ?? '';
  const limits = { lockMs: 1_000, idleMs: 1_000 };
  const key = { component: COMPONENT, app };
  await platform.store.authorizers.locked(key, { wait: true, create: true, limits }, (row) =>
    row.change({
      state: 'authorized',
      stateAt: START - 60 * MINUTE,
      refreshToken: { token, at: START },
    }),
  );
}
