/** What WeChat knows of a third-party platform: its credentials, its library, who has authorised it. Plain JSON. */

import type { TemplateError, WorldDraft, WorldTemplate } from '../world/components.js';
import type { World, WorldApp } from '../world/world.js';
import type { Mint } from './mint.js';

const SECOND_MS = 1_000;

/** How long credentials live, milliseconds (WeChat's pages on tickets and tokens). */
export const LIFETIME_MS = {
  ticket: 12 * 3_600 * SECOND_MS,
  accessToken: 7_200 * SECOND_MS,
  // 1800 in the text of the page; its sample says 600.
  preAuthCode: 1_800 * SECOND_MS,
  // As AuthorizationCodeExpiredTime was seen in pushes.
  authorizationCode: 3_600 * SECOND_MS,
} as const;

/** A credential that ends by itself. */
export interface Lapsing {
  value: string;
  expiresAt: number;
}

/** What an authorization ended with. */
export interface AuthorizationCode extends Lapsing {
  app: string;
  used: boolean;
}

/** The credentials of a platform. Those long gone are forgotten. */
export interface PlatformCredentials {
  /** Newest last. Each is good until its own end, also when there is a newer one. */
  tickets: Lapsing[];
  /** False: WeChat pushes none until api_start_push_ticket. */
  ticketsPushed: boolean;
  preAuthCodes: Lapsing[];
  authorizationCodes: AuthorizationCode[];
  /** Resets of call quotas, by the account that was reset. */
  clears: { account: string; at: number }[];
}

/** An upload of the developer tools. */
export interface Draft {
  id: number;
  createdAt: number;
  userVersion: string;
  userDesc: string;
  sourceAppid: string;
  sourceName: string;
  developer: string;
  pages?: string[] | undefined;
  /** What every commit of it is refused with. */
  error?: TemplateError | undefined;
}

export interface Template extends Draft {
  /** null: the world file did not say. */
  draftId: number | null;
  type: 0 | 1;
}

/** The template library. */
export interface Library {
  drafts: Draft[];
  templates: Template[];
  /** Numbers are never given twice. */
  lastTemplateId: number;
}

/** What a Mini Program has granted its platform. */
export interface Grant {
  appid: string;
  component: string;
  authorized: boolean;
  authorizedAt: number;
  /** Numbers of permission sets, ascending. */
  permissions: number[];
  refreshToken: string;
  /** Earlier ones that are still taken for a while. */
  oldRefreshTokens: Lapsing[];
  /** get_authorizer_option's settings that were changed. */
  options: Record<string, string>;
}

/** What a world gives a platform, or what a world without platforms gives all its apps. */
export function seedCredentials(ticket: string | undefined, now: number): PlatformCredentials {
  return {
    tickets: ticket === undefined ? [] : [{ value: ticket, expiresAt: now + LIFETIME_MS.ticket }],
    ticketsPushed: true,
    preAuthCodes: [],
    authorizationCodes: [],
    clears: [],
  };
}

/** The library of a platform; null: that of a world without platforms. */
export function seedLibrary(world: World, component: string | null, now: number): Library {
  const mine = <Entry extends { component?: string | undefined }>(entries: Entry[]) =>
    entries.filter((entry) => entry.component === undefined || entry.component === component);
  const templates = mine(world.templates);
  return {
    drafts: mine(world.drafts).map((draft) => seedDraft(draft, now)),
    templates: templates.map((template) => ({
      ...seedDraft(template, now),
      draftId: template.draftId ?? null,
      type: template.type,
    })),
    lastTemplateId: Math.max(0, ...templates.map(({ id }) => id)),
  };
}

function seedDraft(entry: WorldDraft | WorldTemplate, now: number): Draft {
  return {
    id: entry.id,
    createdAt: now - entry.created,
    userVersion: entry.version,
    userDesc: entry.description,
    sourceAppid: entry.source?.appid ?? 'wx00000000000000de',
    sourceName: entry.source?.name ?? 'development',
    developer: entry.developer,
    pages: entry.pages,
    error: entry.error,
  };
}

/** What an app of the world has granted; it did so a day before the world begins. */
export function seedGrant(
  appid: string,
  component: string,
  config: WorldApp,
  now: number,
  mint: Mint,
): Grant {
  return {
    appid,
    component,
    authorized: config.authorized,
    authorizedAt: now - 86_400_000,
    permissions: sorted(config.permissions),
    refreshToken: config.refreshToken ?? mint('refreshToken'),
    oldRefreshTokens: [],
    options: {},
  };
}

/** Permission sets as a grant keeps them: each once, ascending. */
export function sorted(permissions: readonly number[]): number[] {
  return [...new Set(permissions)].sort((a, b) => a - b);
}

/** The grant with another refresh token; the one before it stays good for `graceMs`. */
export function withRefreshToken(grant: Grant, value: string, now: number, graceMs: number): Grant {
  const old = [...grant.oldRefreshTokens, { value: grant.refreshToken, expiresAt: now + graceMs }];
  return { ...grant, refreshToken: value, oldRefreshTokens: stillGood(old, now) };
}

/** Those that have not ended. */
export function stillGood<Entry extends Lapsing>(entries: readonly Entry[], now: number): Entry[] {
  return entries.filter(({ expiresAt }) => expiresAt > now);
}
