/** Takes one measurement of one metric: resolves the provider's address on this worker, asks, never throws. */
import { type Measurement, renderQuery } from '../domain/health.js';
import type { Metric } from '../domain/plan.js';
import { PlanReferenceError, type ReferenceSources, resolveReference } from '../plan/references.js';
import { askConditions, ConditionError } from './conditions.js';
import { createPrometheus } from './prometheus.js';
import { type HealthProvider, ProviderError } from './provider.js';
import { createWeb } from './web.js';

export interface ProviderAccess {
  references: ReferenceSources;
  /** Hosts (without port) that providers may be on. */
  allowedHosts: readonly string[];
}

/** What placeholders stand for. */
type Values = Parameters<typeof renderQuery>[1];

/** The provider for one measurement of a metric. @throws ProviderError, PlanReferenceError */
export async function providerOf(
  { name, provider }: Metric,
  values: Values,
  access: ProviderAccess,
): Promise<HealthProvider> {
  if (provider.kind === 'push') throw new ProviderError(`${name} is pushed, not asked for`);
  const address = await resolveReference(provider.address, access.references);
  // What a reference stands for enters no history: errors name the reference.
  const reference = address === provider.address ? undefined : provider.address;
  const url = URL.canParse(address) ? new URL(address) : null;
  // What a reference stands for was never seen by lint. A query or fragment would swallow the path that is added.
  if (url === null || !/^https?:$/.test(url.protocol) || /[?#]/.test(address))
    throw new ProviderError(`the provider's address is no http or https address without query and fragment`);
  const host = url.hostname;
  if (!access.allowedHosts.includes(host))
    throw new ProviderError(
      `${reference === undefined ? `host ${host}` : `the host of ${reference}`} is not among providers.allowedHosts of this worker's configuration`,
    );
  if (provider.kind === 'prometheus') return createPrometheus(address, reference);
  const { path, query, header } = provider;
  const request = { address, reference, path, query, header: await resolvedHeader(header, access) };
  return createWeb(request, values);
}

type Header = Extract<Metric['provider'], { kind: 'web' }>['header'];

async function resolvedHeader(header: Header, { references }: ProviderAccess): Promise<Header> {
  return header && { name: header.name, value: await resolveReference(header.value, references) };
}

/** What the provider is asked: for the value, and for how many samples it is made of. */
function questionsOf({ provider, minSamples }: Metric, values: Values): { value: string; counting?: string } {
  if (provider.kind === 'push') throw new ProviderError('what is pushed is not asked for');
  const isWeb = provider.kind === 'web';
  const value = isWeb ? provider.jsonPath : renderQuery(provider.query, values);
  const counting = isWeb ? minSamples?.jsonPath : minSamples?.query && renderQuery(minSamples.query, values);
  return { value, ...(counting !== undefined && { counting }) };
}

/** One measurement at `now()`; what goes wrong is in its `error`. */
export async function measure(
  metric: Metric,
  values: Values,
  access: ProviderAccess,
  clock: { now(): number; signal: AbortSignal },
): Promise<Measurement> {
  const at = clock.now();
  if (metric.provider.kind === 'push') return { at, value: null, samples: null };
  try {
    const provider = await providerOf(metric, values, access);
    const asked = questionsOf(metric, values);
    const { value } = await provider.query(asked.value, clock.signal);
    const samples =
      asked.counting === undefined ? null : (await provider.query(asked.counting, clock.signal)).value;
    const holds = askConditions(metric, value, samples);
    return { at, value, samples, ...(holds && { holds }) };
  } catch (error) {
    return { at, value: null, samples: null, error: explain(error) };
  }
}

/** A provider's failure in a line that names no secret. */
export function explain(error: unknown): string {
  if (error instanceof ProviderError || error instanceof PlanReferenceError) return error.message;
  if (error instanceof ConditionError) return error.message;
  return error instanceof Error ? error.name : 'unknown failure';
}
