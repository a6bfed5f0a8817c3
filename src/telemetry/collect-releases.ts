/** The releases of a namespace as gauges that are counted when they are read. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type Counted, type CountingClient, type CountTrouble, countReleases } from './releases.js';

export interface CollectOptions {
  /** How long one count serves every scrape, milliseconds. */
  keepMs?: number;
  /** How long the server has for one count, milliseconds; a scrape waits no longer. */
  limitMs?: number;
  /** Takes a sentence whenever the numbers go away for a reason, and when they are back. */
  note?: (text: string) => void;
  now?: () => number;
}

/** Less than Prometheus' usual interval, so that each of its scrapes counts once; more than several scrapers' distance. */
const KEEP_MS = 15_000;
/** Less than Prometheus' usual patience with a scrape. */
const LIMIT_MS = 5_000;

const TOLD: Record<CountTrouble, string> = {
  unregistered:
    'metrics: releases cannot be counted, since the namespace has not the search attributes of releases; a start registers them, or names the command',
  unavailable: 'metrics: releases cannot be counted, since Temporal did not answer in time',
};

/**
 * Adds the gauges of releases to a registry. What is not known is absent, never 0: while Temporal does not answer, and in a
 * namespace without search attributes. A scrape always answers. Once for a namespace is enough: whoever scrapes two processes
 * has each number twice.
 */
export function collectReleases(
  registry: Registry,
  client: CountingClient,
  { keepMs = KEEP_MS, limitMs = LIMIT_MS, note = () => {}, now = Date.now }: CollectOptions = {},
): void {
  const registers = [registry];
  const troubles = new Counter({
    name: 'weapp_rollout_visibility_errors_total',
    help: "Counts of releases that Temporal's visibility refused (unregistered) or did not answer (unavailable).",
    labelNames: ['reason'],
    registers,
    // Told by the same scrape, not by the next.
    collect: async () => void (await latest()),
  });
  for (const reason of Object.keys(TOLD)) troubles.inc({ reason }, 0);

  let last: { at: number; counted: Promise<Counted | null> } | null = null;
  let told: CountTrouble | null = null;
  const look = async (): Promise<Counted | null> => {
    const counted = await countReleases(client, limitMs);
    const trouble = typeof counted === 'string' ? counted : null;
    if (trouble !== null) troubles.inc({ reason: trouble });
    if (trouble !== told) note(trouble === null ? 'metrics: releases are counted again' : TOLD[trouble]);
    told = trouble;
    return typeof counted === 'string' ? null : counted;
  };
  const latest = (): Promise<Counted | null> => {
    if (last === null || now() - last.at >= keepMs) last = { at: now(), counted: look() };
    return last.counted;
  };

  /** One gauge, made anew of the latest count at each scrape. */
  const gauge = (name: string, help: string, label: string | null, read: (counted: Counted) => object) =>
    new Gauge({
      name,
      help,
      labelNames: label === null ? [] : [label],
      registers,
      async collect() {
        const counted = await latest();
        if (label === null) this.remove();
        else this.reset();
        if (counted === null) return;
        for (const [value, count] of Object.entries(read(counted)))
          if (label === null) this.set(count);
          else this.set({ [label]: value }, count);
      },
    });
  gauge('weapp_rollout_releases', 'Releases that run now, by phase.', 'phase', ({ running }) => running);
  gauge('weapp_rollout_releases_paused', 'Releases that run and are paused.', null, ({ paused }) => ({
    paused,
  }));
  gauge(
    'weapp_rollout_releases_attention',
    'Releases that run and that a person must look at.',
    null,
    ({ attention }) => ({ attention }),
  );
  gauge(
    'weapp_rollout_releases_closed',
    'Closed releases that the namespace still keeps, by outcome.',
    'outcome',
    ({ closed }) => closed,
  );
}
