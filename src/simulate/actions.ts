/** What a scenario can do: one shape each, checked by the rules of whoever it is done to. */
import { z } from 'zod';
import { VERBS } from '../domain/commands.js';
import { parseCommand } from '../domain/parse-command.js';
import type { ReleasePlan } from '../domain/plan.js';
import { type AuditCommand, type ConsoleCommand, consoleSchema } from '../simulator/control/commands.js';
import { type FaultInput, faultSchemaFor } from '../simulator/control/faults.js';
import { percentage, problemsOf, sample, strict } from '../simulator/world/schema.js';

/** A metric's value from a moment on, and from a percentage on; what is not given stays as it was. */
export interface MetricChange {
  name: string;
  value?: number | undefined;
  samples?: number | undefined;
  /** Percent of users from which on it is so. */
  from: number;
}

/** One thing that is done at a moment of a scenario. */
export type Action =
  | { kind: 'console'; command: ConsoleCommand }
  | { kind: 'fault'; fault: FaultInput }
  | { kind: 'metric'; change: MetricChange }
  | { kind: 'send'; verb: (typeof VERBS)[number]; payload: Record<string, unknown> }
  | { kind: 'audit'; command: AuditCommand }
  | { kind: 'worker'; running: boolean };

/** Of the plan, what a scenario must fit. */
export type About = Pick<ReleasePlan, 'app' | 'health' | 'rollout'>;

/** A button of the console; whose console, the plan says. */
type ConsoleInput = Record<string, unknown>;

/**
 * A field that another room's schema checks; its problems are told at the field's own place. What was written is kept as
 * it was: that room reads it again when the moment has come.
 */
function checkedBy<Input>(check: (given: Record<string, unknown>) => z.ZodSafeParseResult<unknown>) {
  return z.record(z.string(), z.unknown(), { error: 'write fields here' }).transform((given, context) => {
    const result = check(given);
    if (result.success) return given as Input;
    for (const { path, message } of problemsOf(result.error, given))
      context.addIssue({ code: 'custom', path: path === '' ? [] : path.split('.'), message });
    return z.NEVER;
  });
}

const VERB_HELP = `write a verb: ${VERBS.join(', ')}`;
const verbField = z.object({ verb: z.enum(VERBS, { error: VERB_HELP }) });

const AUDIT_HELP = 'write approve, reject or delay, or { verdict: reject, reason: … }';
const verdict = z.enum(['approve', 'reject', 'delay'], { error: AUDIT_HELP });

const metricName = (names: string[]) =>
  names.length === 0
    ? z.never({ error: 'the plan has no metric' })
    : z.enum(names, { error: `write a metric of the plan: ${names.join(', ')}` });

/** A metric's value as `metrics:` and `metric:` give it. */
export const metricValue = {
  value: sample.optional(),
  samples: z.number({ error: 'write a number' }).min(0, 'write a number, 0 or more').optional(),
  from: percentage.default(0),
};
const SAYS_NOTHING = 'give value, samples or both';
export const saysSomething = (given: { value?: unknown; samples?: unknown }) =>
  given.value !== undefined || given.samples !== undefined;

/** `do:` of an event, with exactly one field. */
export function actionSchema({ app, health }: About) {
  const fields = {
    console: checkedBy<ConsoleInput>((given) => consoleSchema.safeParse({ app, ...given })),
    fault: checkedBy<FaultInput>((given) => faultSchemaFor(given).safeParse(given)),
    metric: strict({ name: metricName(health.map(({ name }) => name)), ...metricValue }).refine(
      saysSomething,
      { error: SAYS_NOTHING },
    ),
    send: z
      .looseObject(verbField.shape, { error: VERB_HELP })
      .superRefine(({ verb, ...payload }, context) => {
        const parsed = parseCommand(verb, payload, { via: 'signal', newId: () => 'scenario' });
        if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
      }),
    audit: z.union(
      [
        verdict.transform((word) => ({ verdict: word, reason: '' })),
        strict({ verdict, reason: z.string().default('') }),
      ],
      { error: AUDIT_HELP },
    ),
    worker: z.enum(['stop', 'start'], { error: 'write stop or start' }),
  };
  const known = Object.keys(fields).join(', ');
  return strict({
    console: fields.console.optional(),
    fault: fields.fault.optional(),
    metric: fields.metric.optional(),
    send: fields.send.optional(),
    audit: fields.audit.optional(),
    worker: fields.worker.optional(),
  })
    .refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, {
      error: `write exactly one of ${known}`,
    })
    .transform(({ console, fault, metric, send, audit, worker }): Action => {
      if (console !== undefined) return { kind: 'console', command: { app, ...console } as ConsoleCommand };
      if (fault !== undefined) return { kind: 'fault', fault };
      if (metric !== undefined) return { kind: 'metric', change: metric };
      if (audit !== undefined) return { kind: 'audit', command: { app, ...audit } };
      if (send !== undefined) {
        const { verb, ...payload } = send;
        return { kind: 'send', verb, payload };
      }
      return { kind: 'worker', running: worker === 'start' };
    });
}
