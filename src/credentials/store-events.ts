/** Stores what WeChat pushes about authorizations: tickets, new authorizations, ended ones. */
import type { AuthorizerStore, LockedAuthorizer } from '../database/authorizer-store.js';
import type { ComponentStore } from '../database/component-store.js';
import type { TransactionLimits } from '../database/connection.js';
import { WechatError } from '../wechat/errors.js';
import type { AuthorizationEvents } from './authorization-events.js';
import { CODE, hasCode } from './authorizer-tokens.js';
import { assertAppid, credentialError } from './failures.js';
import type { AuthorizerInfo, PlatformCalls } from './platform-calls.js';
import { lifeOf } from './token-life.js';

export interface StoreEventsOptions {
  components: ComponentStore;
  authorizers: AuthorizerStore;
  calls: PlatformCalls;
  /** As in AuthorizerTokensOptions. */
  gate: <T>(work: () => Promise<T>) => Promise<T>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A code that was used already, or is older than its ten minutes. */
const CODE_IS_SPENT = [61009, 61010] as const;
/** One call to WeChat in this place may take this long, milliseconds. */
const CALL_MS = 8_000;
const LIMITS: TransactionLimits = { lockMs: 30_000, idleMs: 3 * CALL_MS };
const SIMPLE_LIMITS: TransactionLimits = { lockMs: 30_000, idleMs: 5_000 };

/**
 * Events are ordered by when WeChat made them, not by when they arrive: one that is older than the stored state
 * changes nothing. Rejects with WechatError or DatabaseError when an event could not be stored.
 */
export function storeEvents(options: StoreEventsOptions): AuthorizationEvents {
  const { components, authorizers, calls, gate, now } = options;

  /** Exchanges the code under the row's lock, so that two receivers of the same event do not both use it. */
  async function exchange(row: LockedAuthorizer, authorizationCode: string, at: number): Promise<void> {
    const { app, state, stateAt } = row.current;
    if (stateAt !== null && stateAt > at) return;
    const askedAt = now();
    try {
      const granted = await calls.queryAuth(authorizationCode, limits());
      // The code decides, whatever the event says.
      if (granted.app !== app)
        throw credentialError({
          app,
          message: 'the authorization code of its event belongs to another Mini Program',
          remedy: 'Run `weapp-rollout apps import` to learn what is authorised.',
        });
      await row.change({
        state: 'authorized',
        stateAt: at,
        refusedAt: null,
        permissionSets: granted.permissionSets,
        refreshToken: { token: granted.refreshToken, at: askedAt },
        access: {
          token: granted.accessToken,
          madeAt: askedAt,
          expiresAt: askedAt + lifeOf(granted.expiresInMs),
        },
      });
    } catch (error) {
      // Perhaps the code is used now, and WeChat may send this event only once.
      const unknown = error instanceof WechatError && error.failure.action === 'unknownOutcome';
      if (!unknown && !hasCode(error, ...CODE_IS_SPENT)) throw error;
      // The event came twice.
      if (state === 'authorized' && stateAt === at) return;
      // The code was used and its answer lost, or the event is old: WeChat tells what is true now.
      const info = await infoOf(app);
      // The authorization may only come about with the code, so this says nothing while the code may still be good.
      if (unknown && !info?.refreshToken) throw error;
      await takeOver(row, info, at, askedAt);
    }
  }

  /** What WeChat knows of an app; null when it is not authorised any more. */
  async function infoOf(app: string): Promise<AuthorizerInfo | null> {
    try {
      return await calls.authorizerInfo(app, limits());
    } catch (error) {
      if (hasCode(error, CODE.notAuthorized)) return null;
      throw error;
    }
  }

  async function takeOver(
    row: LockedAuthorizer,
    info: AuthorizerInfo | null,
    at: number,
    askedAt: number,
  ): Promise<void> {
    if (info === null || info.refreshToken === null) {
      await row.change({ state: 'unauthorized', stateAt: at, refreshToken: null, access: null });
      return;
    }
    const { originalId, nickName, permissionSets, refreshToken } = info;
    const known = { originalId, nickName, permissionSets };
    await row.change({
      ...known,
      state: 'authorized',
      stateAt: at,
      refusedAt: null,
      refreshToken: { token: refreshToken, at: askedAt },
      access: null,
    });
  }

  return {
    async ticket({ componentAppid, ticket, at }) {
      await components.keepTicket(componentAppid, { ticket, madeAt: at });
    },
    async authorized({ componentAppid: component, app, authorizationCode, at }) {
      assertAppid(app);
      const key = { component, app };
      const named = await gate(() =>
        authorizers.locked(key, { wait: true, create: true, limits: LIMITS }, async (row) => {
          await exchange(row, authorizationCode, at);
          return row.current.originalId !== null;
        }),
      );
      if (named === true) return;
      // The authorization is stored; its name may as well come later, with `apps import`.
      const info = await infoOf(app).catch(() => null);
      if (info === null) return;
      const { originalId, nickName } = info;
      await authorizers.locked(key, { wait: true, create: false, limits: SIMPLE_LIMITS }, (row) =>
        row.change({ originalId, nickName }),
      );
    },
    async unauthorized({ componentAppid: component, app, at }) {
      assertAppid(app);
      await authorizers.locked(
        { component, app },
        { wait: true, create: true, limits: SIMPLE_LIMITS },
        async (row) => {
          const { state, stateAt } = row.current;
          if (stateAt !== null && (stateAt > at || (stateAt === at && state === 'unauthorized'))) return;
          await row.change({ state: 'unauthorized', stateAt: at, refreshToken: null, access: null });
        },
      );
    },
  };
}

function limits(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(CALL_MS) };
}
