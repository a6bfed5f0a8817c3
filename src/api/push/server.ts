/** The receiver as a server of its own. */
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { type LogOptions, loggerOf, logRefusal } from '../log.js';
import type { ReceiverOptions } from './options.js';
import { pushRoutes } from './routes.js';

/** A sender that is slower than this is not WeChat. Milliseconds. */
const REQUEST_MS = 10_000;

/**
 * Makes the receiver; `listen` begins, `close` lets requests in hand end. Besides the addresses of `pushRoutes` it has
 * `GET /healthz`. `log`: false for none.
 */
export function createReceiver(options: ReceiverOptions, log: LogOptions | false): FastifyInstance {
  const server = fastify({
    logger: loggerOf(log),
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_MS,
    connectionTimeout: REQUEST_MS,
    forceCloseConnections: 'idle',
    // An address that cannot even be decoded; the default answer repeats it.
    frameworkErrors: (_error, request, reply) => {
      logRefusal(request, { status: 400, reason: 'badAddress' });
      reply.raw
        .writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
        .end('refused: no valid address');
    },
  });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.setNotFoundHandler((request, reply) => {
    logRefusal(request, { status: 404, reason: 'noSuchAddress' });
    return reply.code(404).type('text/plain; charset=utf-8').send('nothing is here');
  });
  void server.register(pushRoutes, options);
  return server;
}
