/** The OpenAPI document, made of the very schemas that requests are checked with, and a page to try it. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { type FieldNode, planJsonSchema } from '../plan/json-schema.js';

const ABOUT = `Staged rollouts of WeChat Mini Programs: start a release, watch it, steer it.

Every request carries a bearer token; who you are in a release's story is whose token it is. Commands with the same
\`commandId\` (or \`Idempotency-Key\`) are not done twice. Whatever is not done is answered as \`application/problem+json\`, with
\`kind\`, \`detail\`, the \`remedy\`, and in \`errors\` the path of each field.`;

const TAGS = [
  { name: 'plans', description: 'Judge a plan, check it against WeChat, start its release.' },
  { name: 'releases', description: 'Look at releases.' },
  { name: 'verbs', description: 'Steer a release.' },
  { name: 'operating', description: 'For those who run the API.' },
];

/** What the page may load: its own files, and what it asks of this API. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

/** Adds the document at /openapi.json and the page at /docs; must be called before the routes. */
export async function describeApi(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'weapp-rollout',
        description: ABOUT,
        version,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: TAGS,
      security: [{ token: [] }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: '`weapp-rollout token new NAME` makes one.' },
        },
        schemas: { Plan: planSchema() },
      },
    },
    transform: (document) => {
      const { config } = document.route;
      const transformed = jsonSchemaTransform(document);
      // A plan is judged by the lint, not by a schema: it arrives as text.
      if (config?.takesPlan === true)
        Object.assign(transformed.schema, { body: { $ref: '#/components/schemas/Plan' } });
      return transformed;
    },
    transformObject: (document) => {
      const whole = jsonSchemaTransformObject(document);
      for (const path of Object.values(whole.paths ?? {})) offerYaml(path?.post);
      dropUnused(whole as Parameters<typeof dropUnused>[0]);
      return whole;
    },
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    transformStaticCSP: () => PAGE_POLICY,
    uiConfig: { deepLinking: true, persistAuthorization: false, tryItOutEnabled: true },
    theme: { title: 'weapp-rollout API' },
  });
  server.get(
    '/openapi.json',
    { config: { open: 'browser', deed: 'read' }, schema: { hide: true } },
    async () => server.swagger(),
  );
}

/** Names that stand for what is answered are made for what is sent as well. */
function dropUnused(document: { components?: { schemas?: Record<string, unknown> } }): void {
  const { schemas = {} } = document.components ?? {};
  const text = JSON.stringify(document);
  for (const name of Object.keys(schemas))
    if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
}

/** The plan's JSON Schema, as a component of the document. */
function planSchema(): object {
  const { $schema: _dialect, ...schema } = JSON.parse(planJsonSchema()) as FieldNode;
  return { ...schema, description: 'docs/plan.md explains every field.' };
}

interface WithBody {
  requestBody?: unknown;
}

/** A plan may come as YAML too. */
function offerYaml(operation: WithBody | undefined): void {
  const body = operation?.requestBody as
    | { content?: Record<string, { schema?: { $ref?: string } }> }
    | undefined;
  const plan = body?.content?.['application/json'];
  if (body?.content === undefined || plan?.schema?.$ref !== '#/components/schemas/Plan') return;
  body.content['application/yaml'] = { schema: plan.schema };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a plan's text. */
    takesPlan?: boolean;
  }
}
