/** Who may ask what: bearer tokens, of which only hashes are kept, with roles and apps. */
import { API_ROLES, type ApiRole, type ApiToken } from '../config/api.js';
import { tokenHash } from '../identity/tokens.js';
import { Problem } from './problem.js';

/** What a request does, as far as roles are concerned. The first two change nothing; audit reads the API's own log. */
export type Deed = 'read' | 'check' | 'start' | 'steer' | 'report' | 'decide' | 'audit';

/** Role → what it may do. Approving is kept apart from steering: who drives a release is not who agrees to it. */
export const MAY: Readonly<Record<ApiRole, readonly Deed[]>> = {
  viewer: ['read'],
  operator: ['read', 'check', 'start', 'steer', 'report'],
  approver: ['read', 'decide'],
  admin: ['read', 'check', 'start', 'steer', 'report', 'decide', 'audit'],
};

const CHANGES_NOTHING: readonly Deed[] = ['read', 'check', 'audit'];

/** Whether a route changes anything: what does has an id, and stands in the audit log. */
export function changesSomething(deed: Deed | undefined): boolean {
  return deed !== undefined && !CHANGES_NOTHING.includes(deed);
}

/** Whoever a valid token is of. */
export interface Caller {
  name: string;
  /** Tells tokens of one name apart; the beginning of the hash, no secret. */
  token: string;
  may(deed: Deed): boolean;
  roles: readonly ApiRole[];
  /** Null: all apps. */
  apps: readonly string[] | null;
  /** Milliseconds since the epoch; null: it does not. */
  expires: number | null;
}

/** Finds out whose token an `Authorization` header carries. */
export type Authenticate = (header: string | undefined, now: number) => Caller;

const CHALLENGE = 'Bearer realm="weapp-rollout"';

/**
 * Makes it of the configured tokens. Looking up by hash takes the same time for every wrong token.
 * @throws Problem 401, from what it makes
 */
export function authenticator(tokens: readonly ApiToken[]): Authenticate {
  const callers = new Map(
    tokens.map((entry) => [entry.hash.toLowerCase(), { entry, caller: callerOf(entry) }]),
  );
  return (header, now) => {
    const found = callers.get(tokenHash(tokenIn(header)));
    if (found === undefined) throw unauthenticated('this token is not known', CHALLENGE);
    if (found.entry.expires !== undefined && found.entry.expires <= now)
      throw unauthenticated('this token has expired', CHALLENGE);
    return found.caller;
  };
}

function callerOf({ name, hash, roles, apps, expires }: ApiToken): Caller {
  return {
    name,
    token: hash.slice('sha256:'.length, 'sha256:'.length + 12),
    roles,
    may: (deed) => roles.some((role) => MAY[role].includes(deed)),
    apps: apps.includes('*') ? null : apps,
    expires: expires ?? null,
  };
}

/** The longest token that is looked at, characters. */
const LONGEST = 512;

function tokenIn(header: string | undefined): string {
  if (header === undefined)
    throw unauthenticated('there is no token', CHALLENGE, 'send Authorization: Bearer TOKEN');
  const [, token] = /^Bearer +(\S+)$/i.exec(header.slice(0, LONGEST)) ?? [];
  if (token === undefined)
    throw unauthenticated(
      'the Authorization header has no bearer token',
      `${CHALLENGE}, error="invalid_request"`,
      'send Authorization: Bearer TOKEN',
    );
  return token;
}

/** `Basic` with a token as password, as a browser sends it for the page about the API; null for anything else. */
export function bearerOfBasic(header: string | undefined): string | null {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec((header ?? '').slice(0, LONGEST)) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`;
}

function unauthenticated(detail: string, challenge: string, remedy?: string): Problem {
  return new Problem('unauthenticated', detail, {
    remedy: remedy ?? 'ask whoever runs this API for a token; `weapp-rollout token new NAME` makes one',
    headers: { 'www-authenticate': challenge },
  });
}

/** @throws Problem 403 when the caller's roles do not do */
export function requireDeed(caller: Caller, deed: Deed): void {
  if (caller.may(deed)) return;
  const enough = API_ROLES.filter((role) => MAY[role].includes(deed));
  throw new Problem(
    'forbidden',
    `${caller.name} is ${caller.roles.join(' and ') || 'without a role'}, and this needs ${enough.join(' or ')}`,
    { remedy: 'ask for a token with that role' },
  );
}

/** @throws Problem 403 when the token is not for this app; the same whether the app exists or not */
export function requireApp(caller: Caller, app: string): void {
  if (caller.apps === null || caller.apps.includes(app)) return;
  throw new Problem('forbidden', `the token of ${caller.name} is not for the app that is asked for`, {
    remedy: 'ask for a token with that app',
  });
}
