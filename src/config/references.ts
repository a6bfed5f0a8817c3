/** References: how a configuration names a secret without containing it. */
import { z } from 'zod';

/** `env:NAME` or `file:/path`. Nothing that a secret pasted here by mistake could match. */
export const reference = referenceTo('a token');

/** The same, for another secret than a token. */
export function referenceTo(what: string) {
  return z
    .string()
    .regex(/^(env:[A-Za-z_]\w*|file:.*\/.+)$/, `must be env:NAME or file:/path, never ${what} itself`);
}
