/** Lint rules about what a metric says: its name, samples, query and consequence. How it is judged is lint-judging.ts. */
import { formatDuration } from '../domain/duration.js';
import { worstLadder } from '../domain/timeline.js';
import { JUDGING_RULES } from './lint-judging.js';
import type { Finding, Rule } from './lint-rule.js';
import { perMetric } from './per-metric.js';

const ownNames: Rule = {
  name: 'metric-names',
  asks: 'Every metric has a name of its own.',
  check: ({ health }) =>
    health.flatMap(({ name }, index): Finding[] =>
      health.findIndex((metric) => metric.name === name) === index
        ? []
        : [
            {
              severity: 'error',
              path: ['health', index, 'name'],
              value: name,
              message: 'another metric already has this name',
              remedy: 'give each metric its own name; resume and healthReport address it',
            },
          ],
    ),
};

const countsSamples = perMetric(
  'samples',
  'minSamples of a prometheus metric has a query, that of a web metric a jsonPath, that of a pushed one neither. Without minSamples: hint.',
  ({ minSamples, provider: { kind } }, path) => {
    if (!minSamples) {
      return [
        {
          severity: 'hint',
          path: [...path, 'minSamples'],
          message: 'without it, a value made of three launches decides like one made of thousands',
          remedy: `say how much data is needed, for example minSamples: ${MIN_SAMPLES[kind]}`,
        },
      ];
    }
    return (['query', 'jsonPath'] as const).flatMap((field): Finding[] => {
      const wanted = COUNTED_BY[kind] === field;
      if (wanted === (minSamples[field] !== undefined)) return [];
      const advice = wanted ? MISSING[field] : SUPERFLUOUS[kind];
      return [{ severity: 'error', path: [...path, 'minSamples', field], ...advice }];
    });
  },
);

/** How the samples of a value are counted; pushed values bring their number. */
const COUNTED_BY = { prometheus: 'query', web: 'jsonPath', push: null } as const;
const MIN_SAMPLES = {
  prometheus: '{ query: …, atLeast: 200 }',
  web: '{ jsonPath: …, atLeast: 200 }',
  push: '{ atLeast: 200 }',
};
const MISSING = {
  query: {
    message: 'is missing: Prometheus does not say how many samples a value is made of',
    remedy: 'write the query that counts them, for example launches{version="{{version}}"}',
  },
  jsonPath: {
    message: 'is missing: nothing says how many samples the value is made of',
    remedy: 'write where the answer has their number, for example data.launches',
  },
};
const SUPERFLUOUS = {
  prometheus: { message: 'belongs to web; Prometheus is queried', remedy: 'remove it and keep query' },
  web: {
    message: 'belongs to prometheus; the samples of a web metric stand in the same answer as its value',
    remedy: 'remove the query and write where, for example jsonPath: data.launches',
  },
  push: {
    message: 'a pushed metric brings its number of samples with each healthReport; nothing is queried',
    remedy: 'remove it and keep atLeast',
  },
};

const looksAtThisVersion = perMetric(
  'query-names-version',
  'Queries mention {{version}}. Hint.',
  ({ provider, minSamples }, path) => {
    if (provider.kind === 'push') return [];
    if (provider.kind === 'web') {
      const asked = [provider.path ?? '', ...Object.values(provider.query ?? {})];
      if (asked.some((text) => text.includes('{{version}}'))) return [];
      return [
        {
          severity: 'hint',
          path: [...path, 'provider', 'web'],
          message:
            'mentions {{version}} in neither path nor query, so that it measures old and new users alike',
          remedy: 'ask for the new version, for example query: { version: "{{version}}" }',
        },
      ];
    }
    const queries = [
      { query: provider.query, path: [...path, 'provider', 'prometheus', 'query'] },
      { query: minSamples?.query, path: [...path, 'minSamples', 'query'] },
    ];
    return queries.flatMap(({ query, path }): Finding[] =>
      query === undefined || query.includes('{{version}}')
        ? []
        : [
            {
              severity: 'hint',
              path,
              message: 'does not mention {{version}}, so that it measures old and new users alike',
              remedy: 'select the new version, for example js_errors{version="{{version}}"}',
            },
          ],
    );
  },
);

/** Temporal takes 10,000 signals in one execution; this leaves room for people and other metrics. */
const MOST_PUSHES = 2_000;

const pushesSparingly: Rule = {
  name: 'push-interval',
  asks: 'A pushed metric promises a bounded number of messages: one for each interval of the whole watch. Hint.',
  check: (plan, { openings }) =>
    plan.health.flatMap(({ provider, intervalMs }, index): Finding[] => {
      const watchMs = worstLadder(plan, openings).ms + plan.rollout.bakeMs;
      const messages = Math.ceil(watchMs / intervalMs);
      if (provider.kind !== 'push' || messages <= MOST_PUSHES) return [];
      const enough = formatDuration(Math.ceil(watchMs / MOST_PUSHES / 60_000) * 60_000).replaceAll(' ', '');
      return [
        {
          severity: 'hint',
          path: ['health', index, 'interval'],
          value: formatDuration(intervalMs),
          message: `a value each interval is ${messages} messages, and each is kept in the release's history`,
          remedy: `write interval: ${enough} or more`,
        },
      ];
    }),
};

const someMetricStops: Rule = {
  name: 'some-metric-stops',
  asks: 'At least one metric does more than tell: it is no dry run, and its onFailure is not notify. Hint.',
  check: ({ health }) => {
    const [first] = health;
    if (!first || health.some(({ dryRun, onFailure }) => !dryRun && onFailure !== 'notify')) return [];
    return [
      {
        severity: 'hint',
        ...(first.dryRun
          ? { path: ['health', 0, 'dryRun'], value: 'true' }
          : { path: ['health', 0, 'onFailure'], value: 'notify' }),
        message: 'no metric stops this release; a failing one is only told',
        remedy: 'write onFailure: revert or pause on at least one that is no dry run',
      },
    ];
  },
};

export const HEALTH_RULES: readonly Rule[] = [
  ownNames,
  ...JUDGING_RULES,
  countsSamples,
  looksAtThisVersion,
  pushesSparingly,
  someMetricStops,
];
