/**
 * Reading parameters the way WeChat does: numbers may come as strings, null counts as absent, unknown keys
 * are ignored. A value of the wrong kind is `undefined` behind `BAD`, which endpoints answer with 47001.
 */

/** The value is there and is of a kind that cannot be read. */
export const BAD = Symbol('of the wrong kind');

/** A number or a numeric string; undefined when absent. */
export function asNumber(value: unknown): number | undefined | typeof BAD {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim())) return BAD;
  return Number(value);
}

/** Text, or a number taken as text; undefined when absent. */
export function asText(value: unknown): string | undefined | typeof BAD {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : BAD;
}

/** true, false, 1, 0 and their texts; undefined when absent. */
export function asFlag(value: unknown): boolean | undefined | typeof BAD {
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 1 || value === 'true' || value === '1') return true;
  if (value === false || value === 0 || value === 'false' || value === '0') return false;
  return BAD;
}

/** A plain object, not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An array of texts. */
export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
