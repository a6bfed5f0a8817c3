/** When a plan's windows are open. An activity, because the data about time zones is the worker's. */
import type { Blocked } from '../domain/attention.js';
import type { Windows } from '../domain/plan.js';
import type { Opening } from '../domain/status.js';
import { nextOpening } from '../windows/openings.js';
import { beginAttempt } from './attempt.js';

export function createWindowActivities() {
  return {
    /**
     * The opening that now lies in (`opensAt` ≤ now < `closesAt`), else the next one. One that lasts is told eight days
     * ahead; whoever comes to its end asks again.
     */
    async nextOpening({ windows }: { windows: Windows }): Promise<Opening | { blocked: Blocked }> {
      const { now } = beginAttempt<never>();
      let opening: Opening | null;
      try {
        opening = nextOpening(windows, now());
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return {
          blocked: {
            reason: `this worker does not know the time zone ${windows.timezone} of rollout.windows`,
            remedy: 'run the worker on a newer Node.js (its ICU has the zones), then `retry`',
          },
        };
      }
      if (opening !== null) return opening;
      return {
        blocked: {
          reason: 'rollout.windows never open',
          remedy: '`abort`, and start again with a plan that `lint` accepts',
        },
      };
    },
  };
}
