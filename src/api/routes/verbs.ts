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
import { ANSWERS } from '../answers.js';
import { appParams, commandHeaders, runQuery, VERB_BODIES } from '../bodies.js';
import { answers, json } from '../describe.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';
import { callerOf, commandIdOf } from '../server-hooks.js';
import { patienceFor } from '../waiting.js';

interface Asked {
  verb: Verb;
  target: Target;
  by: string;
  commandId: string;
  body: Record<string, unknown>;
  stop: AbortSignal;
}

export const verbRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, vouchKey } = options;

  for (const verb of VERBS)
    server.post(
      `/v1/releases/:app/${verb}`,
      {
        config: { deed: verb === 'approve' || verb === 'refuse' ? 'decide' : 'steer' },
        // A verb without words is a command too.
        preValidation: async (request: FastifyRequest) => {
          request.body ??= {};
        },
        schema: {
          tags: ['verbs'],
          operationId: verb,
          summary: VERB_HELP[verb],
          params: appParams,
          querystring: runQuery,
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
          target: { app: request.params.app, run: request.query.run },
          by: callerOf(request).name,
          commandId: commandIdOf(request),
          body,
          stop: patienceFor(request),
        };
        return answer(request, reply, asked, await give(asked));
      },
    );
  done();

  /** Null: no worker has answered in time. */
  async function give(asked: Asked): Promise<(Delivered & { runId?: string }) | null> {
    try {
      if (asked.verb === 'rollback') return await takeBack(asked);
      const { verb, target, by, commandId, body, stop } = asked;
      const payload = { ...body, by, commandId, ...(await vouched(asked)) };
      const delivered = await deliver(temporal, target, { verb, payload, noWait: false }, { stop });
      return 'signature' in payload ? await verified(asked, delivered) : delivered;
    } catch (error) {
      if (error instanceof ReleaseError && error.trouble === 'underWay') return null;
      throw error;
    }
  }

  /** The API has authenticated them, and says so to the worker; a signature of their own goes before. */
  async function vouched({ verb, target, by, commandId, body }: Asked): Promise<object> {
    if ((verb !== 'approve' && verb !== 'refuse') || vouchKey === null || 'signature' in body) return {};
    const gate = typeof body.gate === 'string' ? body.gate : undefined;
    return sign(await signableOf(temporal, target, verb), { verb, by, commandId, gate }, vouchKey);
  }

  async function verified({ verb, target, by, stop }: Asked, delivered: Delivered): Promise<Delivered> {
    if (verb !== 'approve' && verb !== 'refuse') return delivered;
    const said = await awaitVerified(temporal, target, { verb, by, delivered }, stop);
    if (said === null) return delivered;
    if (!said.counts) throw new Problem('refused', said.text);
    return { ...delivered, message: said.text };
  }

  async function takeBack({
    target,
    by,
    commandId,
    body,
    stop,
  }: Asked): Promise<Delivered & { runId: string }> {
    const { version, appVersion, from, reason } = body as {
      version: string;
      appVersion?: number;
      from?: string;
      reason?: string;
    };
    const asked = { app: target.app, to: version, appVersion, from, by, reason, commandId };
    const came = await rollback(temporal, asked, { stop }, () => {});
    const { runId } = came;
    if (came.kind === 'told') return { ...came.delivered, runId };
    return {
      commandId,
      runId,
      message: `a rollback of ${came.from} to ${version} was started`,
      via: 'signal',
      status: null,
    };
  }
};

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { verb, target, commandId }: Asked,
  delivered: (Delivered & { runId?: string }) | null,
): FastifyReply {
  const { app, run } = target;
  if (delivered === null) {
    const message =
      verb === 'pause' || verb === 'abort'
        ? 'kept by Temporal; a worker will act on it'
        : 'no worker has answered yet; it may still be applied when one comes up';
    request.told = { ...request.told, detail: message };
    const via = verb === 'pause' || verb === 'abort' ? 'signal' : 'update';
    return reply
      .code(202)
      .send({ app, runId: run ?? null, commandId, accepted: null, message, via, status: null });
  }
  const { message, status, via } = delivered;
  const runId = delivered.runId ?? status?.runId ?? run ?? null;
  request.told = { ...request.told, ...(runId === null ? {} : { run: runId }), detail: message };
  return reply.send({ app, runId, commandId, accepted: true, message, via, status });
}
