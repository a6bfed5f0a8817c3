/** Which pushes were taken already. In memory and per process: what slips past it only repeats an idempotent effect. */
import { PUSH_WINDOW_MS } from '../../wechat/push/envelope.js';

/** Much more than WeChat sends in twenty minutes. */
const CAPACITY = 100_000;

/** Until nobody can repeat it: its timestamp may be one window ahead, and is good for one more. Milliseconds. */
const KEPT_MS = 2 * PUSH_WINDOW_MS;

export interface ReplayMemory {
  /** Takes a push in hand; false when it was taken already, or is in hand right now. */
  begin(signature: string, now: number): boolean;
  /** It came to nothing and may come again. */
  forget(signature: string): void;
}

/** Remembers pushes by msg_signature, which is over timestamp, nonce and content. Forgets the oldest when it is full. */
export function replayMemory(capacity = CAPACITY): ReplayMemory {
  /** msg_signature → until when; oldest first. */
  const taken = new Map<string, number>();
  return {
    begin(signature, now) {
      for (const [oldest, until] of taken) {
        if (until > now && taken.size < capacity) break;
        taken.delete(oldest);
      }
      if (taken.has(signature)) return false;
      taken.set(signature, now + KEPT_MS);
      return true;
    },
    forget(signature) {
      taken.delete(signature);
    },
  };
}
