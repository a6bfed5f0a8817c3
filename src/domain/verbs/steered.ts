/** What a command came to. */
import type { Command } from '../commands.js';
import type { ReleasePlan } from '../plan.js';
import type { ReleaseState } from '../state.js';

export interface Steered {
  state: ReleaseState;
  accepted: boolean;
  message: string;
}

/** One verb: guard, act, say why. */
export type Handler = (state: ReleaseState, plan: ReleasePlan, command: Command, now: number) => Steered;

export const refused = (state: ReleaseState, message: string): Steered => ({
  state,
  accepted: false,
  message,
});
export const accepted = (state: ReleaseState, message: string): Steered => ({
  state,
  accepted: true,
  message,
});

/** A payload to paste, as JSON. */
export function paste(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...fields, by: 'you', reason: 'why' });
}
