/** Who asked for what, and what came of it: a log line each, and a row in the database where there is one. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CHANGES_NOTHING } from './access.js';
import { describeError } from './log.js';

/** A request that changes something, before it is acted on. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  at: number;
  by: string;
  /** The beginning of the token's hash: tells tokens of one name apart. */
  token: string;
  remoteAddress: string;
  /** Such as `POST /v1/releases/:app/pause`. */
  route: string;
  app: string | null;
  run: string | null;
  commandId: string | null;
}

/** How it ended. */
export interface AuditEnd {
  /** HTTP's. */
  status: number;
  /** The app of a plan, and the run that was started, which are known only then. */
  app: string | null;
  run: string | null;
  commandId: string | null;
  /** What the release or the API said, in a sentence. */
  detail: string;
}

/** The audit log in a database. */
export interface AuditStore {
  /** Answers the row's id. */
  begin(entry: AuditEntry): Promise<string>;
  end(id: string, end: AuditEnd): Promise<void>;
  list(filter: AuditFilter): Promise<{ entries: readonly object[]; next: string | null }>;
}

export interface AuditFilter {
  app?: string | undefined;
  by?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** What a handler says of its request. */
export interface Told {
  app?: string;
  run?: string | null;
  commandId?: string;
  detail?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** For the audit log; filled in by whoever knows more. */
    told: Told;
    auditId: string | null;
  }
}

/**
 * Logs every request, and keeps those that change something. A database that is away never holds up a command: taking
 * users back must not wait for it, and the log line is there.
 */
export function keepAudit(server: FastifyInstance, store: AuditStore | null, clock: () => number): void {
  server.addHook('preHandler', async (request) => {
    if (store === null || !changesSomething(request)) return;
    const entry = entryOf(request, clock());
    try {
      request.auditId = await store.begin(entry);
    } catch (error) {
      request.log.error({ cause: describeError(error).type, ...entry }, 'audit row not written');
    }
  });
  server.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.open === 'all') return;
    const { at: _at, ...entry } = entryOf(request, clock());
    const end = { ...endOf(request.told), status: reply.statusCode };
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ ...entry, ...end, audit: changesSomething(request), ms }, 'answered');
    if (store === null || request.auditId === null) return;
    await store.end(request.auditId, end).catch((error: unknown) => {
      request.log.error({ cause: describeError(error).type, ...entry }, 'audit row not ended');
    });
  });
}

function changesSomething({ routeOptions, caller }: FastifyRequest): boolean {
  const { deed } = routeOptions.config;
  return deed !== undefined && !CHANGES_NOTHING.includes(deed) && caller !== null;
}

/** A request without a valid token. */
const NOBODY = { name: '', token: '' };

function entryOf(request: FastifyRequest, at: number): AuditEntry {
  const { caller, told, routeOptions, ip: remoteAddress } = request;
  // Never the address itself, which carries what people wrote.
  const route = `${request.method} ${routeOptions.url ?? '?'}`;
  const { name: by, token } = caller ?? NOBODY;
  return {
    at,
    by,
    token,
    remoteAddress,
    route,
    app: told.app ?? null,
    run: told.run ?? null,
    commandId: told.commandId ?? null,
  };
}

function endOf({ app, run, commandId, detail = '' }: Told): Omit<AuditEnd, 'status'> {
  return {
    app: app ?? null,
    run: run ?? null,
    commandId: commandId ?? null,
    detail: detail.slice(0, 500),
  };
}
