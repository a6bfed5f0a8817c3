/** The plan's provider `web`: a JSON answer over HTTP. */
import { z } from 'zod';
import { text } from './field.js';
import { placeholderFault } from './placeholders.js';
import { addressFault, PlanReferenceError, parseReference } from './references.js';

interface Fault {
  message: string;
  remedy: string;
}

/** Adds a fault to zod's issues, when there is one. */
export function refuse(context: z.core.$RefinementCtx, fault: Fault | undefined): void {
  if (fault) context.addIssue({ code: 'custom', message: fault.message, params: { remedy: fault.remedy } });
}

/** Where a number stands in a JSON answer. */
export function jsonPath(description: string, example: string) {
  return z
    .string()
    .max(500)
    .regex(/^[\w-]+(\.[\w-]+)*$/, { error: 'must be names with dots between them' })
    .meta({ description, examples: [example] });
}

const address = z
  .string()
  .meta({
    description:
      "The service's address: `env:PLAN_…` or `file:…`, read on the worker, or an http(s) URL without credentials.",
    examples: ['env:PLAN_HEALTH_URL'],
    pattern: '^(env:PLAN_[A-Z0-9_]+|file:.+|https?://.+)$',
  })
  .superRefine((written, context) => refuse(context, addressFault(written) ?? openAddress(written)));

function openAddress(written: string): Fault | undefined {
  if (!written.includes('{{')) return undefined;
  return { message: 'has a placeholder, which only path and query may have', remedy: 'put it into path' };
}

const path = text(
  {
    description: 'Added to the address. `{{version}}` and `{{app}}` stand for the release.',
    example: '/health/{{app}}',
  },
  1_000,
).superRefine((written, context) => refuse(context, pathFault(written) ?? placeholderFault(written)));

function pathFault(written: string): Fault | undefined {
  if (!written.startsWith('/'))
    return { message: 'does not begin with /', remedy: 'write for example path: /health' };
  if (/[?#]/.test(written))
    return { message: 'has a query or fragment', remedy: 'write the query as query: { name: value }' };
  if (/[\\\s\p{Cc}]/u.test(written) || written.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part)))
    return {
      message: 'has white space, \\, . or .. in it',
      remedy: 'write for example path: /health/{{app}}',
    };
  return undefined;
}

const query = z
  .record(
    z.string().min(1).max(100),
    z
      .string()
      .max(2_000)
      .superRefine((written, context) => refuse(context, secretFault(written) ?? placeholderFault(written))),
  )
  .meta({
    description: 'The query string by names. `{{version}}` and `{{app}}` stand for the release.',
    examples: [{ version: '{{version}}' }],
  });

function secretFault(written: string): Fault | undefined {
  if (!/^\s*(env|file)\s*:/i.test(written)) return undefined;
  return {
    message: 'is a reference, which only address and header.value may be',
    remedy: 'send a secret as header: { name: …, value: env:PLAN_… }; query strings end up in logs',
  };
}

/** What the HTTP client writes itself, and Host, by which a plan would reach another service than the allowed one. */
const NOT_ANY =
  /^(host|connection|content-.*|transfer-encoding|expect|upgrade|te|trailer|keep-alive|proxy-.*)$/i;

const header = z
  .strictObject({
    name: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9-]+$/, { error: 'is no name of a header' })
      .refine((name) => !NOT_ANY.test(name), { error: 'is a header that a plan cannot set' })
      .meta({ description: "The header's name.", examples: ['Authorization'], 'x-hidden': true }),
    value: z
      .string()
      .meta({
        description: 'A reference to its value: `env:PLAN_…` or `file:…`, read on the worker.',
        examples: ['env:PLAN_HEALTH_TOKEN'],
        pattern: '^(env:PLAN_[A-Z0-9_]+|file:.+)$',
        'x-hidden': true,
      })
      .superRefine((written, context) => refuse(context, literalFault(written, 'PLAN_HEALTH_TOKEN'))),
  })
  .meta({ description: 'One header, as for a token.', 'x-hidden': true });

/** What is wrong with a value that may only be a reference. @param example a variable's name, for the remedy */
export function literalFault(written: string, example: string): Fault | undefined {
  try {
    if (parseReference(written).kind !== 'literal') return undefined;
  } catch (error) {
    if (error instanceof PlanReferenceError) return { message: error.message, remedy: error.remedy };
    throw error;
  }
  return {
    message: 'is no reference, and a plan is kept where many can read it',
    remedy: `put it in an environment variable of the worker and write env:${example}`,
  };
}

/** `web: { address, path?, query?, header?, jsonPath }`. */
export const web = z
  .strictObject({
    address,
    path: path.exactOptional(),
    query: query.exactOptional(),
    header: header.exactOptional(),
    jsonPath: jsonPath(
      'Where the value stands in the answer; a number is a place in a list.',
      'data.errorRate',
    ),
  })
  .meta({ description: 'Asks any HTTP address (GET) that answers JSON.' });
