/** What takes a plan: lint, check, start. The body is the plan's own text, JSON or YAML, so that problems have their line. */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { mayStart } from '../../domain/preflight.js';
import { lintReport } from '../../plan/lint-report.js';
import { type LoadResult, loadPlan } from '../../plan/load.js';
import { checkPlan } from '../../releases/check.js';
import { tryChannels } from '../../releases/notifications.js';
import { hashOf } from '../../releases/plan-hash.js';
import { startRelease } from '../../releases/start.js';
import { requireApp } from '../access.js';
import { ANSWERS } from '../answers.js';
import { channelQuery, commandHeaders } from '../bodies.js';
import { answers, json } from '../describe.js';
import type { ApiOptions } from '../options.js';
import { Problem, type ProblemKind } from '../problem.js';
import { callerOf, countIn } from '../server-hooks.js';
import { patienceFor } from '../waiting.js';

/** Less than a file may have: judging a megabyte holds up everybody else for seconds. A plan of a hundred stages has 20 KiB. */
export const LARGEST_PLAN = 256 * 1024;
const YAML = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];
/** What may be wrong where a worker is asked about a plan. */
const ASKED_WRONGLY: ProblemKind[] = ['invalidPlan', 'refused', 'tooLarge', 'mediaType', 'noWorker'];
/** For whoever checks, or tests, too often. */
const LESS = 'ask less often: calls and messages are counted by app, and a release needs them too';
/** A check asks WeChat and every provider. Seconds. */
const WORKER_SECONDS = 45;

export const planRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, limits, clock = Date.now, webUi } = options;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ['application/json', ...YAML],
    { parseAs: 'string', bodyLimit: LARGEST_PLAN },
    (_request, body, parsed) => parsed(null, body),
  );
  const tags = ['plans'];
  // Counted once the plan has said which app it is of, and before the work: what fails has been asked, too.
  const perApp = () =>
    server.createRateLimit({
      max: limits.checks,
      timeWindow: '1 minute',
      keyGenerator: ({ told }) => told.app ?? '',
    });
  const [checks, tests] = [perApp(), perApp()];

  server.post(
    '/v1/lint',
    {
      config: { deed: 'read', takesPlan: true },
      schema: {
        tags,
        operationId: 'lintPlan',
        summary: 'Judge a plan: problems with line and remedy, hints, when each stage begins',
        response: answers(json(200, '`ok` says whether it may be started.', ANSWERS.linted), [
          'tooLarge',
          'mediaType',
        ]),
      },
    },
    async (request) => lintReport(planIn(request), clock()),
  );

  server.post(
    '/v1/check',
    {
      config: { deed: 'check', takesPlan: true },
      schema: {
        tags,
        operationId: 'checkPlan',
        summary:
          'Ask WeChat and the health providers, through a worker, whether a start would go well; changes nothing',
        description: `WeChat counts an app's calls: at most ${limits.checks} checks a minute and app, whoever asks this API.`,
        headers: commandHeaders.pick({ prefer: true }),
        response: answers(json(200, 'What was found.', ANSWERS.checked), ASKED_WRONGLY),
      },
    },
    async (request, reply) => {
      const loaded = loadedOf(request);
      await countIn(checks, request, reply, LESS);
      const findings = await checkPlan(temporal, loaded.plan, patienceFor(request, reply, WORKER_SECONDS));
      return { ok: mayStart(findings), findings, hints: loaded.hints };
    },
  );

  server.post(
    '/v1/notifications/test',
    {
      config: { deed: 'start', takesPlan: true },
      schema: {
        tags,
        operationId: 'testNotifications',
        summary: 'Send a test message to each channel of a plan, through a worker',
        description: `Robots count messages: at most ${limits.checks} tests a minute and app, whoever asks this API.`,
        querystring: channelQuery,
        headers: commandHeaders.pick({ prefer: true }),
        response: answers(json(200, 'What came of each.', ANSWERS.tested), ASKED_WRONGLY),
      },
    },
    async (request, reply) => {
      const { plan } = loadedOf(request);
      const { channel } = request.query;
      if (plan.notify.length < (channel ?? 1))
        throw new Problem('invalidPlan', `the plan has ${plan.notify.length} channels`, {
          errors: [
            { path: 'notify', message: channel === undefined ? 'is empty' : `has no channel ${channel}` },
          ],
        });
      await countIn(tests, request, reply, LESS);
      const channels = await tryChannels(
        temporal,
        plan,
        channel,
        patienceFor(request, reply, WORKER_SECONDS),
      );
      request.told = { ...request.told, app: plan.app, detail: `tried ${channels.length} channels` };
      return { ok: channels.every(({ result }) => result.sent), channels };
    },
  );

  server.post(
    '/v1/releases',
    {
      config: { deed: 'start', takesPlan: true },
      schema: {
        tags,
        operationId: 'startRelease',
        summary: 'Start the release that a plan describes',
        description:
          'Sent again with the same Idempotency-Key it starts nothing and answers the run that it started, also after that has closed. Without the header the plan itself is the key: to start the same plan once more, send a new one.',
        headers: commandHeaders.pick({ 'idempotency-key': true }),
        response: answers(
          {
            ...json(201, 'Started.', ANSWERS.started),
            ...json(200, 'It was started before, with this key.', ANSWERS.started),
          },
          ['invalidPlan', 'running', 'keyReused', 'tooLarge', 'mediaType'],
        ),
      },
    },
    async (request, reply) => {
      const { plan, source, hints } = loadedOf(request);
      const { app, version } = plan;
      const planHash = hashOf(source.data);
      const header = request.headers['idempotency-key'];
      const key = header ?? `plan:${planHash}`;
      request.told = { ...request.told, commandId: key };
      const { workflowId, runId, repeated } = await startRelease(temporal, plan, {
        by: callerOf(request).name,
        say: (text) => request.log.warn({ app }, text),
        key,
        planHash,
      });
      const detail = repeated ? `was started before as run ${runId}` : `started ${version}`;
      request.told = { ...request.told, run: runId, detail };
      const link = (await webUi?.({ workflowId, runId }).catch(() => null)) ?? null;
      return reply
        .code(repeated ? 200 : 201)
        .header('location', `/v1/releases/${app}?run=${runId}`)
        .send({ app, version, workflowId, runId, repeated, planHash, hints, webUi: link });
    },
  );
  done();
};

/** The plan that came, judged; its app must be the token's. */
function planIn(request: FastifyRequest): LoadResult {
  const type = request.headers['content-type'] ?? '';
  const filename = type.includes('yaml') ? 'plan.yaml' : 'plan.json';
  const text = typeof request.body === 'string' ? request.body : '';
  const loaded = loadPlan(text, { filename });
  if (loaded.ok) {
    const { app } = loaded.plan;
    request.told = { ...request.told, app };
    requireApp(callerOf(request), app);
  }
  return loaded;
}

/** @throws Problem invalidPlan with every field that is wrong */
function loadedOf(request: FastifyRequest): Extract<LoadResult, { ok: true }> {
  const loaded = planIn(request);
  if (loaded.ok) return loaded;
  const { problems } = loaded;
  const many = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new Problem('invalidPlan', `the plan has ${many} and may not be started`, {
    errors: problems,
    remedy: 'each error has the field, its line and what to write instead',
  });
}
