/** The least that Temporal can do: a workflow that calls an activity which does nothing, again and again. */
import { proxyActivities } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '10s' });

/** Calls it so many times, one after the other. */
export async function empty(times: number): Promise<void> {
  for (let index = 0; index < times; index++) await nothing();
}
