/** The HTTP API as a server, with WeChat's pushes in it. */
import helmet from '@fastify/helmet';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { productVersion } from '../config/version.js';
import { keepAudit } from './audit.js';
import { describeError, type LogOptions, loggerOf } from './log.js';
import { describeApi } from './openapi.js';
import type { ApiOptions } from './options.js';
import { Problem, toProblem } from './problem.js';
import { pushRoutes } from './push/routes.js';
import { eventRoutes } from './routes/events.js';
import { operatingRoutes } from './routes/operating.js';
import { planRoutes } from './routes/plans.js';
import { readingRoutes } from './routes/reading.js';
import { reportRoutes } from './routes/reports.js';
import { verbRoutes } from './routes/verbs.js';
import { guard, sendProblem } from './server-hooks.js';

/** A command is small; plans have a limit of their own. Bytes. */
const LARGEST_BODY = 64 * 1024;
/** For a whole request to arrive. Milliseconds. */
const REQUEST_MS = 15_000;
/** For requests in hand, once it ends: less than what is waited for before a process is killed. Milliseconds. */
const LAST_MS = 20_000;

/** Makes the API; `listen` begins, `close` lets requests in hand end. `log`: false for none. */
export async function createApi(options: ApiOptions, log: LogOptions | false): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    logger: loggerOf(log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: 'idle',
    trustProxy: options.behindProxy === true ? (_address: string, hop: number) => hop === 0 : false,
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    // An address that cannot even be decoded; the default answer repeats it.
    frameworkErrors: (_error, request, reply) => {
      const problem = new Problem('invalid', 'the address cannot be read');
      reply.raw
        .writeHead(problem.status, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify(problem.body(request.id)));
    },
  });
  server.setValidatorCompiler(validatorCompiler);
  // What is answered is as the release told it, whichever version that was: nothing is checked or left out here.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  server.removeContentTypeParser('text/plain');
  server.setErrorHandler((error: unknown, request, reply) => fail(error, request, reply));

  endInTime(server, options.lastMs ?? LAST_MS);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
  });
  await guard(server, options);
  keepAudit(server, options);
  await describeApi(server, productVersion());
  for (const routes of [operatingRoutes, readingRoutes, planRoutes, verbRoutes, reportRoutes, eventRoutes])
    await server.register(routes, options);
  if (options.push !== null) await server.register(pushRoutes, options.push);
  server.setNotFoundHandler(() => {
    throw new Problem('notFound', 'nothing is here', { remedy: '/docs shows what there is' });
  });
  return server;
}

/** A body that never ends would hold a server that ends for ever: Node watches over requests no more by then. */
function endInTime(server: FastifyInstance, lastMs: number): void {
  let last: NodeJS.Timeout | undefined;
  server.addHook('preClose', async () => {
    last = setTimeout(() => server.server.closeAllConnections(), lastMs);
  });
  server.addHook('onClose', async () => clearTimeout(last));
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500)
    request.log.error(
      { kind: problem.kind, cause: describeError(problem.details.cause ?? error).type },
      problem.message,
    );
  return sendProblem(request, reply, problem);
}
