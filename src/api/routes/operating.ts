/** For those who run the API: whether it lives, whether it is ready, its metrics, its audit log. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { serverTrouble } from '../../telemetry/readiness.js';
import { requireApp } from '../access.js';
import { auditQuery } from '../bodies.js';
import { answers, json, plainText } from '../describe.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';
import { callerOf } from '../server-hooks.js';

const health = z.object({ status: z.string() });
const entries = z.object({ rows: z.array(z.unknown()), next: z.string().nullable() });

export const operatingRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, metrics, audit } = options;
  const tags = ['operating'];
  const trouble = serverTrouble(temporal.connection);
  let ending = false;
  server.addHook('preClose', async () => {
    ending = true;
  });

  server.get(
    '/livez',
    {
      config: { open: 'all' },
      schema: {
        tags,
        operationId: 'livez',
        summary: 'The process runs; says nothing of the Temporal server',
        security: [],
        response: json(200, 'It does.', health),
      },
    },
    async () => ({ status: 'ok' }),
  );

  server.get(
    '/readyz',
    {
      config: { open: 'all' },
      schema: {
        tags,
        operationId: 'readyz',
        summary: 'Requests can be handled: the Temporal server answers',
        security: [],
        response: { ...json(200, 'They can.', health), ...json(503, 'Not now.', health) },
      },
    },
    async (request, reply) => {
      const why = ending ? 'shutting down' : await trouble();
      if (why === null) return { status: 'ok' };
      if (!ending) request.log.warn({ why }, 'not ready');
      return reply.code(503).send({ status: ending ? why : 'the Temporal server does not answer' });
    },
  );

  server.get(
    '/metrics',
    {
      config: { deed: 'read' },
      schema: {
        tags,
        operationId: 'metrics',
        summary: "Prometheus' text; needs a token for all apps",
        response: answers(plainText('docs/metrics.md says what each is.'), ['notFound']),
      },
    },
    async (request, reply) => {
      requireAllApps(request);
      if (metrics === null) throw new Problem('notFound', 'this API was started without metrics');
      const { contentType, text } = await metrics.read();
      return reply.type(contentType).send(text);
    },
  );

  server.get(
    '/v1/audit',
    {
      config: { deed: 'audit' },
      schema: {
        tags,
        operationId: 'readAudit',
        summary: 'Who asked for what, and what came of it; the latest first',
        querystring: auditQuery,
        response: answers(json(200, 'A page of entries.', entries), ['notFound', 'noDatabase']),
      },
    },
    async (request) => {
      const { app } = request.query;
      if (app === undefined) requireAllApps(request);
      else requireApp(callerOf(request), app);
      if (audit === null)
        throw new Problem('notFound', 'this API has no database, so its audit log is only in its log', {
          remedy: 'set DATABASE_URL; docs/api.md says more',
        });
      const { cursor: before, ...filter } = request.query;
      return await audit.list({ ...filter, before }).catch((error: unknown) => {
        if (error instanceof RangeError)
          throw new Problem('invalid', 'the cursor is none of an earlier answer', {
            errors: [{ path: 'query.cursor', message: 'is no cursor' }],
          });
        throw new Problem('noDatabase', 'the audit log cannot be read', {
          cause: error,
          remedy: 'try again in a moment',
        });
      });
    },
  );
  done();
};

/** What is about all apps is for those whose token is. */
function requireAllApps(request: Parameters<typeof callerOf>[0]): void {
  const { apps, name } = callerOf(request);
  if (apps !== null)
    throw new Problem('forbidden', `the token of ${name} is not for all apps`, {
      remedy: 'ask for a token with apps: ["*"], or name an app',
    });
}
