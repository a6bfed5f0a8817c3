/** The third-party platforms of a world: their credentials and tokens, and whose call a call is. */
import type { Endpoint } from '../../wechat/endpoint.js';
import { originalIdOf, type WorldComponent } from '../world/components.js';
import type { World } from '../world/world.js';
import { type Refusal, refuse } from './errors.js';
import type { Ledger } from './ledger.js';
import type { Accepted } from './machine.js';
import { type Mint, mintOf } from './mint.js';
import { type Grant, LIFETIME_MS, seedGrant, sorted, stillGood, withRefreshToken } from './platform.js';
import { type PlatformState, seedPlatform } from './state.js';
import { AccessTokens, type Caller } from './tokens.js';

/** The account that a world without components files its shared state under. */
const NO_COMPONENT = '';

/** A new authorization, as the push event tells of it. */
export interface Authorization {
  componentAppid: string;
  app: string;
  /** What WeChat pushes: null when nothing changed, for then it pushes nothing. */
  event: 'authorized' | 'updateauthorized' | null;
  authorizationCode: string;
  /** Milliseconds since the epoch. */
  authorizationCodeExpiresAt: number;
  preAuthCode: string;
}

export class Platforms {
  readonly tokens = new AccessTokens();
  readonly mint: Mint;
  #states = new Map<string, PlatformState>();
  /** Component → appid → what was granted. */
  #grants = new Map<string, Map<string, Grant>>();
  readonly #componentOf = new Map<string, string>();

  constructor(
    private readonly world: World,
    private readonly ledger: Ledger,
    now: number,
  ) {
    this.mint = mintOf(world.tokenSeed, (credential) => ledger.learn(credential));
    for (const [index, [appid, config]] of Object.entries(world.components).entries()) {
      for (const secret of [config.secret, config.ticket, config.messageToken, config.encodingAesKey])
        if (secret !== undefined) ledger.learn(secret);
      const ticket = config.ticket ?? this.mint('ticket');
      this.#states.set(appid, seedPlatform(world, now, { appid, index, ticket }));
      this.#grants.set(appid, new Map());
    }
    if (this.names.length === 0) this.#states.set(NO_COMPONENT, seedPlatform(world, now));
    const [only] = this.names;
    for (const [appid, config] of Object.entries(world.apps)) {
      const component = config.component ?? only;
      for (const token of [config.token, ...config.tokens]) {
        if (token === undefined) continue;
        const expiresAt = token.expiresAfter === null ? null : now + token.expiresAfter;
        this.tokens.seed(token.value, { app: appid, component: component ?? null }, expiresAt);
        ledger.learn(token.value);
      }
      if (component === undefined) continue;
      this.#componentOf.set(appid, component);
      const grant = seedGrant(appid, component, config, now, this.mint);
      ledger.learn(grant.refreshToken);
      this.#keep(grant);
    }
  }

  /** The appids of the components. */
  get names(): string[] {
    return Object.keys(this.world.components);
  }

  /** Whose an app is; null in a world without components. */
  componentOf(app: string): string | null {
    return this.#componentOf.get(app) ?? null;
  }

  configOf(component: string): WorldComponent | undefined {
    return Object.hasOwn(this.world.components, component) ? this.world.components[component] : undefined;
  }

  /** The `gh_…` id of an app. */
  originalIdOf(app: string): string {
    return this.world.apps[app]?.originalId ?? originalIdOf(app);
  }

  /**
   * What the apps of a component share; null: those of a world without components. A call that named no component
   * of this world sees the first one's, and is refused by its step.
   */
  stateOf(component: string | null): PlatformState {
    const state = this.#states.get(component ?? NO_COMPONENT) ?? this.#states.values().next().value;
    if (state === undefined) throw new Error('a world has one platform at least');
    return state;
  }

  /** The authorizations of a component's apps, by appid. */
  grantsOf(component: string | null): ReadonlyMap<string, Grant> {
    return this.#grants.get(component ?? NO_COMPONENT) ?? new Map<string, Grant>();
  }

  /** What an accepted call did to credentials and to what the component's apps share. */
  apply(component: string | null, { platform, grant, tokens = [] }: Accepted, now: number): void {
    if (platform !== undefined) this.#states.set(component ?? NO_COMPONENT, platform);
    if (grant !== undefined) this.#keep(grant);
    for (const token of tokens) this.tokens.issue(token, now, this.#graceMs);
  }

  /**
   * Whose call it is, by its token or, where a call takes none, by the component it names; or how WeChat refuses it.
   */
  admit(
    row: Pick<Endpoint, 'token' | 'permissionSet'>,
    { token, named, ip }: { token: string | null; named: unknown; ip: string },
    now: number,
  ): Caller | Refusal {
    if (row.token === 'none') {
      const config = typeof named === 'string' ? this.configOf(named) : undefined;
      if (typeof named !== 'string' || config === undefined) return { app: null, component: null };
      return allows(config, ip) ? { app: null, component: named } : refuse(61004);
    }
    const owner = this.tokens.ownerOf(token ?? '');
    const grant = owner?.app == null ? undefined : this.grantsOf(owner.component).get(owner.app);
    // Who has left is told so, whatever became of the token.
    if (grant?.authorized === false) return refuse(61003);
    const complaint = this.tokens.complaint(token, now);
    if (complaint !== undefined) return complaint;
    if (owner === undefined) return refuse(40001);
    const config = owner.component === null ? undefined : this.configOf(owner.component);
    if (config !== undefined && !allows(config, ip)) return refuse(61004);
    const kind = owner.app === null ? 'component' : 'authorizer';
    if (kind !== row.token && row.token !== 'either') return refuse(61014);
    const needed = kind === 'authorizer' ? row.permissionSet : null;
    if (needed !== null && grant?.permissions.includes(needed) === false) return refuse(61007);
    return owner;
  }

  /** Makes a new verify ticket. Earlier ones stay good until their own twelve hours are over. */
  issueTicket(component: string, now: number): { ticket: string; at: number } {
    const state = this.stateOf(component);
    const ticket = this.mint('ticket');
    const tickets = [
      // Those that ended are known for a while: they are 61005, not 61006.
      ...stillGood(state.credentials.tickets, now - DAY_MS),
      { value: ticket, expiresAt: now + LIFETIME_MS.ticket },
    ];
    this.#states.set(component, { ...state, credentials: { ...state.credentials, tickets } });
    return { ticket, at: now };
  }

  /** The newest verify ticket. */
  ticketOf(component: string): string | undefined {
    return this.stateOf(component).credentials.tickets.at(-1)?.value;
  }

  /** The administrator takes the authorization back. False when there was none. */
  unauthorize(app: string, now: number): boolean {
    const grant = this.#grantOf(app);
    if (grant?.authorized !== true) return false;
    this.tokens.revoke({ app, component: grant.component }, now);
    this.#keep({ ...grant, authorized: false });
    this.ledger.event(app, { at: now, what: 'unauthorized' });
    return true;
  }

  /**
   * The administrator authorises, anew or again: new codes, and a new refresh token (only a new authorization changes
   * it, says WeChat). Without `permissions` those granted last. undefined: the app belongs to no component.
   */
  authorize(app: string, now: number, permissions?: readonly number[]): Authorization | undefined {
    const grant = this.#grantOf(app);
    if (grant === undefined) return undefined;
    const { component } = grant;
    const granted = sorted(permissions ?? grant.permissions);
    const renewed = withRefreshToken(grant, this.mint('refreshToken'), now, this.#graceMs);
    this.#keep({
      ...renewed,
      // After a break nothing old is good.
      oldRefreshTokens: grant.authorized ? renewed.oldRefreshTokens : [],
      authorized: true,
      authorizedAt: now,
      permissions: granted,
    });

    const state = this.stateOf(component);
    const { preAuthCodes, authorizationCodes } = state.credentials;
    const [begun, ...others] = stillGood(preAuthCodes, now);
    const code = { value: this.mint('authorizationCode'), expiresAt: now + LIFETIME_MS.authorizationCode };
    const credentials = {
      ...state.credentials,
      preAuthCodes: others,
      authorizationCodes: [...stillGood(authorizationCodes, now - DAY_MS), { ...code, app, used: false }],
    };
    this.#states.set(component, { ...state, credentials });
    this.ledger.event(app, { at: now, what: 'authorized' });
    const changed = granted.join() !== grant.permissions.join();
    return {
      componentAppid: component,
      app,
      event: grant.authorized ? (changed ? 'updateauthorized' : null) : 'authorized',
      authorizationCode: code.value,
      authorizationCodeExpiresAt: code.expiresAt,
      preAuthCode: begun?.value ?? this.mint('preAuthCode'),
    };
  }

  saved() {
    const { tokens, mint } = this;
    return { states: this.#states, grants: this.#grants, tokens: tokens.saved(), minted: mint.made };
  }

  restore({ states, grants, tokens, minted }: ReturnType<Platforms['saved']>): void {
    this.#states = states;
    this.#grants = grants;
    this.tokens.restore(tokens);
    this.mint.made = minted;
  }

  get #graceMs(): number {
    return this.world.switches.tokenGraceSeconds * 1000;
  }

  #grantOf(app: string): Grant | undefined {
    const component = this.componentOf(app);
    return component === null ? undefined : this.grantsOf(component).get(app);
  }

  #keep(grant: Grant): void {
    this.#grants.get(grant.component)?.set(grant.appid, grant);
  }
}

const DAY_MS = 86_400_000;

/** Whether calls from an address are taken. IPv4 addresses may come as IPv6 ones. */
function allows({ allowedIps }: WorldComponent, ip: string): boolean {
  return allowedIps === undefined || allowedIps.includes(ip.replace(/^::ffff:/, ''));
}
