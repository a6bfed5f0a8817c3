/** What a scrape reads. */
import type { Registry } from 'prom-client';

/** The content type of an exposition. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A scrape is given up after ten seconds by default; the SDK's exporter is in this process. Milliseconds. */
const SDK_MS = 2_000;

/**
 * The body of `/metrics`: our own metrics, and after them the SDK's as its own exporter has them. Never rejects: what
 * cannot be had is left out, and a comment says so.
 * @param sdkAddress of the SDK's exporter; null without one
 */
export async function exposition(registry: Registry, sdkAddress: string | null = null): Promise<string> {
  const [own, sdk] = await Promise.all([
    registry.metrics().catch(() => '# our own metrics could not be collected\n'),
    sdkAddress === null ? '' : sdkExposition(sdkAddress),
  ]);
  return own.endsWith('\n') ? `${own}${sdk}` : `${own}\n${sdk}`;
}

async function sdkExposition(address: string): Promise<string> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(SDK_MS) });
    if (answer.ok) return await answer.text();
  } catch {
    // Said below.
  }
  return "# the SDK's exporter did not answer\n";
}
