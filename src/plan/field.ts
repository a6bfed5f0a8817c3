/** The kinds of field a plan is made of. Each carries its description and an example, from which JSON Schema, the
 * documentation's table and the remedies in error messages are made. */
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../domain/duration.js';

/** What is known about a field beside its type. */
export interface About {
  description: string;
  example: string | number | readonly unknown[] | Readonly<Record<string, unknown>>;
}

const DAY_MS = 24 * 3_600_000;

const meta = ({ description, example }: About) => ({ description, examples: [example] });

/** One line of text, between 1 and `longest` characters, without control characters or white space at its ends. */
export function line(about: About, longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(/^(?!\s)[^\p{Cc}]*(?<!\s)$/u, { error: 'must be one line, without white space at its ends' })
    .meta(meta(about));
}

/** Text of any form, at most `longest` characters. */
export function text(about: About, longest: number) {
  return z.string().max(longest).meta(meta(about));
}

/** A whole number. */
export function whole(about: About, least: number, most?: number) {
  const number = z.int().min(least);
  return (most === undefined ? number : number.max(most)).meta(meta(about));
}

/** A number, as a threshold is. */
export function number(about: About) {
  return z.number().meta(meta(about));
}

export function yesNo(description: string) {
  return z.boolean().meta({ description });
}

/**
 * A written duration, milliseconds once parsed; between `leastMs` (one second unless told) and `mostMs` (a year unless
 * told). A poll or interval may be at most a day: Node's timers overflow after 24.8 days and would then fire at once.
 */
export function duration(about: About, { leastMs = 1_000, mostMs = 365 * DAY_MS } = {}) {
  return z
    .string({
      error: ({ input }) => (typeof input === 'number' ? 'is a number without a unit of time' : undefined),
    })
    .meta({ ...meta(about), pattern: DURATION_PATTERN, 'x-duration': true })
    .transform((written, context) => {
      const refuse = (message: string) => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      try {
        const ms = parseDuration(written);
        if (ms < leastMs) return refuse(leastMs <= 1_000 ? 'must be at least 1s' : 'is too short');
        if (ms > mostMs) return refuse(`must be at most ${mostMs / DAY_MS}d`);
        return ms;
      } catch (error) {
        if (error instanceof RangeError) return refuse('is not a duration');
        throw error;
      }
    });
}

/** How often something is asked. */
export function frequency(about: About) {
  return duration(about, { mostMs: DAY_MS });
}

/** One of some words. */
export function choice<const W extends string>(words: readonly [W, ...W[]], description: string) {
  return z.enum(words).meta({ description });
}
