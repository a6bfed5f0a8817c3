/** Everything that a simulation is made of while it runs, and how it notices what has happened. */
import type { WorkflowHandle } from '@temporalio/client';
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseStatus } from '../domain/status.js';
import type { TestServer } from '../servers/test-server.js';
import type { Simulator } from '../simulator/server.js';
import type { LedgerEvent } from '../simulator/state/ledger.js';
import { GRAY_LIMIT_MS } from '../simulator/state/time.js';
import { type Moment, momentsSignal } from '../workflows/driver.js';
import { statusQuery } from '../workflows/messages.js';
import type { Agenda } from './agenda.js';
import type { VirtualClock } from './clock.js';
import type { PushedValues } from './feeds.js';
import type { People } from './people.js';
import type { Pulse } from './pulse.js';
import { EFFECTS } from './scenario.js';
import type { Witness } from './witness.js';

/** A worker that does not answer a query in this time will not. Real milliseconds. */
const QUERY_MS = 10_000;

export interface SceneParts {
  plan: ReleasePlan;
  server: Pick<TestServer, 'now' | 'connection'>;
  simulator: Simulator;
  clock: VirtualClock;
  agenda: Agenda;
  pushed: PushedValues;
  people: People;
  pulse: Pulse;
  witness: Witness;
  /** The release's and the driver's workflows. */
  release: WorkflowHandle;
  driver: WorkflowHandle;
}

export class Scene {
  readonly plan: ReleasePlan;
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly agenda: Agenda;
  readonly pushed: PushedValues;
  readonly people: People;
  readonly pulse: Pulse;
  readonly witness: Witness;
  readonly release: WorkflowHandle;
  /** The scenario has stopped the worker: no activity of the release runs. */
  stopped = false;
  /** How often the simulated world has changed, and when it did last, milliseconds since the epoch. */
  changes = 0;
  changedAt = 0;
  private readonly server: SceneParts['server'];
  readonly driver: WorkflowHandle;
  private effects = 0;
  private events = 0;
  private requests = 0;

  constructor(parts: SceneParts) {
    this.plan = parts.plan;
    this.server = parts.server;
    this.simulator = parts.simulator;
    this.clock = parts.clock;
    this.agenda = parts.agenda;
    this.pushed = parts.pushed;
    this.people = parts.people;
    this.pulse = parts.pulse;
    this.witness = parts.witness;
    this.release = parts.release;
    this.driver = parts.driver;
  }

  /** The server's time, which the simulated world now knows too. Milliseconds since the epoch. */
  async arrive(): Promise<number> {
    const now = await this.server.now();
    this.clock.reach(now);
    this.witness.time(now);
    return now;
  }

  /** The release's status. Throws what the client throws. */
  status(): Promise<ReleaseStatus> {
    return this.server.connection.withDeadline(Date.now() + QUERY_MS, () => this.release.query(statusQuery));
  }

  /** Tells the release's status as it is now. What cannot be seen now is seen later. */
  async look(): Promise<void> {
    const status = await this.status().catch(() => null);
    if (status !== null) this.witness.status(status, this.clock.now());
  }

  /** Notices what WeChat has done since the last time, and what in the scenario waited for it. */
  async catchUp(): Promise<void> {
    const ledger = this.simulator.control.ledger();
    const effects = ledger.effects.filter(({ app }) => app === this.plan.app);
    const events = ledger.events.filter(({ app }) => app === this.plan.app);
    const moments: Moment[] = [];
    for (const effect of effects.slice(this.effects)) {
      this.changed(effect.at);
      moments.push(...this.agenda.reached(effect, effect.at));
    }
    for (const event of events.slice(this.events)) {
      this.changed(event.at);
      this.witness.happened({ at: event.at, kind: 'wechat', text: `WeChat ${eventText(event)}` });
    }
    for (const { at, endpoint, fault } of ledger.requests.slice(
      Math.max(0, this.requests - ledger.forgotten),
    ))
      if (fault !== undefined)
        this.witness.happened({ at, kind: 'fault', text: `fault ${fault} strikes ${endpoint}` });
    this.effects = effects.length;
    this.events = events.length;
    this.requests = ledger.forgotten + ledger.requests.length;
    if (moments.length > 0) await this.driver.signal(momentsSignal, moments);
  }

  /** Whether a fault is on order that may strike a reading or a measurement. */
  isDisturbed(): boolean {
    const spared: readonly string[] = [...EFFECTS, 'push'];
    return this.simulator.control.faults().some(({ endpoint }) => !spared.includes(endpoint));
  }

  /** When the simulated world changes next by itself or by the scenario, as far as that is known; null: never. Milliseconds. */
  nextChange(): number | null {
    const { audits, gray } = this.simulator.control.state(this.plan.app);
    const due = [
      this.agenda.next(),
      ...audits.map(({ judgement }) => judgement?.at ?? null),
      gray?.onlineAt ?? null,
      gray === null || gray.published ? null : gray.createdAt + GRAY_LIMIT_MS,
    ].filter((at) => at !== null && at > this.clock.now());
    return due.length === 0 ? null : Math.min(...due.map(Number));
  }

  /** What was just done by the scenario is no news. */
  forgetEvents(): void {
    this.events = this.simulator.control.ledger(this.plan.app).events.length;
    this.changed(this.clock.now());
  }

  private changed(at: number): void {
    this.changes += 1;
    this.changedAt = Math.max(this.changedAt, at);
  }
}

/** The simulated WeChat's own words for what it does by itself, as a person says them. */
const WORDS: Readonly<Record<string, string>> = {
  auditApproved: 'approved the audit',
  auditRejected: 'rejected the audit',
  auditDelayed: 'says that the audit takes longer',
  online: 'has the version online for everyone',
  grayFinishedByDeadline: 'completes the staged release by itself, on its 15th day',
};

function eventText({ what, reason }: LedgerEvent): string {
  const words = WORDS[what] ?? what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words}${reason === undefined || reason === '' ? '' : `: ${reason}`}`;
}
