/** What the API is given: everything it touches outside of itself. */
import type { KeyObject } from 'node:crypto';
import type { ApiConfig, ApiToken } from '../config/api.js';
import type { AuditStore } from '../database/audit-store.js';
import type { Temporal } from '../releases/connection.js';
import type { Answered } from '../telemetry/api-requests.js';
import type { ReceiverOptions } from './push/options.js';

/** How much one token may ask for; without a valid one a tenth of its requests, for each address. */
export type Limits = ApiConfig['limits'];

/** The API's own metrics. */
export interface ApiMetrics {
  /** The body of `/metrics`. */
  read(): Promise<{ contentType: string; text: string }>;
  answered(answered: Answered): void;
}

export interface ApiOptions {
  temporal: Temporal;
  tokens: readonly ApiToken[];
  limits: Limits;
  /** Vouches for approvers, whom the API has authenticated; null: approvals are only claimed. */
  vouchKey: KeyObject | null;
  /** Where the audit log is kept besides the log; null: only there. */
  audit: AuditStore | null;
  /** WeChat's pushes in the same server; null: none. */
  push: ReceiverOptions | null;
  /** Null: none are kept. */
  metrics: ApiMetrics | null;
  /** Where a Web UI shows a run; null when nobody knows. */
  webUi?: ((run: { workflowId: string; runId: string }) => Promise<string | null>) | null | undefined;
  /** One proxy stands in front: what it says of the sender's address is believed. */
  behindProxy?: boolean;
  /** How long requests in hand may take once the server ends, milliseconds. Default: 20,000. */
  lastMs?: number;
  /** Milliseconds since the epoch. Default: Date.now. */
  clock?: () => number;
}
