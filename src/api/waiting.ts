/** How long a request waits for a release's answer: `Prefer: wait=N` or `respond-async` (RFC 7240). */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Seconds. */
const USUAL = 10;
const LONGEST = 60;

/** Fires when the time is up, or whoever asked has hung up. */
export function patienceFor(request: FastifyRequest, { raw }: FastifyReply, usual = USUAL): AbortSignal {
  const gone = new AbortController();
  // Of the answer and not of its connection, which carries many.
  raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(1_000 * secondsOf(request, usual))]);
}

function secondsOf({ headers }: FastifyRequest, usual: number): number {
  const { prefer } = headers;
  const asked = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '');
  if (/(^|[,;\s])respond-async($|[,;\s])/i.test(asked)) return 0;
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(asked) ?? [];
  return seconds === undefined ? usual : Math.min(LONGEST, Number(seconds));
}
