/** A gate that someone refused: it asks nobody until the release is resumed. */
import type { PauseReason, ReleaseStatus } from './status.js';

/** The refusal that a gate rests on; null while it asks. */
export function refusalOf({ gate, paused, allowed }: ReleaseStatus): PauseReason | null {
  if (gate === null || allowed.some(({ verb }) => verb === 'approve')) return null;
  return paused.find(({ kind }) => kind === 'approval') ?? null;
}
