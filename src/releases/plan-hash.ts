/** What a plan, or any other request, comes to in one line: the same for the same, however it was written down. */
import { createHash } from 'node:crypto';

/**
 * `sha256:` and 64 hexadecimal digits, over JSON with its keys sorted and what is undefined left out. Of a plan: over what its file
 * says, so that a request is the same after an upgrade that knows more fields.
 */
export function hashOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value, sorted)).digest('hex')}`;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
