/** The authorizer access token of each Mini Program, made of its refresh token. */
import type { Authorizer } from '../database/authorizer-rows.js';
import type { AuthorizerStore, LockedAuthorizer } from '../database/authorizer-store.js';
import { WechatError } from '../wechat/errors.js';
import type { Renewing } from './component-token.js';
import { assertAppid, credentialError } from './failures.js';
import { createKeeper, type Keeper } from './keeper.js';
import type { AuthorizerTokens } from './platform-calls.js';
import { createRenewal, type Patience } from './renewal.js';
import { lifeOf } from './token-life.js';

/** WeChat's codes that say something about the authorization itself. */
export const CODE = { notAuthorized: 61003, refreshToken: 61023 } as const;

/** How long a 61003 is believed before WeChat is asked again, milliseconds; an authorization's event ends it at once. */
const REFUSED_MS = 5 * 60_000;

export interface AuthorizerTokensOptions extends Renewing {
  /** The platform's appid. */
  component: string;
  /** How many renewals this process makes at once, since each holds a connection of the database. */
  gate: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Keeps the tokens of all Mini Programs of one platform, by appid. */
export function authorizerTokens(store: AuthorizerStore, options: AuthorizerTokensOptions): Keeper {
  const { component, calls, now, sleep, gate } = options;

  const renew = createRenewal<LockedAuthorizer, AuthorizerTokens & { askedAt: number }>({
    locked: (app, { wait, limits }, work) =>
      store.locked({ component, app }, { wait, create: false, limits }, work),
    standing: ({ current: { access, generation } }) => ({ current: access, generation }),
    async ask(app, { current }, patience) {
      const refreshToken = refreshTokenOf(current, now());
      const askedAt = now();
      return { ...(await askFor(app, refreshToken, patience)), askedAt };
    },
    async store(row, { accessToken, expiresInMs, refreshToken, askedAt }) {
      const access = { token: accessToken, madeAt: askedAt, expiresAt: askedAt + lifeOf(expiresInMs) };
      // Stored every time: WeChat says neither when it changes nor that it has.
      await row.change({ access, refreshToken: { token: refreshToken, at: askedAt }, refusedAt: null });
      return access;
    },
    now,
    sleep,
  });

  /**
   * The stored refresh token may have been changed by someone else: another program of the same platform, a lost
   * store, or WeChat itself when the platform's event address was changed. WeChat tells the current one.
   */
  async function askFor(app: string, refreshToken: string, patience: Patience): Promise<AuthorizerTokens> {
    const ask = (token: string) =>
      patience.insist(() => calls.authorizerToken(app, token, { signal: patience.signal }));
    try {
      return await ask(refreshToken);
    } catch (error) {
      if (!hasCode(error, CODE.refreshToken)) throw error;
      const told = await calls.authorizerInfo(app, { signal: patience.signal });
      if (told.refreshToken === null || told.refreshToken === refreshToken) throw error;
      return ask(told.refreshToken);
    }
  }

  /** Unless the row is another one by now: the app may have authorised the platform again meanwhile. */
  async function markRefused({ app, generation }: Authorizer): Promise<void> {
    const limits = { lockMs: 5_000, idleMs: 5_000 };
    await store.locked(
      { component, app },
      { wait: true, create: false, limits },
      async ({ current, change }) => {
        if (current.generation === generation) await change({ refusedAt: now() });
      },
    );
  }

  return createKeeper({
    source: {
      async read(app) {
        assertAppid(app);
        const row = await store.read({ component, app });
        if (row === null) throw unknownApp(app);
        // Throws when there can be none.
        refreshTokenOf(row, now());
        const { access, generation, stateAt, refusedAt } = row;
        return { current: access, version: `${generation}/${stateAt}/${refusedAt}` };
      },
      async renew(app, order) {
        const before = await store.read({ component, app });
        try {
          return await gate(() => renew(app, order));
        } catch (error) {
          if (hasCode(error, CODE.notAuthorized) && before !== null) await markRefused(before);
          throw error;
        }
      },
    },
    refreshAheadMs: options.refreshAheadMs,
    now,
    warn: options.warn,
  });
}

/** @throws WechatError when the Mini Program is not authorised, as far as is known */
function refreshTokenOf(row: Authorizer, now: number): string {
  const { app, state, stateAt, refusedAt, refreshToken } = row;
  if (state === 'unauthorized')
    throw notAuthorized(app, `its authorization was taken back ${moment(stateAt)}`);
  if (refusedAt !== null && Math.abs(now - refusedAt) < REFUSED_MS)
    throw notAuthorized(app, `WeChat said so ${moment(refusedAt)}`);
  if (refreshToken !== null) return refreshToken;
  throw credentialError({
    app,
    message: 'no refresh token is stored for it',
    remedy: 'Take it from WeChat with `weapp-rollout apps import`.',
  });
}

/** Whether WeChat answered with this code. */
export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  const code = error instanceof WechatError ? error.failure.code : undefined;
  return code !== undefined && codes.includes(code);
}

function notAuthorized(app: string, message: string): WechatError {
  return credentialError({
    app,
    message,
    meaning: 'the Mini Program is not authorised to this third-party platform',
    remedy:
      "Ask the Mini Program's administrator to authorise the platform again (permission set 18 must be ticked); then it goes on by itself.",
    code: CODE.notAuthorized,
  });
}

function unknownApp(app: string): WechatError {
  return credentialError({
    app,
    message: 'this Mini Program is not among the stored ones',
    remedy:
      'When it has authorised the platform, run `weapp-rollout apps import`; `apps list` shows the stored ones.',
  });
}

function moment(at: number | null): string {
  return at === null ? 'at an unknown time' : `at ${new Date(at).toISOString()}`;
}
