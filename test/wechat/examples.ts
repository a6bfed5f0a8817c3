import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const example = z.strictObject({
  /** cloudRequest and extJson are not requests of their own: their fields must agree with the request's. */
  kind: z.enum(['requestLine', 'request', 'answer', 'extJson', 'cloudRequest']),
  /** The document and the place in it. */
  source: z.string(),
  method: z.enum(['GET', 'POST']).optional(),
  note: z.string().optional(),
  /** As printed, typing errors and all. */
  text: z.string(),
  corrections: z.array(z.strictObject({ find: z.string(), replace: z.string(), why: z.string() })),
  /** What the client returns, where it spells an answer otherwise than the document. */
  expected: z.unknown().optional(),
});

export type Example = z.output<typeof example> & { endpoint: string };

const folder = new URL('../fixtures/wechat/', import.meta.url);

/** Every example that WeChat's documents print for the calls of the catalogue. */
export const examples: Example[] = readdirSync(folder).flatMap((file) => {
  const content: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const parsed = z.strictObject({ endpoint: z.string(), examples: z.array(example) }).parse(content);
  return parsed.examples.map((one) => ({ ...one, endpoint: parsed.endpoint }));
});

/** The text with its typing errors corrected. A correction that finds nothing is itself an error. */
export function corrected({ text, corrections }: Example): string {
  return corrections.reduce((rest, { find, replace }) => {
    if (!rest.includes(find)) throw new Error(`nothing to correct: ${find}`);
    return rest.replace(find, replace);
  }, text);
}
