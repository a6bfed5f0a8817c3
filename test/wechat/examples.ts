import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type EndpointName, endpointNames } from '../../src/wechat/catalogue.js';

const example = z.strictObject({
  /**
   * cloudRequest and extJson are not requests of their own: their fields must agree with the request's. errorAnswer is
   * what a failure looks like; imageHead the HTTP head of an answer that is an image; tokenFields the names that the
   * token may have in the query.
   */
  kind: z.enum([
    ...(['requestLine', 'request', 'answer', 'extJson', 'cloudRequest'] as const),
    ...(['errorAnswer', 'imageHead', 'tokenFields'] as const),
  ]),
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

const name = z.string().transform((text, context): EndpointName => {
  const known = endpointNames.find((one) => one === text);
  if (known === undefined) context.addIssue(`${text} is not in the catalogue`);
  return known ?? 'commit';
});

export type Example = z.output<typeof example> & { endpoint: EndpointName };

const folder = new URL('../fixtures/wechat/', import.meta.url);

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));

/** Every example that WeChat's documents print for the calls of the catalogue. */
export const examples: Example[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => {
    const parsed = z.strictObject({ endpoint: name, examples: z.array(example) }).parse(read(file));
    return parsed.examples.map((one) => ({ ...one, endpoint: parsed.endpoint }));
  });

/** The text with its typing errors corrected. A correction that finds nothing is itself an error. */
export function corrected({ text, corrections }: Example): string {
  return corrections.reduce((rest, { find, replace }) => {
    if (!rest.includes(find)) throw new Error(`nothing to correct: ${find}`);
    return rest.replace(find, replace);
  }, text);
}

/** Every call that the documents print, with its method and address as printed. */
export const printedCalls = z
  .strictObject({
    note: z.string(),
    pages: z.array(
      z.strictObject({
        page: z.string(),
        calls: z.array(
          z.strictObject({
            printed: z.string(),
            method: z.enum(['GET', 'get', 'POST']),
            url: z.url(),
            row: name,
            permissionSet: z.literal(18).optional(),
          }),
        ),
      }),
    ),
  })
  .parse(read('tables/endpoints.json'))
  .pages.flatMap(({ page, calls }) => calls.map((call) => ({ page, ...call })));

/** The calls beside those of the documents at hand, in the shape of WeChat's later pages. */
export const neighbours = z
  .strictObject({
    note: z.string(),
    calls: z.array(
      z.strictObject({
        endpoint: name,
        line: z.string().regex(/^(GET|POST) https:/),
        /** The body of a POST. */
        request: z.record(z.string(), z.unknown()).optional(),
        /** What a GET is asked for, beside the token. */
        fields: z.record(z.string(), z.unknown()).optional(),
        answer: z.unknown(),
        expected: z.unknown().optional(),
      }),
    ),
  })
  .parse(read('tables/neighbours.json')).calls;

const codes = z.array(z.int());

/** The error codes that the documents list, by page, and those of later pages, by row. */
export const printedCodes = z
  .strictObject({
    note: z.string(),
    pages: z.array(
      z.strictObject({ page: z.string(), row: name, codes: z.record(z.string(), z.string().min(1)) }),
    ),
    later: z.strictObject({
      note: z.string(),
      rows: z.record(z.string(), codes),
      anyCall: codes,
      ranges: z.array(z.strictObject({ from: z.int(), to: z.int(), unassigned: codes })),
    }),
  })
  .parse(read('tables/error-codes.json'));
