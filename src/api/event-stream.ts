/** Server-sent events to one reader, who may be slow, stand still, or be gone already. */
import type { ServerResponse } from 'node:http';

export interface StreamLimits {
  /** So that proxies do not take the silence of a long soak for an end. Milliseconds. */
  breathMs: number;
  /** Then the reader comes back, and shows its token again. Milliseconds. */
  longestMs: number;
  /** A reader that is so far behind is cut off, and begins anew with the latest status. Bytes. */
  mostBehind: number;
  /** For a reader to take what is left once all is said. Milliseconds. */
  lastMs: number;
}

export interface EventStream {
  /** Tells an event; nothing once the stream is over. */
  send(event: string, data: unknown): void;
  /** Ends it; a reader that does not take the rest is cut off. */
  end(): void;
}

/** After a stream that ended by itself. Milliseconds. */
const COME_BACK_MS = 3_000;

/** Begins an answer that is a stream; null when the reader is gone already. `left` is told once, when it goes. */
export function openStream(
  raw: ServerResponse,
  { breathMs, longestMs, mostBehind, lastMs }: StreamLimits,
  left: () => void,
): EventStream | null {
  // Its close has been told, and nothing more will be.
  if (raw.destroyed) return null;
  let over = false;
  const timers: NodeJS.Timeout[] = [];
  const gone = () => {
    over = true;
    for (const timer of timers) clearTimeout(timer);
    left();
  };
  const write = (text: string) => {
    if (over) return;
    raw.write(text);
    // It would hold all of it in memory, and take no end either.
    if (raw.writableLength > mostBehind) raw.destroy();
  };
  const end = () => {
    if (over) return;
    over = true;
    raw.end();
    timers.push(setTimeout(() => raw.destroy(), lastMs));
  };
  // Written to somebody who is gone; the close that follows tells it.
  raw.on('error', () => {});
  raw.once('close', gone);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  write(`retry: ${COME_BACK_MS}\n\n`);
  timers.push(
    setInterval(() => write(': \n\n'), breathMs),
    setTimeout(end, longestMs),
  );
  return { send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`), end };
}
