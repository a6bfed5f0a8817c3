/** One release of a random scenario as it is seen from outside: its statuses as they come, and what is sent to it. */
import {
  QueryNotRegisteredError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { ReleaseStatus } from '../../src/domain/status.js';
import type { Handle, ReleaseWorld } from '../support/release.js';
import { OURS, SERIES } from './random-plans.js';
import type { Moment } from './random-scenarios.js';

const EVERY_MS = 400;

/** A status, and what WeChat had granted at most when it was told. */
export interface Seen {
  status: ReleaseStatus;
  askedAt: number;
  granted: number;
}

/** A command that was offered and refused, with the status before and after. */
export interface Refusal {
  verb: string;
  json: Record<string, unknown>;
  message: string;
  before: ReleaseStatus;
  after: ReleaseStatus | null;
}

export class Observed {
  readonly seen: Seen[] = [];
  readonly refusals: Refusal[] = [];
  /** Why it could not even tell its status. */
  readonly broken = new Set<string>();
  /** What the metrics' series said, from when on. */
  readonly values: { name: string; value: number | 'NaN'; at: number }[] = [
    { name: SERIES['js-error-rate'], value: 0.002, at: 0 },
  ];
  /** Reports of the pushed metric: what they said, of which moment. */
  readonly reports: { sentAt: number; at: number; value: number }[] = [];
  private left = false;
  private readonly watching: Promise<void>;

  constructor(
    readonly world: ReleaseWorld,
    readonly app: string,
    readonly handle: Handle,
  ) {
    this.watching = this.watch();
  }

  get last(): ReleaseStatus | null {
    return this.seen.at(-1)?.status ?? null;
  }

  get isClosed(): boolean {
    return this.last?.phase === 'closed';
  }

  private async watch(): Promise<void> {
    while (!this.left && !this.isClosed) {
      await this.look();
      await sleep(EVERY_MS);
    }
  }

  /** Asks for the status; null while nobody answers (no worker is up). */
  async look(): Promise<ReleaseStatus | null> {
    const askedAt = Date.now();
    const status = await this.handle.query<ReleaseStatus, []>('status').catch((error: unknown) => {
      // What a workflow task fails with is told to whoever asks.
      if (!isUnanswered(error)) this.broken.add(String(error));
      return null;
    });
    // What was asked first may be answered last.
    if (status !== null && askedAt >= (this.seen.at(-1)?.askedAt ?? 0))
      this.seen.push({ status, askedAt, granted: this.granted() });
    return status;
  }

  /** The highest percentage that WeChat ever granted to the version. */
  private granted(): number {
    const { exposure } = this.world.simulator.control.state(this.app);
    return Math.max(0, ...exposure.map(({ shares }) => shares[OURS] ?? 0));
  }

  /** Resolves true when the moment has come, false when the release ends, or `until`, before it. */
  async reaches(moment: Moment, until: number): Promise<boolean> {
    while (Date.now() < until && !this.isClosed) {
      if (isReached(moment, this.last)) return true;
      await sleep(100);
    }
    return false;
  }

  /** From now on the series says so. */
  measures(name: string, value: number | 'NaN'): void {
    this.values.push({ name, value, at: Date.now() });
    this.world.simulator.control.metrics({ app: this.app, name, version: OURS, value });
  }

  async report(value: number, agoMs = 0): Promise<void> {
    const sentAt = Date.now();
    const at = sentAt - agoMs;
    this.reports.push({ sentAt, at: Math.min(sentAt, at), value });
    await this.signal('healthReport', { metric: 'crashes', value, at });
  }

  async signal(name: string, payload: unknown): Promise<void> {
    await this.handle.signal(name, payload).catch(ignoreClosed);
  }

  /** Sends an update; the refusal's words when it was refused, null when it was taken or nobody was there. */
  async update(name: string, payload: unknown): Promise<string | null> {
    try {
      await this.handle.executeUpdate<ReleaseStatus, [unknown]>(name, { args: [payload] });
      return null;
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
      ignoreClosed(error);
      return null;
    }
  }

  /** Sends a command just as the status offers it, and keeps it when it is refused. */
  async doAsOffered(verb: string): Promise<boolean> {
    const before = await this.look();
    const offer = before?.allowed.find((entry) => entry.verb === verb);
    if (before === null || before === undefined || offer === undefined) return false;
    const message = await this.update(verb, offer.json);
    if (message !== null)
      this.refusals.push({ verb, json: offer.json, message, before, after: await this.look() });
    return message === null;
  }

  /** Looks no more. */
  async leave(): Promise<void> {
    this.left = true;
    await this.watching;
  }
}

function isReached(moment: Moment, status: ReleaseStatus | null): boolean {
  if (moment === 'start') return true;
  if (status === null) return false;
  if (typeof moment === 'number') return (status.stages[moment]?.confirmedAt ?? null) !== null;
  if (moment === 'gate') return status.gate !== null;
  if (moment === 'paused') return status.paused.length > 0;
  if (moment === 'attention') return status.attention !== null;
  return status.phase === moment;
}

/** No worker is up, or one just came. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return error.message.includes('ask again');
  return error instanceof ServiceError || error instanceof WorkflowNotFoundError;
}

/** It ended a moment ago. */
function ignoreClosed(error: unknown): void {
  if (error instanceof WorkflowNotFoundError) return;
  if (error instanceof Error && /completed|not found/i.test(`${error.message} ${String(error.cause)}`))
    return;
  throw error;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
