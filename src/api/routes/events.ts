/** `GET /v1/releases/:app/events`: a release as server-sent events. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { readRelease } from '../../releases/read.js';
import { appParams, runQuery } from '../bodies.js';
import { answers, eventStream } from '../describe.js';
import { createFeeds, type FeedEvent } from '../feeds.js';
import type { ApiOptions } from '../options.js';
import { Problem } from '../problem.js';

/** So that proxies do not take the silence of a long soak for an end. Milliseconds. */
const BREATH_MS = 15_000;
/** Then the client comes back, and shows its token again. Milliseconds. */
const LONGEST_MS = 3_600_000;
const COME_BACK_MS = 3_000;
/** A reader that is so far behind is cut off, and begins anew with the latest status. Bytes. */
const MOST_BEHIND = 4_000_000;

export const eventRoutes: FastifyPluginCallbackZod<ApiOptions> = (server, options, done) => {
  const { temporal, limits } = options;
  const feeds = createFeeds(temporal);
  const open = new Map<string, number>();
  const streams = new Set<() => void>();

  server.addHook('preClose', async () => {
    for (const end of streams) end();
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
      const token = request.caller?.token ?? '';
      const running = open.get(token) ?? 0;
      if (running >= limits.streams)
        throw new Problem('tooMany', `${limits.streams} streams of this token are open`, {
          remedy: 'close one; streams of one release may be shared behind your own server',
        });
      open.set(token, running + 1);
      let unsubscribe = () => {};
      const leave = () => {
        open.set(token, (open.get(token) ?? 1) - 1);
        if (open.get(token) === 0) open.delete(token);
      };
      try {
        const { runId } = await readRelease(temporal, { app, run: request.query.run });
        const { raw } = reply.hijack();
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) raw.setHeader(name, value);
        raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        raw.write(`retry: ${COME_BACK_MS}\n\n`);
        const end = () => raw.end();
        const send = (event: FeedEvent) => {
          if (raw.writableEnded) return;
          raw.write(`event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
          if (event.event === 'end' || raw.writableLength > MOST_BEHIND) end();
        };
        const breath = setInterval(() => raw.write(': \n\n'), BREATH_MS);
        const longest = setTimeout(end, LONGEST_MS);
        streams.add(end);
        raw.once('close', () => {
          clearInterval(breath);
          clearTimeout(longest);
          streams.delete(end);
          unsubscribe();
          leave();
        });
        unsubscribe = feeds.subscribe({ app, run: runId }, send);
        // It hung up, or was told the end, before there was anything to unsubscribe.
        if (raw.closed) unsubscribe();
      } catch (error) {
        leave();
        throw error;
      }
    },
  );
  done();
};
