/** Everything that only looks: the list, a release, its story, its evidence. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { readEvidence } from '../../releases/evidence/read.js';
import { listReleases } from '../../releases/list.js';
import { readRelease } from '../../releases/read.js';
import { listRuns } from '../../releases/runs.js';
import { requireApp } from '../access.js';
import { ANSWERS } from '../answers.js';
import { appParams, listQuery, runQuery } from '../bodies.js';
import { answers, json } from '../describe.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';
import { callerOf } from '../server-hooks.js';

export const readingRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, { temporal }, done) => {
  const config = { deed: 'read' } as const;
  const tags = ['releases'];

  server.get(
    '/v1/releases',
    {
      config,
      schema: {
        tags,
        operationId: 'listReleases',
        summary: 'Releases, the latest first',
        description:
          'Those whose apps the token is for. What the list shows is a second or so behind; `GET /v1/releases/{app}` is not.',
        querystring: listQuery,
        response: answers(json(200, 'A page of releases.', ANSWERS.rows)),
      },
    },
    async (request) => {
      const { limit, cursor, startedAfter, startedBefore, ...filter } = request.query;
      const { apps } = callerOf(request);
      if (filter.app !== undefined) requireApp(callerOf(request), filter.app);
      const { rows, next } = await listReleases(
        temporal,
        {
          ...filter,
          ...(apps === null ? {} : { apps: [...apps] }),
          ...(startedAfter === undefined ? {} : { startedAfter: Date.parse(startedAfter) }),
          ...(startedBefore === undefined ? {} : { startedBefore: Date.parse(startedBefore) }),
        },
        { limit, cursor: cursor ?? null },
      );
      return { releases: rows, next };
    },
  );

  server.get(
    '/v1/releases/:app',
    {
      config,
      schema: {
        tags,
        operationId: 'readRelease',
        summary: 'A release: the latest run of the app',
        params: appParams,
        querystring: runQuery,
        response: answers(json(200, 'As much as can be told.', ANSWERS.reading), ['noRelease']),
      },
    },
    async (request) => {
      const reading = await readRelease(temporal, { app: request.params.app, run: request.query.run });
      const { kind, runId } = reading;
      const empty = { kind, runId, status: null, row: null, why: null };
      if (reading.kind === 'open') return { ...empty, status: reading.live };
      if (reading.kind === 'closed') return { ...empty, status: reading.status };
      return { ...empty, row: reading.row, why: reading.why };
    },
  );

  server.get(
    '/v1/releases/:app/history',
    {
      config,
      schema: {
        tags,
        operationId: 'readHistory',
        summary: 'What was decided: by whom, when, through what, why',
        params: appParams,
        querystring: runQuery,
        response: answers(json(200, 'The latest hundred or so, oldest first.', ANSWERS.history), [
          'noRelease',
          'noWorker',
        ]),
      },
    },
    async (request) => {
      const { app } = request.params;
      const reading = await readRelease(temporal, { app, run: request.query.run });
      if (!('status' in reading))
        throw new Problem('noWorker', `the history of ${app} cannot be read: ${reading.why}`);
      return { decisions: reading.status.decisions };
    },
  );

  server.get(
    '/v1/releases/:app/runs',
    {
      config,
      schema: {
        tags,
        operationId: 'listRuns',
        summary: "An app's runs, the latest first: how each ended, and when",
        params: appParams,
        response: answers(json(200, 'Two hundred at most.', ANSWERS.runs)),
      },
    },
    async (request) => ({ runs: await listRuns(temporal, request.params.app) }),
  );

  server.get(
    '/v1/releases/:app/evidence',
    {
      config,
      schema: {
        tags,
        operationId: 'readEvidence',
        summary: 'How a release went: plan, decisions, people, effects, health',
        params: appParams,
        querystring: runQuery,
        response: answers(json(200, 'One document; schema/evidence.schema.json.', ANSWERS.evidence), [
          'noRelease',
          'noWorker',
        ]),
      },
    },
    async (request) => readEvidence(temporal, { app: request.params.app, run: request.query.run }),
  );
  done();
};
