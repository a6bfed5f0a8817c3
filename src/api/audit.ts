/** Who asked for what, and what came of it: a log line each, and a row in the database where there is one. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { inTime } from '../credentials/waiting.js';
import type { AuditedRequest } from '../database/audit-store.js';
import { changesSomething } from './access.js';
import { describeError } from './log.js';
import type { ApiOptions } from './options.js';

/** What is known of a request for the log: the first three from its address and body, the rest from its handler. */
export interface Told {
  app?: string;
  run?: string;
  commandId?: string;
  /** What the release or the API said, in a sentence. */
  detail?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    told: Told;
    /** Of its row in the audit log; null when there is none, or it could not be written. */
    auditId: Promise<string | null> | null;
  }
}

/** How long a command waits for its row. Milliseconds. */
const HELD_UP_MS = 2_000;

/**
 * Logs every request, and keeps those that change something. A database that is away never holds up a command: taking
 * users back must not wait for it, and the log line is there.
 */
export function keepAudit(
  server: FastifyInstance,
  { audit: store, metrics, clock = Date.now }: Pick<ApiOptions, 'audit' | 'metrics' | 'clock'>,
): void {
  server.decorateRequest('auditId', null);
  async function begin(request: FastifyRequest): Promise<void> {
    if (store === null || request.auditId !== null || !isKept(request)) return;
    const written = store.begin(entryOf(request, clock())).catch((error: unknown) => {
      request.log.error({ cause: describeError(error).type }, 'audit row not written');
      return null;
    });
    request.auditId = written;
    if (
      (await inTime(
        HELD_UP_MS,
        written.then(() => 'tried'),
      )) === null
    )
      request.log.error({ cause: 'no answer yet' }, 'audit row not written');
  }
  server.addHook('preHandler', begin);
  server.addHook('onResponse', async (request, reply) => {
    const { url: route = '?', config } = request.routeOptions;
    const { method } = request;
    metrics?.answered({ method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1_000 });
    if (config.open === 'all') return;
    const { at: _at, tokenHashPrefix: tokenHash, ...entry } = entryOf(request, clock());
    const { detail = null, ...known } = request.told;
    const ms = Math.round(reply.elapsedTime);
    const status = reply.statusCode;
    request.log.info(
      { ...entry, tokenHash, ...known, status, detail, ms, audit: isKept(request) },
      'answered',
    );
    // Who was not let in has tried it all the same; who asks too often is in the log alone.
    if (status !== 429) await begin(request);
    const id = await request.auditId;
    if (store === null || id === null) return;
    await store.end(id, { ...known, status, detail, ms }).catch((error: unknown) => {
      request.log.error({ cause: describeError(error).type }, 'audit row not ended');
    });
  });
}

function isKept({ routeOptions, caller }: FastifyRequest): boolean {
  return caller !== null && changesSomething(routeOptions.config.deed);
}

function entryOf(request: FastifyRequest, at: number): AuditedRequest {
  const { caller, told, routeOptions, method, ip } = request;
  return {
    at,
    by: caller?.name ?? null,
    tokenHashPrefix: caller?.token ?? null,
    remoteAddress: ip,
    method,
    // Never the address itself, which carries what people wrote.
    route: routeOptions.url ?? '?',
    app: told.app ?? null,
    run: told.run ?? null,
    commandId: told.commandId ?? null,
  };
}
