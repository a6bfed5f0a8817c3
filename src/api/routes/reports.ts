/** `POST /v1/releases/:app/healthReport`: a measurement of a metric whose values are pushed. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendReport } from '../../releases/report.js';
import type { HealthReportInput } from '../../workflows/messages.js';
import { appParams, commandHeaders, healthReportBody, runQuery } from '../bodies.js';
import { answers, json } from '../describe.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';
import { callerOf, commandIdOf, tooMany } from '../server-hooks.js';

const taken = z.object({
  app: z.string(),
  commandId: z.string(),
  message: z.string(),
});

export const reportRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, limits, clock = Date.now } = options;

  server.post(
    '/v1/releases/:app/healthReport',
    {
      config: {
        deed: 'report',
        rateLimit: {
          max: limits.healthReports,
          timeWindow: '1 minute',
          keyGenerator: (request) => `${request.caller?.token} ${request.told.app}`,
          errorResponseBuilder: (_request, { after }) => tooMany(after),
        },
      },
      schema: {
        tags: ['verbs'],
        operationId: 'healthReport',
        summary: 'A measurement of a metric whose values are pushed',
        description: `Send on change, not by the minute: a run takes 10,000 signals. At most ${limits.healthReports} a minute and app. Temporal keeps it, also with no worker up (once a run has had its 10,000, only a worker takes more); what came of it stands in the release's health, or in its notices when it was ignored.`,
        params: appParams,
        querystring: runQuery,
        headers: commandHeaders.pick({ 'idempotency-key': true }),
        body: healthReportBody,
        response: answers(json(202, 'Temporal has it.', taken), [
          'noRelease',
          'closed',
          'refused',
          'noWorker',
        ]),
      },
    },
    async (request, reply) => {
      const { app } = request.params;
      const { metric, at, value, verdict, samples } = request.body;
      if (value === undefined && verdict === undefined)
        throw new Problem('invalid', 'a report needs a number as value, or pass or fail as verdict', {
          errors: [{ path: 'body.value', message: 'is missing', remedy: 'for example 0.002' }],
        });
      const commandId = commandIdOf(request);
      const sent: HealthReportInput = {
        metric,
        ...(samples === undefined ? {} : { samples }),
        ...(value === undefined ? {} : { value }),
        ...(verdict === undefined ? {} : { verdict }),
        commandId,
        // Never left to the release: while no worker runs, its clock stands still for all that waits.
        at: at === undefined ? clock() : typeof at === 'number' ? at : Date.parse(at),
      };
      await sendReport(temporal, { app, run: request.query.run }, sent, 'healthReport');
      const message = 'accepted by Temporal';
      request.told = { ...request.told, detail: `${callerOf(request).name} reported ${sent.metric}` };
      return reply.code(202).send({ app, commandId, message });
    },
  );
  done();
};
