/** `GET /v1/releases/:app/events`: a release as server-sent events. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { readRelease } from '../../releases/read.js';
import { appParams, runQuery } from '../bodies.js';
import { answers, eventStream } from '../describe.js';
import { type EventStream, openStream } from '../event-stream.js';
import { createFeeds } from '../feeds.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';
import { callerOf } from '../server-hooks.js';

/** Milliseconds, and bytes. */
const LIMITS = { breathMs: 15_000, longestMs: 3_600_000, mostBehind: 4_000_000, lastMs: 5_000 };

export const eventRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, limits, clock = Date.now } = options;
  const feeds = createFeeds(temporal);
  const open = new Map<string, number>();
  const streams = new Set<EventStream>();

  server.addHook('preClose', async () => {
    for (const stream of streams) stream.end();
    feeds.close();
  });

  server.get(
    '/v1/releases/:app/events',
    {
      config: { deed: 'read' },
      // A stream is nothing but its body.
      exposeHeadRoute: false,
      schema: {
        tags: ['releases'],
        operationId: 'watchRelease',
        summary: 'A release as server-sent events',
        description:
          'The status at once and after every change (`event: status`), `silence` while no worker answers, `end` when it is closed. A stream lasts an hour at most; a client comes back by itself.',
        params: appParams,
        querystring: runQuery,
        response: answers(eventStream, ['noRelease', 'tooMany']),
      },
    },
    async (request, reply) => {
      const { app } = request.params;
      const { token, expires } = callerOf(request);
      const running = open.get(token) ?? 0;
      if (running >= limits.streams)
        throw new Problem('tooMany', `${limits.streams} streams of this token are open`, {
          remedy: 'close one; streams of one release may be shared behind your own server',
        });
      open.set(token, running + 1);
      const leave = () => {
        open.set(token, (open.get(token) ?? 1) - 1);
        if (open.get(token) === 0) open.delete(token);
      };
      const { runId } = await readRelease(temporal, { app, run: request.query.run }).catch(
        (error: unknown) => {
          leave();
          throw error;
        },
      );
      const { raw } = reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value);
      const untilExpiry = (expires ?? Number.POSITIVE_INFINITY) - clock();
      const longestMs = Math.max(0, Math.min(LIMITS.longestMs, untilExpiry));
      let unsubscribe = () => {};
      const stream = openStream(raw, { ...LIMITS, longestMs }, () => {
        if (stream !== null) streams.delete(stream);
        unsubscribe();
        leave();
      });
      if (stream === null) return leave();
      streams.add(stream);
      unsubscribe = feeds.subscribe({ app, run: runId }, ({ event, data }) => {
        stream.send(event, data);
        if (event === 'end') stream.end();
      });
    },
  );
  done();
};
