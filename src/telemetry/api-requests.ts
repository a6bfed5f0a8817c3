/** What the HTTP API answered, and how long that took. */
import { Histogram, type Registry } from 'prom-client';

/** One request that was answered. */
export interface Answered {
  method: string;
  /** The route's pattern, never an address: few different values. */
  route: string;
  /** HTTP's. */
  status: number;
  seconds: number;
}

/** Adds the histogram to a registry; answers how it is told. */
export function apiRequests(registry: Registry): (answered: Answered) => void {
  const durations = new Histogram({
    name: 'weapp_rollout_api_request_duration_seconds',
    help: 'How long the HTTP API took to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  return ({ seconds, ...labels }) => durations.observe(labels, seconds);
}
