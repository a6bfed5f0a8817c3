/** The scenario file: when the plan is begun, what is otherwise in the simulated world, and what happens on the way. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatDuration } from '../domain/duration.js';
import {
  duration,
  type Problem,
  percentage,
  printProblem,
  problemsOf,
  strict,
} from '../simulator/world/schema.js';
import { type About, type Action, actionSchema, metricValue, saysSomething } from './actions.js';

/** What an event may wait for instead of a moment. */
export type Milestone = { stage: number } | { effect: string };

/** One thing that happens. */
export interface ScenarioEvent {
  /** Milliseconds since the start, or since the milestone. */
  when: { at: number } | { after: Milestone; plus: number };
  action: Action;
}

export interface Scenario {
  /** Milliseconds since the epoch; null: the next Monday, 10 o'clock. */
  start: number | 'now' | null;
  /** How long is played at most, milliseconds. */
  end: number;
  /** Fields of a world file over those that are made from the plan; `app` stands for the plan's app. */
  world: Record<string, unknown> & { app?: Record<string, unknown> | undefined };
  /** By metric of the plan: what it shows from the beginning, instead of a value that passes. */
  metrics: Record<string, { value?: number | undefined; samples?: number | undefined }>;
  events: ScenarioEvent[];
}

/** A scenario that cannot be played: every problem with its path, value and remedy. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';

  constructor(
    readonly source: string,
    readonly problems: Problem[],
  ) {
    super(
      [
        `${source} is not a usable scenario:`,
        ...problems.map((problem) => `  ${printProblem(problem)}`),
      ].join('\n'),
    );
  }
}

const DAY_MS = 24 * 3_600_000;
/** Long enough for an audit, a rejection and the 15 days of a staged release after each other. */
const LONGEST_MS = 60 * DAY_MS;
const START_HELP =
  'write a moment such as 2030-01-07T10:00:00+08:00, or now; without it, it is the next Monday at 10:00';
/** What a release changes, as the simulated WeChat's ledger names it. */
export const EFFECTS = [
  'commit',
  'submit_audit',
  'undocodeaudit',
  'speedupaudit',
  'grayrelease',
  'release',
  'revertgrayrelease',
  'revertcoderelease',
] as const;
const AFTER_HELP = 'write { stage: 10 } with a percentage of the plan, or { effect: submit_audit }';

function schemaFor(plan: About) {
  const stages = plan.rollout.stages.map((stage) => stage.percentage);
  const stage = percentage.refine((value) => stages.includes(value), {
    error: `write a percentage of the plan: ${stages.join(', ')}`,
  });
  const effect = z.enum(EFFECTS, { error: `write one of ${EFFECTS.join(', ')}` });
  const event = strict({
    at: duration.optional(),
    after: z.union([strict({ stage }), strict({ effect })], { error: AFTER_HELP }).optional(),
    plus: duration.optional(),
    do: actionSchema(plan),
  })
    .refine(({ at, after }) => (at === undefined) !== (after === undefined), {
      error: 'write either at (since the start), or after (a stage or an effect)',
    })
    .refine(({ at, plus }) => at === undefined || plus === undefined, {
      path: ['plus'],
      error: 'belongs to after; write the whole length as at',
    })
    .transform(
      ({ at, after, plus, do: action }): ScenarioEvent => ({
        when: after === undefined ? { at: at ?? 0 } : { after, plus: plus ?? 0 },
        action,
      }),
    );
  const metric = strict({ value: metricValue.value, samples: metricValue.samples }).refine(saysSomething, {
    error: 'give value, samples or both',
  });
  const names = plan.health.map(({ name }) => name);
  return strict({
    start: z
      .union([z.literal('now'), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))], {
        error: START_HELP,
      })
      .nullable()
      .default(null),
    end: duration.default(LONGEST_MS),
    world: z
      .looseObject({
        app: z
          .record(z.string(), z.unknown(), { error: 'write fields of an app of a world file' })
          .optional(),
      })
      .default({}),
    metrics: z
      .record(
        z.string().refine((name) => names.includes(name), {
          error: `name a metric of the plan: ${names.join(', ') || 'it has none'}`,
        }),
        metric,
      )
      .default({}),
    events: z.array(event, { error: 'write a list of { at or after, do }' }).default([]),
  });
}

/** Events that would come after the end. */
function tooLate({ end, events }: Scenario): Problem[] {
  return events.flatMap(({ when }, index) => {
    if (!('at' in when) || when.at <= end) return [];
    const message = `is after the end; move it, or give the scenario a later end than ${compact(end)}`;
    return [{ path: `events.${index}.at`, value: compact(when.at), message }];
  });
}

function compact(ms: number): string {
  return formatDuration(ms).replaceAll(' ', '');
}

/** What happens when nobody acts and nothing goes wrong. */
export function quietScenario(): Scenario {
  return { start: null, end: LONGEST_MS, world: {}, metrics: {}, events: [] };
}

/** Checks a scenario against the plan it is for. @throws ScenarioError */
export function parseScenario(input: unknown, plan: About, source = 'the scenario'): Scenario {
  const parsed = schemaFor(plan).safeParse(input ?? {});
  const problems = parsed.success ? tooLate(parsed.data) : problemsOf(parsed.error, input);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ScenarioError(source, problems);
}

/** Reads a scenario file, YAML or JSON. @throws ScenarioError */
export async function readScenario(path: string, plan: About): Promise<Scenario> {
  const refuse = (message: string) => new ScenarioError(path, [{ path: '', value: null, message }]);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw refuse(
      `cannot be read (${cause.code ?? cause.message}); give --scenario a file, for instance examples/scenarios/failing-metric.yaml`,
    );
  });
  let content: unknown;
  try {
    content = parse(text, { logLevel: 'error' });
  } catch (cause) {
    throw refuse(`is not YAML or JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return parseScenario(content, plan, path);
}
