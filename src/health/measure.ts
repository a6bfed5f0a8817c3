/** Takes one measurement of one metric: resolves the provider's address on this worker, asks, never throws. */
import { type Measurement, renderQuery } from '../domain/health.js';
import type { Metric } from '../domain/plan.js';
import { PlanReferenceError, type ReferenceSources, resolveReference } from '../plan/references.js';
import { createPrometheus } from './prometheus.js';
import { type HealthProvider, ProviderError } from './provider.js';

export interface ProviderAccess {
  references: ReferenceSources;
  /** Hosts (without port) that providers may be on. */
  allowedHosts: readonly string[];
}

/** The provider of a metric. @throws ProviderError, PlanReferenceError */
export async function providerOf(metric: Metric, access: ProviderAccess): Promise<HealthProvider> {
  if (metric.provider.kind === 'push') throw new ProviderError(`${metric.name} is pushed, not asked for`);
  const address = await resolveReference(metric.provider.address, access.references);
  const url = URL.canParse(address) ? new URL(address) : null;
  // What a reference stands for was never seen by lint. A query or fragment would swallow the path that is added.
  if (url === null || !/^https?:$/.test(url.protocol) || /[?#]/.test(address))
    throw new ProviderError(`the provider's address is no http or https address without query and fragment`);
  const host = url.hostname;
  if (!access.allowedHosts.includes(host))
    throw new ProviderError(
      `host ${host} is not among providers.allowedHosts of this worker's configuration`,
    );
  return createPrometheus(address);
}

/** One measurement at `now()`; what goes wrong is in its `error`. */
export async function measure(
  metric: Metric,
  values: { app: string; version: string },
  access: ProviderAccess,
  clock: { now(): number; signal: AbortSignal },
): Promise<Measurement> {
  const at = clock.now();
  if (metric.provider.kind === 'push') return { at, value: null, samples: null };
  try {
    const provider = await providerOf(metric, access);
    const { value } = await provider.query(renderQuery(metric.provider.query, values), clock.signal);
    const counting = metric.minSamples?.query;
    const samples =
      counting === undefined
        ? null
        : (await provider.query(renderQuery(counting, values), clock.signal)).value;
    return { at, value, samples };
  } catch (error) {
    return { at, value: null, samples: null, error: explain(error) };
  }
}

/** A provider's failure in a line that names no secret. */
export function explain(error: unknown): string {
  if (error instanceof ProviderError || error instanceof PlanReferenceError) return error.message;
  return error instanceof Error ? error.name : 'unknown failure';
}
