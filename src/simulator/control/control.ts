/** The strings behind the stage: what tests and people may do to the simulated WeChat. */
import { z } from 'zod';
import { happeningOf, judged, runningAudit } from '../calls/audit.js';
import { audience } from '../state/app.js';
import type { LedgerView } from '../state/ledger.js';
import type { Scene } from '../state/machine.js';
import type { Simulation } from '../state/simulation.js';
import type { AppState, Judgement } from '../state/state.js';
import type { MovableClock } from '../state/time.js';
import {
  duration,
  type Problem,
  percentage,
  preview,
  printProblem,
  problemsOf,
  sample,
  strict,
  userVersion,
} from '../world/schema.js';
import { metricName } from '../world/world.js';
import { type ConsoleAction, pressConsole } from './console.js';
import { type Fault, type FaultInput, faultSchema } from './faults.js';

/** Dates after the year 9999 are printed differently. */
const END_OF_TIME = Date.UTC(9999, 0);

const app = z.string({ error: 'name the appid' });

const auditSchema = strict({
  app,
  verdict: z.enum(['approve', 'reject', 'delay'], { error: 'write approve, reject or delay' }),
  reason: z.string().default(''),
  screenshot: z.string().default(''),
});

const consoleSchema = z.discriminatedUnion(
  'action',
  [
    strict({ app, action: z.enum(['pause', 'resume', 'delete', 'finish']) }),
    strict({ app, action: z.literal('advance'), percentage }),
    strict({ app, action: z.literal('publish'), version: userVersion }),
  ],
  {
    error:
      'write an action: pause, resume, delete, finish, advance (with percentage) or publish (with version)',
  },
);

const metricSchema = strict({
  app,
  name: metricName,
  version: userVersion,
  value: sample,
  from: percentage.default(0),
});
const clockSchema = strict({ advance: duration });

export type AuditCommand = z.input<typeof auditSchema>;
export type ConsoleCommand = { app: string } & ConsoleAction;
export type MetricCommand = z.input<typeof metricSchema>;
export type ClockCommand = z.input<typeof clockSchema>;

/** An app's state with what follows from it; no token is in it. */
export type StateView = AppState & {
  /** user_version → percent of users served. */
  serving: Record<string, number>;
  now: number;
};

/** A control command that cannot be carried out, with what to send instead. */
export class ControlError extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map(printProblem).join('; '));
    this.name = 'ControlError';
  }
}

/** Everything under `/_simulator/`, as methods. All throw ControlError on what they cannot do. */
export interface Control {
  /** Every request, every effect, every event; of one app or of all. */
  ledger(app?: string): LedgerView;
  state(app: string): StateView;
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
  /** Moves the simulator's own clock forward; returns its time in milliseconds. */
  clock(command: ClockCommand): number;
}

/** The same methods for input from outside, which nobody has checked yet. */
export type UncheckedControl = Pick<Control, 'ledger' | 'state' | 'faults' | 'clearFaults'> & {
  [Verb in 'addFault' | 'audit' | 'console' | 'metrics' | 'clock']: (
    input: unknown,
  ) => ReturnType<Control[Verb]>;
};

/** The control of one simulation. `movable` is its clock when the clock is its own. */
export function controlOf(simulation: Simulation, movable: MovableClock | undefined): UncheckedControl {
  const sceneOf = (appid: string): Scene => {
    const scene = simulation.scene(appid);
    if (scene !== undefined) return scene;
    const known = simulation.appids.slice(0, 10).join(', ');
    throw impossible('app', appid, `no such app in this world; known here: ${known}`);
  };
  const state = (appid: string): StateView => {
    const { app: found, now } = sceneOf(appid);
    return { ...structuredClone(found), serving: Object.fromEntries(audience(found)), now };
  };

  return {
    state,
    ledger: (appid) => {
      simulation.settleAll();
      return simulation.ledger.view(appid);
    },
    addFault: (input) => {
      const fault = check(faultSchema, input);
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
      const outcome = pressConsole(sceneOf(command.app), command);
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
      const { advance } = check(clockSchema, input);
      if (movable === undefined) {
        throw impossible(
          'advance',
          null,
          'the clock was given by the caller of startSimulator; move that one',
        );
      }
      if (simulation.clock() + advance > END_OF_TIME)
        throw impossible('advance', null, 'goes beyond the year 9999');
      movable.advance(advance);
      simulation.settleAll();
      return simulation.clock();
    },
  };
}

function check<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ControlError(problemsOf(result.error, input));
}

function impossible(path: string, value: string | null, message: string): ControlError {
  return new ControlError([{ path, value: value === null ? null : preview(value), message }]);
}
