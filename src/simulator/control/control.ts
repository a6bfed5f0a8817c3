/** The strings behind the stage: what tests and people may do to the simulated WeChat. */
import { happeningOf, judged, runningAudit } from '../calls/audit.js';
import type { Pushes } from '../push/pushes.js';
import type { LedgerPush, LedgerView } from '../state/ledger.js';
import type { Scene } from '../state/machine.js';
import type { Simulation } from '../state/simulation.js';
import type { Judgement } from '../state/state.js';
import type { MovableClock } from '../state/time.js';
import { moveClock } from './clock.js';
import {
  type AuditCommand,
  auditSchema,
  type ClockCommand,
  type ConsoleAction,
  type ConsoleCommand,
  clockSchema,
  consoleSchema,
  type MetricCommand,
  metricSchema,
  type PushCommand,
  pushSchema,
} from './commands.js';
import { pressConsole } from './console.js';
import { type Fault, type FaultInput, faultSchemaFor } from './faults.js';
import { check, impossible } from './problem.js';
import { pushOnDemand } from './push.js';
import {
  type ClockView,
  type ComponentView,
  type StateView,
  viewOfApp,
  viewOfClock,
  viewOfComponent,
  viewOfWorld,
  type WorldView,
} from './views.js';

export { ControlError } from './problem.js';

/** Everything under `/_simulator/`, as methods. All throw ControlError on what they cannot do. */
export interface Control {
  /** Every request, effect, event and push; of one app or of all. */
  ledger(app?: string): LedgerView;
  /** One app. */
  state(app: string): StateView;
  /** One third-party platform. */
  component(appid: string): ComponentView;
  /** Everything but the apps' own states. */
  world(): WorldView;
  /** Puts a fault on order and returns all that are. */
  addFault(fault: FaultInput): Fault[];
  faults(): Fault[];
  clearFaults(): void;
  /** Judges the audit that runs. */
  audit(command: AuditCommand): StateView;
  /** Presses a button in WeChat's console. */
  console(command: ConsoleCommand): StateView;
  /** Sets a metric from a percentage on. */
  metrics(command: MetricCommand): void;
  /** Moves the simulator's own clock forward, freezes it or lets it go on; without a command only tells it. */
  clock(command?: ClockCommand): ClockView;
  /** Sends an event now. Resolves with how it ended: the ledger's entries. */
  push(command: PushCommand): Promise<LedgerPush[]>;
  /** Resolves when no push is under way. */
  idle(): Promise<void>;
}

/** The same methods for input from outside, which nobody has checked yet. */
export type UncheckedControl = Omit<Control, Commands> & {
  [Verb in Commands]: (input: unknown) => ReturnType<Control[Verb]>;
};
type Commands = 'addFault' | 'audit' | 'console' | 'metrics' | 'clock' | 'push';

/** The control of one simulation. `movable` is its clock when the clock is its own. */
export function controlOf(
  simulation: Simulation,
  pushes: Pushes,
  movable: MovableClock | undefined,
): UncheckedControl {
  const sceneOf = (appid: string): Scene => {
    const scene = simulation.scene(appid);
    if (scene !== undefined) return scene;
    const known = simulation.appids.slice(0, 10).join(', ');
    throw impossible('app', appid, `no such app in this world; known here: ${known}`);
  };
  const state = (appid: string): StateView => viewOfApp(simulation, sceneOf(appid));
  /** What time has brought, noticed now. */
  const settle = () => {
    simulation.settleAll();
    pushes.tick();
  };

  return {
    state,
    component: (appid) => {
      if (simulation.platforms.configOf(appid) !== undefined) return viewOfComponent(simulation, appid);
      const known = simulation.platforms.names.slice(0, 10).join(', ') || 'none';
      throw impossible('component', appid, `no such component in this world; known here: ${known}`);
    },
    world: () => viewOfWorld(simulation),
    ledger: (appid) => {
      if (appid !== undefined) sceneOf(appid);
      settle();
      return simulation.ledger.view(appid);
    },
    addFault: (input) => {
      const fault = check(faultSchemaFor(input), input);
      if (fault.app !== undefined) sceneOf(fault.app);
      simulation.faults = [...simulation.faults, fault];
      return [...simulation.faults];
    },
    faults: () => [...simulation.faults],
    clearFaults: () => {
      simulation.faults = [];
    },
    audit: (input) => {
      const { app: appid, verdict, reason, screenshot } = check(auditSchema, input);
      const { app: before, now } = sceneOf(appid);
      const audit = runningAudit(before);
      if (audit === undefined)
        throw impossible('app', appid, 'has no audit running; call submit_audit first');
      const status = ({ approve: 0, reject: 1, delay: 4 } as const)[verdict];
      const judgement: Judgement = { at: now, status, reason, screenshot };
      simulation.intervene(appid, judged(before, audit, judgement), happeningOf(audit, judgement));
      return state(appid);
    },
    console: (input) => {
      const command = check(consoleSchema, input);
      const scene = sceneOf(command.app);
      if (command.action === 'authorize' || command.action === 'unauthorize') {
        changeAuthorization(simulation, pushes, command);
        return state(command.app);
      }
      const outcome = pressConsole(scene, command);
      if ('problem' in outcome) throw impossible('action', command.action, outcome.problem);
      simulation.intervene(command.app, outcome.app, outcome.happening);
      return state(command.app);
    },
    metrics: (input) => {
      const { app: appid, name, ...point } = check(metricSchema, input);
      sceneOf(appid);
      simulation.setMetric(appid, name, point);
    },
    clock: (input) => {
      if (input !== undefined) moveClock(movable, check(clockSchema, input));
      settle();
      return viewOfClock(simulation.clock, movable);
    },
    push: (input) => {
      const command = check(pushSchema, input);
      if ('app' in command && command.app !== undefined) sceneOf(command.app);
      return pushOnDemand(simulation, pushes, command);
    },
    idle: () => pushes.idle(),
  };
}

type AuthorizationAction = Extract<ConsoleAction, { action: 'authorize' | 'unauthorize' }>;

/** The merchant's administrator authorises the platform, changes what it may do, or takes all of it back. */
function changeAuthorization(
  { platforms, clock }: Simulation,
  pushes: Pushes,
  command: AuthorizationAction,
): void {
  const { app, action } = command;
  if (action === 'unauthorize') {
    if (!platforms.unauthorize(app, clock())) throw impossible('app', app, 'is not authorised');
    pushes.unauthorized(app);
    return;
  }
  const authorization = platforms.authorize(app, clock(), command.permissions);
  if (authorization === undefined)
    throw impossible('app', app, 'belongs to no component; give the world components');
  if (authorization.event !== null) pushes.authorized(authorization, authorization.event);
}
