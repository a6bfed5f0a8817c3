/** What was tried to take users back: the same answer again and again is one line. */
import { withoutCallId } from './attention.js';
import type { EffectRecord } from './status.js';

/** The last of several like it, and how many there were. */
export interface TriedEffect extends EffectRecord {
  repeats: number;
}

/** Repeats of the same call with the same answer as one, in the order in which they began. */
export function foldRepeats(effects: readonly EffectRecord[]): TriedEffect[] {
  const folded: TriedEffect[] = [];
  for (const effect of effects) {
    const last = folded.at(-1);
    const same = last?.endpoint === effect.endpoint && last.result === effect.result;
    if (last && same && withoutCallId(last.answer) === withoutCallId(effect.answer))
      folded[folded.length - 1] = { ...effect, writes: 1, repeats: last.repeats + 1 };
    else folded.push({ ...effect, repeats: 1 });
  }
  return folded;
}

/** Whether it came to anything. */
export function triedWord({ result }: EffectRecord): string {
  if (result === 'applied') return 'Done';
  return result === 'refused' ? 'Tried, refused' : 'Tried, outcome unknown';
}
