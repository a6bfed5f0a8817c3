/** The plan's `health`: the metrics that decide. Field names are those of Argo Rollouts and Flagger. */
import { z } from 'zod';
import { LONGEST_CONDITION } from './conditions.js';
import { choice, duration, frequency, line, number, text, whole, yesNo } from './field.js';
import { placeholderFault } from './placeholders.js';
import { addressFault } from './references.js';
import { jsonPath, refuse, web } from './web.js';

function query(description: string, example: string) {
  return text({ description, example }, 8_000)
    .min(1)
    .superRefine((written, context) => refuse(context, placeholderFault(written)));
}

const address = z
  .string()
  .meta({
    description:
      "Prometheus' address: `env:PLAN_…` or `file:…`, read on the worker, or an http(s) URL without credentials.",
    examples: ['env:PLAN_PROMETHEUS_URL'],
    pattern: '^(env:PLAN_[A-Z0-9_]+|file:.+|https?://.+)$',
  })
  .superRefine((written, context) => refuse(context, addressFault(written)));

const provider = z
  .strictObject({
    prometheus: z
      .strictObject({
        address,
        query: query(
          'An instant query that yields one number. `{{version}}` and `{{app}}` stand for the release.',
          'js_error_rate{app="{{app}}",version="{{version}}"}',
        ),
      })
      .meta({ description: 'Asks a Prometheus server.' })
      .exactOptional(),
    web: web.exactOptional(),
    push: z
      .strictObject({})
      .meta({ description: 'Values arrive as `healthReport` messages.', examples: [{}] })
      .exactOptional(),
  })
  .refine((given) => Object.keys(given).length === 1, {
    error: 'must name exactly one provider',
    params: {
      remedy:
        'write one of prometheus: { address: …, query: … }, web: { address: …, jsonPath: … } and push: {}',
    },
  })
  .meta({
    description: 'Where values come from: exactly one of `prometheus`, `web` and `push`.',
    examples: [{ push: {} }],
    'x-hidden': true,
    minProperties: 1,
    maxProperties: 1,
  });

const thresholdRange = z
  .strictObject({
    min: number({ description: 'The least good value.', example: 0.99 }).exactOptional(),
    max: number({ description: 'The largest good value.', example: 0.01 }).exactOptional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, {
    error: 'is empty, so that every value would pass',
    params: { remedy: 'give min, max or both, for example thresholdRange: { max: 0.01 }' },
  })
  .meta({
    description:
      'A value is good when min ≤ value ≤ max; at least one of them is given. This, or conditions.',
    examples: [{ max: 0.01 }],
    minProperties: 1,
  });

function condition(description: string, example: string) {
  return text({ description, example }, LONGEST_CONDITION).min(1).exactOptional();
}

const AFTER = ['revert', 'pause', 'notify'] as const;

const minSamples = z
  .strictObject({
    query: query(
      'How many samples the value is made of. Required for prometheus; a pushed value brings its own.',
      'launches{app="{{app}}",version="{{version}}"}',
    ).exactOptional(),
    jsonPath: jsonPath(
      'Where that number stands in the answer the value is from. Required for web.',
      'data.launches',
    ).exactOptional(),
    atLeast: whole({ description: 'With fewer samples a measurement is inconclusive.', example: 100 }, 1),
  })
  .meta({ description: 'How much data a measurement needs before it may decide.' });

export const metric = z
  .strictObject({
    name: line(
      { description: 'A name of its own; status, messages and evidence use it.', example: 'js-error-rate' },
      64,
    ),
    provider,
    interval: frequency({
      description: 'Between two measurements. For `push`: how often a value is promised.',
      example: '1m',
    }).prefault('1m'),
    initialDelay: duration(
      { description: "From a stage's confirmation to its first measurement.", example: '5m' },
      { leastMs: 0 },
    ).prefault('0s'),
    thresholdRange: thresholdRange.exactOptional(),
    successCondition: condition(
      'Instead of a range: good when this CEL expression over `result` (and `samples`) is true, else bad; with failureCondition too, else inconclusive.',
      'result <= 0.01',
    ),
    failureCondition: condition(
      'Bad when this CEL expression is true; alone, good when it is not.',
      'result > 0.05 && samples > 1000.0',
    ),
    minSamples: minSamples.exactOptional(),
    count: whole(
      {
        description:
          'So many measurements a stage, errors not counted; after them only the confirmation before a step up measures. 0: as many as the stage has time for.',
        example: 10,
      },
      0,
    ).default(0),
    failureLimit: whole(
      { description: 'The metric fails when failures > failureLimit.', example: 2 },
      0,
    ).default(0),
    consecutiveSuccessLimit: whole(
      {
        description:
          'So many passes in a row are needed before the stage is left. 0: the confirming one is enough.',
        example: 3,
      },
      0,
    ).default(0),
    inconclusiveLimit: whole(
      { description: 'More inconclusive measurements than this: onInconclusive.', example: 5 },
      0,
    ).default(0),
    consecutiveErrorLimit: whole(
      { description: 'More errors of the provider in a row than this: onError.', example: 4 },
      0,
    ).default(4),
    from: whole({ description: 'Active from this percentage on.', example: 1 }, 0, 100).default(1),
    onFailure: choice(AFTER, 'When it fails: take users back, pause, or only tell.').default('revert'),
    onInconclusive: choice(
      AFTER,
      'Over inconclusiveLimit, or `count` taken without enough passes in a row. Whatever it says, nothing goes up without a pass.',
    ).default('pause'),
    onError: choice(
      AFTER,
      'Over consecutiveErrorLimit. Whatever it says, nothing goes up without a pass.',
    ).default('pause'),
    dryRun: yesNo('Measured, judged and shown; decides nothing, and nothing waits for it.').default(false),
  })
  .meta({ description: 'One health metric.' });

export const health = z
  .union([z.literal('none'), z.array(metric).min(1).max(100)], {
    error: ({ input }) =>
      input === undefined || input === null
        ? 'is missing: nothing would notice that the version is bad'
        : 'must be a list of metrics, or the word none',
  })
  .meta({
    description:
      'The metrics that decide; or `none`, on purpose, and then every stage before the last holds, or the one after it has an approval.',
    examples: ['none'],
  });
