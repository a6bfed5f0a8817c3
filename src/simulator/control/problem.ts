/** Control commands that cannot be carried out. */
import type { z } from 'zod';
import { type Problem, preview, printProblem, problemsOf } from '../world/schema.js';

/** A control command that cannot be carried out, with what to send instead. */
export class ControlError extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map(printProblem).join('; '));
    this.name = 'ControlError';
  }
}

/** Input that nobody has checked yet, by its schema. Throws ControlError. */
export function check<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ControlError(problemsOf(result.error, input));
}

/** One thing that cannot be: where, what stood there (null: not told), and what to send instead. */
export function impossible(path: string, value: string | null, message: string): ControlError {
  return new ControlError([{ path, value: value === null ? null : preview(value), message }]);
}
