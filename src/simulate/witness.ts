/** Who is told what happens in a simulation while it happens. */
import type { ReleaseStatus } from '../domain/status.js';

/**
 * One thing that happened, besides what the release's status tells. `scenario`: somebody did it; `verdict`: a metric was
 * judged otherwise than before; `fault`: one struck; `wechat`: WeChat did it by itself.
 */
export interface Happened {
  /** Milliseconds since the epoch, of the simulated time. */
  at: number;
  kind: 'scenario' | 'verdict' | 'fault' | 'wechat';
  text: string;
}

export interface Witness {
  /** The release's status, whenever it has begun something new. `at` as in `Happened`. */
  status(status: ReleaseStatus, at: number): void;
  happened(what: Happened): void;
  /** The simulated time went by; told now and then. */
  time(at: number): void;
}
