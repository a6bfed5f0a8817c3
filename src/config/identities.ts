/** The part of a configuration that says who is who: names, and the public keys that prove them. */
import { z } from 'zod';

/** Names as commands carry them: what is longer, or has space around it, would never be met. */
const NAME_FORM = /^(?=.{1,100}$)[^\p{C}\s]+( [^\p{C}\s]+)*$/u;
const SAY_KEY = 'must be a public key, env:NAME or file:/path';

/** `env:NAME`, `file:/path`, or the key itself, which is no secret. It is read when the worker starts. */
const key = z
  .string()
  .trim()
  .min(1, SAY_KEY)
  .max(4_000, SAY_KEY)
  .regex(/^(env:[A-Za-z_]\w*|file:.*\/.+|(?!env:|file:)[\s\S]*)$/, SAY_KEY);

/** Several keys of one name: while one is replaced by the next, or when a role is several people. */
const several = z.array(key).min(1, `${SAY_KEY}, or a list of them`).max(20, 'must be at most 20 keys');

/** A public key or a list of them, as a list. */
export const publicKeys = z.union([key.transform((one) => [one]), several], `${SAY_KEY}, or a list of them`);

const SAY_NAME =
  'must be a name of at most 100 characters, without control or invisible characters and without space around it';

/** Whom a command is by. */
export const name = z.string().regex(NAME_FORM, SAY_NAME);

/** Approvers whose signatures this worker knows. */
export const identities = z.record(z.string(), publicKeys).superRefine((given, context) => {
  // Quoted, so that no control character of it reaches a terminal.
  for (const name of Object.keys(given).filter((name) => !NAME_FORM.test(name)))
    context.addIssue(`${JSON.stringify(name.slice(0, 120))} ${SAY_NAME}`);
});
