/** Reads the OpenAPI document and asks everything it describes with everything it allows, and with everything else. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { worldFile } from '../cli/flow-scene.js';
import { describeWorkflows, uniqueAppId } from '../support/temporal.js';
import { type ApiScene, apiScene } from './api-scene.js';

const APP = uniqueAppId();
const WORLD = worldFile({ [APP]: { token: 'token-fuzz' } });
const PLAN = {
  app: APP,
  version: '1.4.0',
  template: 42,
  audit: {
    items: [
      {
        first_class: '工具',
        second_class: '备忘录',
        first_id: 1,
        second_id: 2,
        address: 'pages/index/index',
      },
    ],
  },
  rollout: { stages: [{ percentage: 1, hold: true }, { percentage: 100 }] },
  health: 'none',
};
const seed = Number(process.env.SEED ?? 20_261_123);
/** Requests to each operation. */
const EACH = Number(process.env.EACH ?? 25);

/** As much of JSON Schema as the document uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}
interface Operation {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const ANYTHING = fc.oneof(
  fc.anything({ maxDepth: 2, withUnicodeString: true }),
  fc.constantFrom(
    '',
    'x'.repeat(3_000),
    '\u0000',
    "' OR 1=1 --",
    '../../etc/passwd',
    -1,
    1e308,
    2 ** 53,
    null,
    true,
    [],
    {},
  ),
  fc.string({ unit: 'binary' }),
);

/** Values that mostly fit a schema. */
function fitting(schema: Schema, document: Document): fc.Arbitrary<unknown> {
  const good = (): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) {
      const named = document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {};
      return schema.$ref.endsWith('/Plan') ? planLike(named, document) : fitting(named, document);
    }
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => fitting(one, document)));
    switch (schema.type) {
      case 'object': {
        const fields = Object.entries(schema.properties ?? {}).map(
          ([name, field]): [string, fc.Arbitrary<unknown>] => [name, fitting(field, document)],
        );
        return fc.record<Record<string, unknown>>(Object.fromEntries(fields), {
          requiredKeys: schema.required ?? [],
        });
      }
      case 'array':
        return fc.array(fitting(schema.items ?? {}, document), { maxLength: 3 });
      case 'integer':
        return fc.integer({ min: 0, max: 100 });
      case 'number':
        return fc.double({ noNaN: true, noDefaultInfinity: true });
      case 'boolean':
        return fc.boolean();
      case 'string':
        return fc.oneof(
          fc.constantFrom('1.4.0', '2d', 'js-error-rate', '2026-10-08T09:00:00+08:00', APP, 'why'),
          fc.string({ maxLength: 60 }),
        );
      default:
        return ANYTHING;
    }
  };
  return fc.oneof({ weight: 9, arbitrary: good() }, { weight: 1, arbitrary: ANYTHING });
}

/** The plan that may be started, with a field or two of whatever its schema says. */
function planLike(schema: Schema, document: Document): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {});
  return fc
    .array(
      fc
        .constantFrom(...fields)
        .chain(([name, field]) => fitting(field, document).map((value) => [name, value])),
      { maxLength: 2 },
    )
    .map((changed) => ({ ...PLAN, ...Object.fromEntries(changed) }));
}

describeWorkflows('the API, asked everything', () => {
  let scene: ApiScene;
  let document: Document;
  beforeAll(async () => {
    scene = await apiScene(`fuzz-${APP}`, WORLD, {
      api: { limits: { requests: 100_000, healthReports: 100_000, checks: 100_000, streams: 20 } },
    });
    await scene.flow.workerUp();
    document = (await scene.ask('/openapi.json')).body;
  });
  afterAll(() => scene.close());

  it(`never answers 500, and nothing that the document does not have (seed ${seed})`, async () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThan(20);
    const seen = new Map<number, number>();
    for (const { path, method, operation } of operations) {
      // A stream does not end; its tests are of their own.
      if (path.endsWith('/events')) continue;
      await fc.assert(
        fc.asyncProperty(requestOf(operation, document), async ({ address, query, headers, body, who }) => {
          const answer = await scene.ask(path.replace('{app}', address) + query, {
            method: method.toUpperCase(),
            token: who === null ? null : scene.tokens[who],
            headers: { prefer: 'wait=1', ...headers },
            ...(body === undefined ? {} : { body }),
          });
          seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
          expect(Object.keys(operation.responses).concat('404', '413', '415')).toContain(
            String(answer.status),
          );
          expect(answer.status).not.toBe(500);
          if (answer.status >= 400 && !path.endsWith('z'))
            expect(answer.body).toMatchObject({
              status: answer.status,
              kind: expect.any(String),
              detail: expect.any(String),
            });
          for (const secret of Object.values(scene.tokens)) expect(answer.text).not.toContain(secret);
        }),
        { seed, numRuns: EACH, endOnFailure: true },
      );
    }
    // It got beyond the door.
    expect(seen.get(200)).toBeGreaterThan(50);
    expect(seen.get(400)).toBeGreaterThan(50);
    expect(scene.log.filter((line) => JSON.parse(line).kind === 'internal')).toEqual([]);
  }, 240_000);
});

function requestOf(operation: Operation, document: Document) {
  const queries = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const body = content === undefined ? fc.constant(undefined) : bodyOf(content.schema, document);
  return fc.record({
    address: fc.oneof(
      { weight: 8, arbitrary: fc.constant(APP) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('wxffffffffffffffff', '..', '%00', '%F0%9F%92%A9', 'a'.repeat(150)),
      },
    ),
    query: fc
      .array(
        fc.constantFrom(...queries, undefined).chain((one) => pairOf(one, document)),
        { maxLength: 3 },
      )
      .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`)),
    headers: fc.oneof(
      fc.constant({}),
      fc.constantFrom<Record<string, string>>(
        { 'idempotency-key': 'fuzz' },
        { 'idempotency-key': 'x'.repeat(300) },
        { prefer: 'wait=-1, respond-async' },
        { 'content-type': 'application/yaml' },
        { 'content-type': 'text/plain' },
        { 'content-encoding': 'gzip' },
      ),
    ),
    body,
    who: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('ada' as const, 'ann' as const) },
      { weight: 1, arbitrary: fc.constantFrom('vic' as const, 'out' as const, 'late' as const, null) },
    ),
  });
}

/** Without halves of characters, which no address can carry. */
const wellFormed = (text: string) => Buffer.from(text).toString();

function bodyOf(schema: Schema, document: Document): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: fitting(schema, document).map((value) => JSON.stringify(value) ?? '') },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(1_100_000), '{"a":'.repeat(5_000), '&a [*a]', 'a: &x [*x, *x]'),
    },
  );
}

function pairOf(
  parameter: { name: string; schema: Schema } | undefined,
  document: Document,
): fc.Arbitrary<string> {
  if (parameter === undefined)
    return fc
      .tuple(fc.string(), fc.string())
      .map((pair) => pair.map((one) => encodeURIComponent(wellFormed(one))).join('='));
  return fitting(parameter.schema, document).map(
    (value) => `${parameter.name}=${encodeURIComponent(wellFormed(String(value)))}`,
  );
}
