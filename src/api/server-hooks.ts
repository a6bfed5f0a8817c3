/** What happens to every request before its handler: who asks, whether they may, how often. */
import { randomUUID } from 'node:crypto';
import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Authenticate,
  authenticator,
  bearerOfBasic,
  type Caller,
  changesSomething,
  type Deed,
  requireApp,
  requireDeed,
} from './access.js';
import type { ApiOptions } from './options.js';
import { Problem, toProblem } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token it is; null for what is open to all. */
    caller: Caller | null;
    /** Why there is no caller. */
    refusal: Problem | null;
  }
  interface FastifyContextConfig {
    /** What it does; a route without one is open to nobody but as `open` says. */
    deed?: Deed;
    /** all: health checks and WeChat's pushes, which prove themselves. browser: also with Basic, for the page about the API. */
    open?: 'all' | 'browser';
  }
}

/** A tenth of what a token may ask for is enough for whoever has none. */
const WITHOUT_TOKEN = 10;

/** Adds the hooks; must be called before the routes. */
export async function guard(server: FastifyInstance, options: ApiOptions): Promise<void> {
  const { clock = Date.now, tokens, limits } = options;
  const authenticate = authenticator(tokens);
  server.decorateRequest('caller', null);
  server.decorateRequest('refusal', null);
  server.decorateRequest('told');

  server.addHook('onRequest', async (request) => {
    request.told = { ...idIn(request.params, 'app'), ...idIn(request.query, 'run') };
    if (openTo(request) !== 'all') identify(request, authenticate, clock());
  });
  const limit: CreateRateLimitOptions = {
    timeWindow: '1 minute',
    max: (request) =>
      request.caller === null ? Math.max(10, Math.floor(limits.requests / WITHOUT_TOKEN)) : limits.requests,
    keyGenerator: (request) => request.caller?.token ?? `address ${request.ip}`,
  };
  await server.register(rateLimit, {
    ...limit,
    global: true,
    allowList: (request) => openTo(request) === 'all',
    errorResponseBuilder: (_request, { after }) => tooMany(after),
  });
  // The limit above is of routes, and what is not there has none.
  const counted = server.createRateLimit(limit);
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404) await countIn(counted, request, reply);
  });
  // After the limit, which is counted for each route on its own, and before a body is read.
  server.addHook('preParsing', async (request) => {
    if (openTo(request) === 'all') return;
    if (request.refusal !== null) throw request.refusal;
    admit(request);
  });
  server.addHook('preHandler', async (request) => nameCommand(request));
}

/** The page about the API and its files are of a plugin, which knows nothing of our marks. */
const openTo = ({ routeOptions }: FastifyRequest) =>
  routeOptions.config.open ?? (routeOptions.url?.startsWith('/docs') ? 'browser' : undefined);

function identify(request: FastifyRequest, authenticate: Authenticate, now: number): void {
  const { authorization } = request.headers;
  const header =
    openTo(request) === 'browser' ? (bearerOfBasic(authorization) ?? authorization) : authorization;
  try {
    request.caller = authenticate(header, now);
  } catch (error) {
    const refusal = toProblem(error);
    request.refusal =
      openTo(request) === 'browser'
        ? new Problem('unauthenticated', refusal.message, {
            ...refusal.details,
            headers: { 'www-authenticate': 'Basic realm="weapp-rollout: any name, a token as password"' },
          })
        : refusal;
  }
}

/** Role, and the app of the address; that of a body is looked at where it is read. */
function admit(request: FastifyRequest): void {
  const caller = callerOf(request);
  const { deed } = request.routeOptions.config;
  if (deed !== undefined) requireDeed(caller, deed);
  const { params } = request;
  if (typeof params === 'object' && params !== null && 'app' in params && typeof params.app === 'string')
    requireApp(caller, params.app);
}

/** Whose token it is. @throws TypeError on a route that is open to all: a mistake of ours */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new TypeError('this route has no caller');
  return caller;
}

/** Every command has an id before it is acted on: of the body, of the header, or a new one. */
function nameCommand(request: FastifyRequest): void {
  if (!changesSomething(request.routeOptions.config.deed)) return;
  const { body, headers } = request;
  const key = headers['idempotency-key'];
  const commandId =
    stringIn(body, 'commandId') ?? (typeof key === 'string' ? key : undefined) ?? randomUUID();
  request.told = { ...request.told, commandId };
}

function stringIn(from: unknown, name: string): string | undefined {
  if (typeof from !== 'object' || from === null) return undefined;
  const value: unknown = Reflect.get(from, name);
  return typeof value === 'string' ? value : undefined;
}

/** An appid or a run id; nothing of another form gets into a log. */
function idIn<N extends string>(from: unknown, name: N): Partial<Record<N, string>> {
  const value = stringIn(from, name);
  return value === undefined || !/^[\w-]{1,64}$/.test(value) ? {} : ({ [name]: value } as Record<N, string>);
}

/** The id that `nameCommand` gave. */
export function commandIdOf({ told }: FastifyRequest): string {
  return told.commandId ?? randomUUID();
}

/** Counts a request in where the limit of its route does not do. @throws Problem tooMany */
export async function countIn(
  counted: ReturnType<FastifyInstance['createRateLimit']>,
  request: FastifyRequest,
  reply: FastifyReply,
  remedy?: string,
): Promise<void> {
  const limited = await counted(request);
  if (limited.isAllowed || !limited.isExceeded) return;
  void reply.header('retry-after', limited.ttlInSeconds);
  throw tooMany(`${limited.ttlInSeconds} seconds`, remedy);
}

export function tooMany(
  after: string,
  remedy = 'ask less often; GET /v1/releases/{app}/events tells changes by itself',
): Problem {
  return new Problem('tooMany', `too many requests; again in ${after}`, { remedy });
}

/** Sends a problem. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  for (const [name, value] of Object.entries(problem.details.headers ?? {})) void reply.header(name, value);
  request.told = { ...request.told, detail: request.told?.detail ?? problem.message };
  return reply.code(problem.status).type('application/problem+json').send(problem.body(request.id));
}
