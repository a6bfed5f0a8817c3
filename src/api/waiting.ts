/** How long a request waits for a release's answer: `Prefer: wait=N` or `respond-async` (RFC 7240). */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Seconds. The least is what a command takes to reach Temporal. */
const LEAST = 0.5;
const USUAL = 10;
const LONGEST = 60;

/** Fires when the time is up, or whoever asked has hung up. */
export function patienceFor(request: FastifyRequest, { raw }: FastifyReply, usual = USUAL): AbortSignal {
  const gone = new AbortController();
  // Of the answer and not of its connection, which carries many. It may have gone while something else was read.
  if (raw.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(1_000 * secondsOf(request, usual))]);
}

function secondsOf({ headers }: FastifyRequest, usual: number): number {
  const { prefer } = headers;
  const asked = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '');
  if (/(^|[,;\s])respond-async($|[,;\s])/i.test(asked)) return LEAST;
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(asked) ?? [];
  return seconds === undefined ? usual : Math.min(LONGEST, Math.max(LEAST, Number(seconds)));
}
