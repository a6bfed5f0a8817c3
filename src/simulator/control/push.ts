/** Pushes on demand: any event, now, whole or with a flaw. It changes nothing but what is said here. */
import type { FlawOrder } from '../push/outbox.js';
import type { Pushes } from '../push/pushes.js';
import type { LedgerPush } from '../state/ledger.js';
import type { Simulation } from '../state/simulation.js';
import type { CheckedPush } from './commands.js';
import { impossible } from './problem.js';

const STATUS = { weapp_audit_success: 0, weapp_audit_fail: 1, weapp_audit_delay: 4 } as const;
const UNWANTED =
  'nobody wants this push: the component needs messageToken, encodingAesKey and pushUrls (authorization for events of ' +
  'the platform, messages for those of Mini Programs; or start with --push-to), and the Mini Program must belong to it';

/**
 * Sends one event. `authorized` and `updateauthorized` make a new authorization, since their code must be good;
 * `component_verify_ticket` makes a new ticket. Throws ControlError.
 */
export function pushOnDemand(
  simulation: Simulation,
  pushes: Pushes,
  command: CheckedPush,
): Promise<LedgerPush[]> {
  const flaw = command.flaw === undefined ? undefined : { kind: command.flaw, delayMs: command.delayMs };
  const sent = send(simulation, pushes, command, flaw);
  if (sent === undefined) throw impossible('event', command.event, UNWANTED);
  return sent;
}

function send(
  { platforms, clock }: Simulation,
  pushes: Pushes,
  command: CheckedPush,
  flaw: FlawOrder | undefined,
): Promise<LedgerPush[]> | undefined {
  switch (command.event) {
    case 'component_verify_ticket':
      return pushes.ticket(componentFor(platforms.names, command.component), flaw);
    case 'raw': {
      const own = command.app === undefined ? undefined : (platforms.componentOf(command.app) ?? undefined);
      const component = componentFor(platforms.names, command.component ?? own);
      return pushes.raw(component, command.app ?? null, command.xml, flaw);
    }
    case 'authorized':
    case 'updateauthorized': {
      const authorization = platforms.authorize(command.app, clock());
      return authorization === undefined ? undefined : pushes.authorized(authorization, command.event, flaw);
    }
    case 'unauthorized':
      return pushes.unauthorized(command.app, flaw);
    default: {
      const { app, reason, screenshot } = command;
      const status = STATUS[command.event];
      return pushes.verdict({ kind: 'verdict', app, at: clock(), status, reason, screenshot }, flaw);
    }
  }
}

function componentFor(names: readonly string[], named: string | undefined): string {
  const component = named ?? (names.length === 1 ? names[0] : undefined);
  if (component !== undefined && names.includes(component)) return component;
  const known = names.slice(0, 10).join(', ') || 'none; give the world components';
  throw impossible('component', named ?? null, `name a component of this world; known here: ${known}`);
}
