/** One durable timer that is set anew only when its moment changes, so that waking for a message costs no events. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

export class Alarm {
  private at: number | null = null;
  private scope: CancellationScope | null = null;
  private rang = false;

  /** Whether the moment came since the alarm was last set. */
  get ringing(): boolean {
    return this.rang;
  }

  /** Sets the alarm to a moment (milliseconds since the epoch), or takes it away with null. */
  set(at: number | null, summary: string): void {
    if (at === this.at && !this.rang) return;
    this.scope?.cancel();
    this.at = at;
    this.rang = false;
    this.scope = null;
    if (at === null) return;
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    scope
      .run(() => sleep(Math.max(1, at - Date.now()), { summary }))
      .then(() => {
        if (this.scope !== scope) return;
        this.rang = true;
        this.scope = null;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }
}
