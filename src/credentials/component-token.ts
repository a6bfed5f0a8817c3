/** The component_access_token, made of the verify ticket. */
import type { ComponentStore, LockedComponent } from '../database/component-store.js';
import type { WechatError } from '../wechat/errors.js';
import { credentialError } from './failures.js';
import { createKeeper, type Keeper } from './keeper.js';
import type { ComponentTokenAnswer, PlatformCalls } from './platform-calls.js';
import { createRenewal } from './renewal.js';
import { lifeOf } from './token-life.js';

/** What all that renews tokens is given. */
export interface Renewing {
  calls: PlatformCalls;
  refreshAheadMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** As in KeeperOptions. */
  warn?: (text: string) => void;
}

/** A ticket lives for twelve hours (WeChat pushes one every ten minutes). Milliseconds. */
const TICKET_LIFE_MS = 12 * 3_600_000;

/** Keeps the token of a platform; its id is the component's appid. */
export function componentTokens(store: ComponentStore, renewing: Renewing): Keeper {
  const { calls, now, sleep } = renewing;
  const renew = createRenewal<LockedComponent, ComponentTokenAnswer & { askedAt: number }>({
    locked: store.locked,
    standing: (row) => row,
    async ask(component, row, { signal, insist }) {
      const ticket = await row.ticket();
      if (ticket === null) throw noTicket(component, 'no component_verify_ticket has arrived yet');
      // WeChat would answer 61005 or 61006, which says less.
      if (now() - ticket.madeAt > TICKET_LIFE_MS)
        throw noTicket(component, 'the last component_verify_ticket is more than 12 hours old');
      const askedAt = now();
      return { ...(await insist(() => calls.componentToken(ticket.ticket, { signal }))), askedAt };
    },
    async store(row, { token, expiresInMs, askedAt }) {
      const made = { token, madeAt: askedAt, expiresAt: askedAt + lifeOf(expiresInMs) };
      await row.store(made);
      return made;
    },
    now,
    sleep,
  });
  return createKeeper({
    source: {
      async read(component) {
        const { current, ticketAt } = await store.read(component);
        // A new ticket may be what the last renewal was lacking.
        return { current, version: `${current?.madeAt}/${ticketAt}` };
      },
      renew,
    },
    refreshAheadMs: renewing.refreshAheadMs,
    now,
    warn: renewing.warn,
  });
}

function noTicket(component: string, message: string): WechatError {
  return credentialError({
    app: component,
    message,
    meaning: 'there is no component access token without a ticket',
    remedy:
      'WeChat pushes one every 10 minutes: start the push receiver, and enter its address for authorization events in the open platform’s console.',
  });
}
