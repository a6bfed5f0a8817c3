import { z } from 'zod';

/** A whole number that WeChat may also send as a string (`"auditid": "1234567"` in its own examples). */
export const wholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.int()),
]);

/** A text that may come as a number (a version such as `11`). */
export const text = z.union([z.string(), z.number().transform(String)]);

/** A flag that may come as 0/1 or as text. */
export const flag = z.union([
  z.boolean(),
  z.literal([0, '0', 'false']).transform(() => false),
  z.literal([1, '1', 'true']).transform(() => true),
]);

/** A list; `null` means empty, but a missing list is not an empty one and makes the answer invalid. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullable()
    .transform((list) => list ?? []);
}

/** One of a table's numbers, which may come as a string. */
export function oneOf<const Value extends number>(values: readonly Value[]) {
  return wholeNumber.pipe(z.literal(values));
}

/**
 * Fields that every answer has. An answer without errcode is none of WeChat's: only its token calls leave
 * it out, and something on the way that answers `{}` must not pass for a success.
 */
export const answerFields = {
  errcode: wholeNumber,
  errmsg: text.default('ok'),
};

/** The answer of a call that says nothing but ok. */
export const acknowledgement = z.looseObject(answerFields);

/** The request of a call without fields. Exactly `{}` in a body: WeChat refuses an empty POST (44002). */
export const nothing = z.strictObject({});

/** Renames fields before a schema sees them, where WeChat spells one field in several ways. */
export function respelled<Schema extends z.ZodType>(names: Readonly<Record<string, string>>, schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const renamed = Object.entries(value).map(([name, field]) => [names[name] ?? name, field]);
    return Object.fromEntries(renamed) as unknown;
  }, schema);
}
