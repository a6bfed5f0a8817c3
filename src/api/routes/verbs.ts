/** One route for each verb: a command to a release, by whomever the token is of. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { VERB_HELP, VERBS, type Verb } from '../../domain/commands.js';
import { type Delivered, deliver } from '../../releases/deliver.js';
import { ReleaseError } from '../../releases/errors.js';
import type { Target } from '../../releases/read.js';
import { rollback } from '../../releases/rollback.js';
import { sign, signableOf } from '../../releases/sign.js';
import { awaitVerified } from '../../releases/verified.js';
import { whyUnreachable } from '../../servers/grpc.js';
import { ANSWERS } from '../answers.js';
import { appParams, commandHeaders, noQuery, runQuery, VERB_BODIES } from '../bodies.js';
import { answers, json } from '../describe.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';
import { callerOf, commandIdOf } from '../server-hooks.js';
import { patienceFor } from '../waiting.js';

/** What a server that was silent has to show that it is there. Milliseconds. */
const ANSWER_MS = 1_000;

interface Asked {
  verb: Verb;
  target: Target;
  by: string;
  commandId: string;
  body: Record<string, unknown>;
  /** Begins the waiting: once everything is read that the command needs. */
  patience(): AbortSignal;
}

/** What came of it; `start`: a rollback of its own was begun. */
type Given = Omit<Delivered, 'via'> & { via: Delivered['via'] | 'start'; runId?: string };

export const verbRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, vouchKey } = options;
  const asJson = server.getDefaultJsonParser('error', 'error');
  // A verb without words is a command too, also where a client says that they are JSON.
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, parsed) => {
    if (text === '') parsed(null, undefined);
    else asJson(request, text, parsed);
  });

  for (const verb of VERBS)
    server.post(
      `/v1/releases/:app/${verb}`,
      {
        config: { deed: verb === 'approve' || verb === 'refuse' ? 'decide' : 'steer' },
        preValidation: async (request: FastifyRequest) => {
          request.body ??= {};
        },
        schema: {
          tags: ['verbs'],
          operationId: verb,
          summary: VERB_HELP[verb],
          params: appParams,
          // Going back is for what is online, and that is never an older run.
          querystring: verb === 'rollback' ? noQuery : runQuery,
          headers: commandHeaders,
          body: VERB_BODIES[verb],
          response: answers(
            {
              ...json(200, 'It was taken; the status after it.', ANSWERS.delivered),
              ...json(
                202,
                'It is under way: no worker has answered yet. Sent again with its commandId it is not done twice.',
                ANSWERS.delivered,
              ),
            },
            ['noRelease', 'closed', 'refused', 'noWorker'],
          ),
        },
      },
      async (request, reply) => {
        const { commandId: _id, ...body } = request.body as Record<string, unknown>;
        const asked: Asked = {
          verb,
          target: { app: request.params.app, run: 'run' in request.query ? request.query.run : undefined },
          by: callerOf(request).name,
          commandId: commandIdOf(request),
          body,
          patience: () => patienceFor(request, reply),
        };
        return answer(request, reply, asked, await give(asked));
      },
    );
  done();

  /** Null: no worker has answered in time. */
  async function give(asked: Asked): Promise<Given | null> {
    try {
      if (asked.verb === 'rollback') return await takeBack(asked);
      const { verb, target, by, commandId, body, patience } = asked;
      const payload = { ...body, by, commandId, ...(await vouched(asked)) };
      const stop = patience();
      const delivered = await deliver(temporal, target, { verb, payload, noWait: false }, { stop });
      return 'signature' in payload ? await verified(asked, delivered, stop) : delivered;
    } catch (error) {
      if (!(error instanceof ReleaseError) || error.trouble !== 'underWay') throw error;
      // Nobody has it then, unless it was lost on the way back.
      if (!isKept(asked.verb) && (await whyUnreachable(temporal.connection, ANSWER_MS)) !== null)
        throw new Problem(
          'noTemporal',
          `the Temporal server does not answer, and may not have the ${asked.verb}`,
          {
            remedy: `send it again, with commandId ${asked.commandId}: it is not done twice`,
            cause: error,
          },
        );
      return null;
    }
  }

  /** The API has authenticated them, and says so to the worker; a signature of their own goes before. */
  async function vouched({ verb, target, by, commandId, body }: Asked): Promise<object> {
    if ((verb !== 'approve' && verb !== 'refuse') || vouchKey === null || 'signature' in body) return {};
    const gate = typeof body.gate === 'string' ? body.gate : undefined;
    return sign(await signableOf(temporal, target, verb), { verb, by, commandId, gate }, vouchKey);
  }

  async function verified(
    { verb, target, by }: Asked,
    delivered: Delivered,
    stop: AbortSignal,
  ): Promise<Delivered> {
    if (verb !== 'approve' && verb !== 'refuse') return delivered;
    const said = await awaitVerified(temporal, target, { verb, by, delivered }, stop);
    if (said === null) return delivered;
    if (!said.counts) throw new Problem('refused', said.text);
    return { ...delivered, message: said.text };
  }

  async function takeBack({ target, by, commandId, body, patience }: Asked): Promise<Given> {
    const { version, appVersion, from, reason } = body as {
      version: string;
      appVersion?: number;
      from?: string;
      reason?: string;
    };
    const asked = { app: target.app, to: version, appVersion, from, by, reason, commandId };
    const came = await rollback(temporal, asked, { stop: patience() }, () => {});
    const { runId } = came;
    if (came.kind === 'told') return { ...came.delivered, runId };
    return {
      commandId,
      runId,
      message: `a rollback of ${came.from} to ${version} was started`,
      via: 'start',
      status: null,
    };
  }
};

/** Whether it goes as a Signal, which waits at the server for a worker. */
const isKept = (verb: Verb) => verb === 'pause' || verb === 'abort';

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { verb, target, commandId }: Asked,
  delivered: Given | null,
): FastifyReply {
  const { app, run } = target;
  if (delivered === null) {
    const message = isKept(verb)
      ? 'kept by Temporal; a worker will act on it'
      : 'no worker has answered yet; it may still be applied when one comes up';
    request.told = { ...request.told, detail: message };
    const via = isKept(verb) ? 'signal' : 'update';
    return reply
      .code(202)
      .send({ app, runId: run ?? null, commandId, accepted: null, message, via, status: null });
  }
  const { message, status, via } = delivered;
  const runId = delivered.runId ?? status?.runId ?? run ?? null;
  request.told = { ...request.told, ...(runId === null ? {} : { run: runId }), detail: message };
  return reply.send({ app, runId, commandId, accepted: true, message, via, status });
}
