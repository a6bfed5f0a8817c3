/** Reads commands and reports out of any JSON at all. Never throws; a refusal says what to send instead. */
import type { Command, HealthReport, Verb } from './commands.js';
import { parseDuration } from './duration.js';
import type { AuditItem } from './plan.js';
import type { Actor } from './status.js';

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

/** What a field may be; the words stand in the refusal. */
const FIELDS: Record<string, { is: string; ok: (value: unknown) => boolean }> = {
  by: kind('string'),
  reason: kind('string'),
  commandId: kind('string'),
  expect: kind('number'),
  full: kind('boolean'),
  restart: kind('boolean'),
  adopt: kind('boolean'),
  metric: kind('string'),
  withdrawAudit: kind('boolean'),
  gate: kind('string'),
  signature: kind('string'),
  version: kind('string'),
  appVersion: { is: 'a whole number', ok: Number.isSafeInteger },
  template: { is: 'a whole number', ok: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
  items: { is: 'a list of 1 to 5 items as submit_audit takes them', ok: isItems },
  until: {
    is: 'a moment such as 2026-01-31T10:00:00+08:00, or milliseconds',
    ok: (v) => momentOf(v) !== null,
  },
  for: { is: 'a duration such as 2d', ok: (value) => durationOf(value) !== null },
  override: kind('boolean'),
};

function kind(type: 'string' | 'number' | 'boolean') {
  return { is: `a ${type}`, ok: (value: unknown) => typeof value === type };
}

/**
 * Reads a command from whatever was sent: nothing at all is a command without words; anything that is no
 * object, or a field of the wrong type, is refused with an example.
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
  for (const [name, { is, ok }] of Object.entries(FIELDS)) {
    const value = fields[name];
    if (value === undefined || value === null || ok(value)) continue;
    return { ok: false, message: `${verb}: ${name} must be ${is}, got ${shown(value)}` };
  }
  const text = (name: string, longest: number): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value.trim() !== '' ? clip(value.trim(), longest) : undefined;
  };
  return {
    ok: true,
    value: {
      verb,
      commandId: text('commandId', 100) ?? clip(origin.newId(), 100),
      by: text('by', 100) ?? 'someone unnamed',
      reason: text('reason', 500) ?? 'no reason given',
      via: origin.via,
      full: fields.full === true,
      restart: fields.restart === true,
      adopt: fields.adopt === true,
      withdrawAudit: fields.withdrawAudit === true,
      override: fields.override === true,
      ...given('expect', finite(fields.expect)),
      ...given('metric', text('metric', 100)),
      ...given('gate', text('gate', 50)),
      ...given('signature', text('signature', 500)),
      ...given('version', text('version', 64)),
      ...given('appVersion', finite(fields.appVersion)),
      ...given('template', finite(fields.template)),
      ...given('items', isItems(fields.items) ? fields.items : null),
      ...given('until', momentOf(fields.until)),
      ...given('forMs', durationOf(fields.for)),
    },
  };
}

function given<N extends string, V>(name: N, value: V | null | undefined): Partial<Record<N, V>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Record<N, V>);
}

const shown = (value: unknown): string => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string'
    ? JSON.stringify(clip(value, 40))
    : `a ${Array.isArray(value) ? 'list' : typeof value}`;
};

/** JSON can spell numbers beyond all numbers (1e999), and carries none of them. */
const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** The largest moment a Date can hold, milliseconds. */
const LAST_MOMENT = 8.64e15;

/** A moment needs its zone: without one it would be another on each worker's clock. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

function momentOf(value: unknown): number | null {
  const at =
    typeof value === 'string' ? (MOMENT.test(value) ? Date.parse(value) : Number.NaN) : finite(value);
  // NaN is within no bound.
  return at !== null && Math.abs(at) <= LAST_MOMENT ? at : null;
}

function durationOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  try {
    return parseDuration(value);
  } catch {
    return null;
  }
}

const ITEM_FIELDS: Record<string, 'string' | 'number'> = {
  address: 'string',
  tag: 'string',
  first_class: 'string',
  second_class: 'string',
  third_class: 'string',
  first_id: 'number',
  second_id: 'number',
  third_id: 'number',
  title: 'string',
};

/** WeChat takes 1 to 5 items; no text of theirs is longer than a page's address. */
function isItems(value: unknown): value is AuditItem[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 5) return false;
  return value.every((item: unknown) => {
    if (typeof item !== 'object' || item === null) return false;
    return Object.entries(item).every(
      ([name, field]) =>
        typeof field === ITEM_FIELDS[name] && (typeof field !== 'string' || field.length <= 500),
    );
  });
}

/** Reads a health report from whatever was sent. */
export function parseHealthReport(payload: unknown): Parsed<HealthReport> {
  const example = JSON.stringify({ metric: 'js-error-rate', value: 0.002, samples: 1200 });
  const object = asObject(payload, example);
  if (!object.ok) return { ok: false, message: `healthReport ${object.message}` };
  const { metric, value, verdict, samples, at, commandId } = object.value;
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
      ...(typeof commandId === 'string' && commandId !== '' ? { commandId: clip(commandId, 100) } : {}),
    },
  };
}
