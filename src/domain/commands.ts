/** What people can do, and when: a table of verb × phase, and reading a command out of any JSON at all. */
import type { Actor, Phase } from './status.js';

export const VERBS = ['pause', 'resume', 'promote', 'abort', 'retry', 'giveUp'] as const;
export type Verb = (typeof VERBS)[number];

/** yes: taken; no: refused, and why; noop: taken, changes nothing; attention: only while a person must look. */
export type Admission = 'yes' | 'no' | 'noop' | 'attention';

const ALWAYS: Record<Phase, Admission> = {
  preparing: 'yes',
  auditing: 'yes',
  ready: 'yes',
  rolling: 'yes',
  baking: 'yes',
  reverting: 'no',
  closed: 'no',
};

const WHILE_A_PERSON_MUST_LOOK: Record<Phase, Admission> = {
  preparing: 'attention',
  auditing: 'attention',
  ready: 'attention',
  rolling: 'attention',
  baking: 'attention',
  reverting: 'attention',
  closed: 'no',
};

export const ADMISSION: Record<Verb, Record<Phase, Admission>> = {
  pause: ALWAYS,
  resume: ALWAYS,
  promote: { ...ALWAYS, preparing: 'no', auditing: 'no', ready: 'no' },
  // Users on their way back are where an abort would take them.
  abort: { ...ALWAYS, reverting: 'noop', closed: 'noop' },
  retry: WHILE_A_PERSON_MUST_LOOK,
  giveUp: WHILE_A_PERSON_MUST_LOOK,
};

/** One line per verb, for menus and for what a person may do next. */
export const VERB_HELP: Record<Verb, string> = {
  pause:
    'Stop before the next step. The percentage stays, health is still watched and may still take users back.',
  resume:
    'Go on after a pause. Name the metric to lift a pause that a metric caused; restart: true soaks again from the start.',
  promote:
    'End this soak or hold now. Needs expect: the percentage that is running. full: true goes straight to 100.',
  abort:
    'Take users back and end the release. withdrawAudit: true takes a running audit back too (spends quota).',
  retry: 'While a person must look: try the same step again.',
  giveUp: 'While a person must look: close as failed. Refused while a staged release may be running.',
};

export interface Command {
  verb: Verb;
  /** Repeats of an id change nothing. */
  commandId: string;
  by: string;
  reason: string;
  via: Actor['via'];
  /** promote: the percentage that is running. */
  expect?: number;
  full?: boolean;
  /** resume: soak again from the start. */
  restart?: boolean;
  /** resume: the metric whose pause is lifted. */
  metric?: string;
  withdrawAudit?: boolean;
}

/** A value pushed for a metric of kind `push`. */
export interface HealthReport {
  metric: string;
  value: number | null;
  verdict: 'pass' | 'fail' | null;
  samples: number | null;
  /** When it was measured, milliseconds since the epoch; null: now. */
  at: number | null;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; message: string };

const clip = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** A person's words shortened to a bounded length, so that a history never swells with them. */
export function clipText(text: string): string {
  return clip(text, 500);
}

function asObject(payload: unknown, example: string): Parsed<Record<string, unknown>> {
  if (payload === undefined || payload === null) return { ok: true, value: {} };
  const kind = Object.prototype.toString.call(payload).slice(8, -1).toLowerCase();
  if (kind !== 'object')
    return { ok: false, message: `needs one JSON object such as ${example}, got: ${kind}` };
  const fields = payload as Record<string, unknown>;
  if ('undecodable' in fields)
    return { ok: false, message: `could not be read; send it as json/plain, for example ${example}` };
  return { ok: true, value: fields };
}

type FieldType = 'string' | 'number' | 'boolean';
const FIELDS: Record<string, FieldType> = {
  by: 'string',
  reason: 'string',
  commandId: 'string',
  expect: 'number',
  full: 'boolean',
  restart: 'boolean',
  metric: 'string',
  withdrawAudit: 'boolean',
};

/**
 * Reads a command from whatever was sent: nothing at all is a command without words; anything that is no
 * object, or a field of the wrong type, is refused with an example. Never throws.
 */
export function parseCommand(
  verb: Verb,
  payload: unknown,
  origin: { via: Actor['via']; newId: () => string },
): Parsed<Command> {
  const example = JSON.stringify({ by: 'you', reason: 'why' });
  const object = asObject(payload, example);
  if (!object.ok) return { ok: false, message: `${verb} ${object.message}` };
  const fields = object.value;
  for (const [name, type] of Object.entries(FIELDS)) {
    const value = fields[name];
    const wrong = value !== undefined && value !== null && typeof value !== type;
    if (wrong) return { ok: false, message: `${verb}: ${name} must be a ${type}, got a ${typeof value}` };
  }
  const text = (name: string, otherwise: string) => {
    const value = fields[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise;
  };
  const metric = text('metric', '');
  const expect = finite(fields.expect);
  return {
    ok: true,
    value: {
      verb,
      commandId: clip(text('commandId', '') || origin.newId(), 100),
      by: clip(text('by', 'someone unnamed'), 100),
      reason: clipText(text('reason', 'no reason given')),
      via: origin.via,
      ...(expect === null ? {} : { expect }),
      ...(metric !== '' ? { metric: clip(metric, 100) } : {}),
      full: fields.full === true,
      restart: fields.restart === true,
      withdrawAudit: fields.withdrawAudit === true,
    },
  };
}

/** JSON can spell numbers beyond all numbers (1e999), and carries none of them. */
const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Reads a health report from whatever was sent. Never throws. */
export function parseHealthReport(payload: unknown): Parsed<HealthReport> {
  const example = JSON.stringify({ metric: 'js-error-rate', value: 0.002, samples: 1200 });
  const object = asObject(payload, example);
  if (!object.ok) return { ok: false, message: `healthReport ${object.message}` };
  const { metric, value, verdict, samples, at } = object.value;
  if (typeof metric !== 'string' || metric === '')
    return { ok: false, message: `healthReport: metric is missing; send for example ${example}` };
  if (value !== undefined && value !== null && !Number.isFinite(value))
    return { ok: false, message: 'healthReport: value must be a finite number' };
  if (typeof value !== 'number' && verdict !== 'pass' && verdict !== 'fail')
    return { ok: false, message: 'healthReport: needs a number as value, or pass or fail as verdict' };
  return {
    ok: true,
    value: {
      metric: clip(metric, 100),
      value: typeof value === 'number' ? value : null,
      verdict: verdict === 'pass' || verdict === 'fail' ? verdict : null,
      samples: finite(samples),
      at: finite(at),
    },
  };
}
