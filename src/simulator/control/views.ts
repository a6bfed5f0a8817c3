/** What the control API shows of the simulated WeChat. No credential is in any of it. */
import { audience } from '../state/exposure.js';
import type { Scene } from '../state/machine.js';
import type { Lapsing } from '../state/platform.js';
import type { Simulation } from '../state/simulation.js';
import type { AppState } from '../state/state.js';
import type { MovableClock } from '../state/time.js';

/** An app's state with what follows from it. */
export type StateView = AppState & {
  /** user_version → percent of users served. */
  serving: Record<string, number>;
  /** What it granted its platform; null in a world without components. */
  grant: { component: string; authorized: boolean; authorizedAt: number; permissions: number[] } | null;
  now: number;
};

/** A credential that exists, and until when; never its value. */
export interface CredentialView {
  expiresAt: number;
}

export interface ComponentView {
  component: string;
  /** False: no tickets are pushed until api_start_push_ticket. */
  ticketsPushed: boolean;
  tickets: CredentialView[];
  preAuthCodes: CredentialView[];
  authorizationCodes: (CredentialView & { app: string; used: boolean })[];
  /** Submissions and speed-ups of this month. */
  auditsUsed: number;
  speedupsUsed: number;
  apps: { appid: string; authorized: boolean; authorizedAt: number; permissions: number[] }[];
  drafts: { id: number; version: string; description: string }[];
  templates: { id: number; version: string; description: string; type: 0 | 1 }[];
}

/** The world as a whole. */
export interface WorldView {
  now: number;
  apps: string[];
  components: ComponentView[];
  /** The library of a world without components; else each component has its own. */
  templates: ComponentView['templates'];
  drafts: ComponentView['drafts'];
}

export interface ClockView {
  /** Milliseconds since the epoch. */
  now: number;
  /** The same, to be read by people. */
  time: string;
  frozen: boolean;
}

/** One app, copied. */
export function viewOfApp({ platforms }: Simulation, { app, now }: Scene): StateView {
  const component = platforms.componentOf(app.appid);
  const grant = platforms.grantsOf(component).get(app.appid);
  return {
    ...structuredClone(app),
    serving: Object.fromEntries(audience(app)),
    grant:
      component === null || grant === undefined
        ? null
        : {
            component,
            authorized: grant.authorized,
            authorizedAt: grant.authorizedAt,
            permissions: [...grant.permissions],
          },
    now,
  };
}

/** One component. */
export function viewOfComponent({ platforms }: Simulation, component: string): ComponentView {
  const { credentials, library, auditsUsed, speedupsUsed } = platforms.stateOf(component);
  return {
    component,
    ticketsPushed: credentials.ticketsPushed,
    tickets: credentials.tickets.map(lapsing),
    preAuthCodes: credentials.preAuthCodes.map(lapsing),
    authorizationCodes: credentials.authorizationCodes.map(({ expiresAt, app, used }) => {
      return { expiresAt, app, used };
    }),
    auditsUsed,
    speedupsUsed,
    apps: [...platforms.grantsOf(component).values()].map(
      ({ appid, authorized, authorizedAt, permissions }) => {
        return { appid, authorized, authorizedAt, permissions: [...permissions] };
      },
    ),
    ...viewOfLibrary(library),
  };
}

/** Everything but the apps' own states. */
export function viewOfWorld(simulation: Simulation): WorldView {
  const { platforms, appids, clock } = simulation;
  const components = platforms.names.map((name) => viewOfComponent(simulation, name));
  const library =
    platforms.names.length === 0 ? platforms.stateOf(null).library : { drafts: [], templates: [] };
  return { now: clock(), apps: appids, components, ...viewOfLibrary(library) };
}

export function viewOfClock(clock: () => number, movable: MovableClock | undefined): ClockView {
  const now = clock();
  return { now, time: new Date(now).toISOString(), frozen: movable?.frozen ?? false };
}

interface Entry {
  id: number;
  userVersion: string;
  userDesc: string;
}

function viewOfLibrary({ drafts, templates }: { drafts: Entry[]; templates: (Entry & { type: 0 | 1 })[] }) {
  const view = ({ id, userVersion, userDesc }: Entry) => ({
    id,
    version: userVersion,
    description: userDesc,
  });
  return {
    drafts: drafts.map(view),
    templates: templates.map((template) => ({ ...view(template), type: template.type })),
  };
}

function lapsing({ expiresAt }: Lapsing): CredentialView {
  return { expiresAt };
}
