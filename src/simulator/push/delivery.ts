/** One push on its way: POST, wait for `success`, try again. Never throws. */

/** How long WeChat waits for an answer to a push. */
export const PUSH_TIMEOUT_MS = 5_000;
/** Ours: WeChat's pause before it tries again is not known. Real time, whatever the simulator's clock says. */
export const PUSH_RETRY_AFTER_MS = 1_000;

/** Longer answers are not `success`. */
const LONGEST_ANSWER = 64;

/** How a push ended. `status`: of the last answer, null when there was none. */
export interface Delivery {
  outcome: 'accepted' | 'refused' | 'unreachable' | 'timeout';
  status: number | null;
  attempts: number;
}

export interface DeliveryOptions {
  /** How often it is sent again when it was not accepted. */
  retries: number;
  timeoutMs: number;
  retryAfterMs: number;
  /** Breaks it off. */
  signal: AbortSignal;
}

/** Sends a push until it is accepted or given up. */
export async function deliver(address: string, body: string, options: DeliveryOptions): Promise<Delivery> {
  for (let attempts = 1; ; attempts++) {
    const { outcome, status } = await attempt(address, body, options);
    if (outcome === 'accepted' || attempts > options.retries || options.signal.aborted)
      return { outcome, status, attempts };
    await pause(options.retryAfterMs, options.signal);
  }
}

async function attempt(
  address: string,
  body: string,
  { timeoutMs, signal }: DeliveryOptions,
): Promise<Omit<Delivery, 'attempts'>> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body,
      // A receiver that sends WeChat elsewhere has not answered `success`.
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    const accepted = response.status === 200 && (await beginningOf(response)).trim() === 'success';
    return { outcome: accepted ? 'accepted' : 'refused', status: response.status };
  } catch {
    return { outcome: timeout.aborted ? 'timeout' : 'unreachable', status: null };
  }
}

/** The answer's text, cut off where it is too long to be `success`. */
async function beginningOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).toString();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal.addEventListener('abort', done);
  });
}
