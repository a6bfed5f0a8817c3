/** What a release tells its worker beside its commands. Nothing of it is history, and no replay says it again. */
import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { Durations } from '../domain/human-wait.js';
import type { Outcome, ReleaseStatus } from '../domain/status.js';

/** A release that was closed just now. */
export interface Closed {
  kind: ReleaseStatus['kind'];
  outcome: Outcome;
  durations: Durations;
}

export interface ReleaseSinks extends Sinks {
  telemetry: { closed(closed: Closed): void };
}

export const { telemetry } = proxySinks<ReleaseSinks>();
