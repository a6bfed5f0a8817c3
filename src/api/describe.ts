/** Pieces of the OpenAPI document that many routes share. */
import { z } from 'zod';
import { ANSWERS } from './answers.js';
import { PROBLEMS, type ProblemKind } from './problem.js';

/** Every route with a token may answer these. */
const ALWAYS: ProblemKind[] = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'tooMany',
  'internal',
  'noTemporal',
];

interface Content {
  description: string;
  content: Record<string, { schema: z.ZodType }>;
}

/** What a route answers: its success, and the kinds of problems beside those that all have. */
export function answers(
  good: Readonly<Record<number, Content>>,
  problems: readonly ProblemKind[] = [],
): Record<string, Content> {
  const kinds = [...new Set([...ALWAYS, ...problems])];
  const bad: Record<string, Content> = {};
  for (const status of new Set(kinds.map((kind) => PROBLEMS[kind].status))) {
    const titles = kinds
      .filter((kind) => PROBLEMS[kind].status === status)
      .map((kind) => PROBLEMS[kind].title);
    bad[status] = {
      description: titles.join('; '),
      content: { 'application/problem+json': { schema: ANSWERS.problem } },
    };
  }
  return { ...good, ...bad };
}

/** JSON with a status code. */
export function json(status: number, description: string, schema: z.ZodType): Record<number, Content> {
  return { [status]: { description, content: { 'application/json': { schema } } } };
}

/** Server-sent events. */
export const eventStream: Record<number, Content> = {
  200: {
    description: 'Events until the release is closed.',
    content: { 'text/event-stream': { schema: z.string() } },
  },
};

/** Plain text. */
export function plainText(description: string): Record<number, Content> {
  return { 200: { description, content: { 'text/plain': { schema: z.string() } } } };
}
