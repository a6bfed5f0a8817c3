/** The two addresses that WeChat pushes to, as a fastify plugin: to be put into whatever server there is. */
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { inTime } from '../../credentials/waiting.js';
import { openPush } from '../../wechat/push/envelope.js';
import { type PushEvent, readEvent } from '../../wechat/push/events.js';
import { PUSH_FAULTS, PushError, type PushFault } from '../../wechat/push/fault.js';
import { logRefusal, sizeOf } from '../log.js';
import { dispatch, type Outcome } from './dispatch.js';
import type { ReceiverOptions } from './options.js';
import { replayMemory } from './replay.js';

/** A push is about two kilobytes; of an audit with a long reason, ten. Bytes. */
const MAX_BODY = 256 * 1024;
const ANSWER_WITHIN_MS = 4_000;

export const ADDRESSES = { component: '/wechat/component', apps: '/wechat/apps' } as const;

/** Those that are not 400: the push may be well-formed, but it is not for us, or not now. */
const STATUS: Partial<Record<PushFault, number>> = {
  staleTimestamp: 403,
  badSignature: 403,
  undecryptable: 403,
  wrongAppId: 403,
};

/** What the effect of a push waited for did not happen, or not in time. WeChat may send the push again. */
class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

/** The same push was taken before. */
class Repeated extends Error {
  override readonly name = 'Repeated';
}

export const pushRoutes: FastifyPluginCallback<ReceiverOptions> = (server, options, done) => {
  const { secrets, clock = Date.now, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const taken = replayMemory();

  // WeChat sends text/xml; what a proxy makes of the header does not matter, since the signature is over the bytes.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, parsed) =>
    parsed(null, body),
  );

  async function receive(request: FastifyRequest, reply: FastifyReply, app: string | null) {
    const begin = performance.now();
    const now = clock();
    const query = typeof request.query === 'object' && request.query !== null ? { ...request.query } : {};
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const opened = openPush(query, body, secrets, now);
    const event = readEvent(opened.message);
    if (!taken.begin(opened.signature, now)) throw new Repeated();
    const outcome = await act(event, app, now).catch((error: unknown) => {
      taken.forget(opened.signature);
      throw error instanceof PushError ? error : new NotTaken('', { cause: error });
    });
    const ms = Math.round(performance.now() - begin);
    const level = outcome.outcome === 'unmatched' || outcome.why === 'notConfigured' ? 'warn' : 'info';
    request.log[level]({ ...outcome, bytes: sizeOf(request), ms }, 'push taken');
    return text(reply, 200, 'success');
  }

  /** Gives up waiting in time; what was begun goes on, and its effect can be repeated without harm. */
  async function act(event: PushEvent, app: string | null, now: number): Promise<Outcome> {
    const outcome = await inTime(answerWithinMs, dispatch(event, app, options, now));
    if (outcome === null) throw new TooSlow();
    return outcome;
  }

  // WeChat has no token of the API's: a push proves itself by its signature.
  const config = { open: 'all' } as const;
  server.post(ADDRESSES.component, { config }, (request, reply) => receive(request, reply, null));
  server.post(ADDRESSES.apps, { config }, (request, reply) => receive(request, reply, null));
  server.post<{ Params: { appid: string } }>(
    `${ADDRESSES.apps}/:appid`,
    { config },
    async (request, reply) => {
      const { appid } = request.params;
      // As WeChat forms appids. A console that was given another placeholder than $APPID$ is told so.
      if (!/^wx[0-9a-zA-Z]{16}$/.test(appid)) {
        logRefusal(request, { status: 404, reason: 'badAddress' });
        return text(reply, 404, 'refused: the address must end with an appid; enter $APPID$ in the console');
      }
      return receive(request, reply, appid);
    },
  );

  for (const url of [ADDRESSES.component, ADDRESSES.apps, `${ADDRESSES.apps}/:appid`]) {
    server.get(url, { config }, (_request, reply) =>
      text(reply, 200, 'WeChat pushes its events to this address by POST.'),
    );
    server.route({
      method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url,
      config,
      // Before the body is read.
      onRequest: async (request, reply) => {
        logRefusal(request, { status: 405, reason: 'badMethod' });
        return text(reply.header('allow', 'GET, HEAD, POST'), 405, 'refused: only POST');
      },
      handler: () => undefined,
    });
  }

  server.setErrorHandler((error: unknown, request, reply) => {
    const { status, reason, said, cause } = refusal(error);
    logRefusal(request, { status, reason, cause });
    return text(reply, status, said);
  });
  done();
};

interface Refusal {
  status: number;
  reason: string;
  said: string;
  /** What is behind it, when that is not of the sender's making. */
  cause?: unknown;
}

function refusal(error: unknown): Refusal {
  if (error instanceof PushError) {
    const { fault } = error;
    return { status: STATUS[fault] ?? 400, reason: fault, said: `refused: ${PUSH_FAULTS[fault]}` };
  }
  if (error instanceof Repeated) return { status: 409, reason: 'repeated', said: 'refused: taken before' };
  if (error instanceof NotTaken) {
    return { status: 503, reason: 'notTaken', said: 'not taken, send it again', cause: error.cause };
  }
  const { statusCode: status = 500 } =
    error instanceof Error && 'statusCode' in error ? { statusCode: Number(error.statusCode) } : {};
  if (status === 413) return { status, reason: 'tooLarge', said: `refused: more than ${MAX_BODY} bytes` };
  if (status >= 400 && status < 500)
    return { status, reason: 'badRequest', said: 'refused: no valid request', cause: error };
  return { status: 500, reason: 'internal', said: 'not taken', cause: error };
}

function text(reply: FastifyReply, status: number, said: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(said);
}

class TooSlow extends Error {
  override readonly name = 'TooSlow';
}
