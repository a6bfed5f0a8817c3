/** docs/metrics.md has every metric as it is, and its alerts are of metrics that exist. */
import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { apiRequests } from '../../src/telemetry/api-requests.js';
import { collectReleases } from '../../src/telemetry/collect-releases.js';
import { createMetrics } from '../../src/telemetry/metrics.js';
import { OPEN_PHASES } from '../../src/telemetry/releases.js';
import { describeWithPrometheus } from '../support/prometheus.js';

const DOCS = readFileSync('docs/metrics.md', 'utf8');

/** `labelNames` is not in the types of prom-client's metrics. */
const labelsOf = (metric: object): string[] =>
  'labelNames' in metric ? (metric.labelNames as string[]) : [];

function everyMetric(): Registry {
  const { registry } = createMetrics();
  const unanswered = () => Promise.reject(new Error('not asked'));
  collectReleases(registry, { withDeadline: unanswered, workflow: { count: unanswered } });
  apiRequests(registry);
  return registry;
}

it('has a line for every metric, in their order', async () => {
  const registry = everyMetric();
  const lines = (await registry.getMetricsAsJSON()).map(({ name, type, help }) => {
    const labels = labelsOf(registry.getSingleMetric(name) ?? {}).map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${labels.length === 0 ? '' : `${labels.join(', ')} `}| ${help} |`;
  });
  expect(DOCS.split('\n').filter((line) => line.startsWith('| `weapp_rollout'))).toEqual(lines);
});

const rules = DOCS.match(/```yaml\n(groups:\n[\s\S]*?)```/)?.[1] ?? '';

it('has alerts of metrics that there are', async () => {
  const text = await everyMetric().metrics();
  const { groups } = parse(rules) as { groups: { rules: { expr: string }[] }[] };
  const used = groups.flatMap((group) =>
    group.rules.flatMap(({ expr }) => expr.match(/weapp_rollout_\w+/g) ?? []),
  );
  expect(used.length).toBeGreaterThan(8);
  const known = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  expect(used.filter((name) => !known.includes(name.replace(/_(count|sum|bucket)$/, '')))).toEqual([]);
});

it('names every phase there is', () => {
  const life = readFileSync('docs/architecture.md', 'utf8');
  for (const phase of OPEN_PHASES) expect(life).toContain(`| ${phase}`);
});

describeWithPrometheus('the alerts of docs/metrics.md', (prometheus) => {
  it('are understood by promtool', async () => {
    expect(await prometheus.checkRules(rules)).toEqual({
      ok: true,
      says: expect.stringContaining('SUCCESS'),
    });
  });
});
