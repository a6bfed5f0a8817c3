/** What a release does about a fault: computed from the fault's class and from the row of the effect in the write protocol. */
import { EFFECTS, type EffectName } from '../../src/domain/effects.js';
import type { ListedFault } from './faults-list.js';

/** What is to be seen of a fault afterwards, as the document says it. */
export const REACTIONS = {
  'as if': 'Nothing is to be noticed.',
  'asks again': 'Nothing was done; the same request goes out with another token, or when WeChat said.',
  'waits a day':
    'Nothing was done, and nothing is sent before the next day (China time); status says so, and `pause` and `abort` work meanwhile.',
  found:
    'The answer is lost. A reading, or WeChat’s word that it is so already, proves the effect; it is not sent again.',
  'sends again': 'No reading shows the effect for as long as one might come late; then it is sent again.',
  person: 'A person must look, and is told why and what to do. `retry` goes on.',
  'does without': 'The release goes on, or ends, without the effect, and says so.',
} as const;
export type Reaction = keyof typeof REACTIONS;

export interface Expected {
  reaction: Reaction;
  /** How often a person must look. */
  attentions: number;
  /** Requests beside those of a release without faults. */
  extraRequests: number;
  /** The ledger lacks the effect. */
  missing: boolean;
  /** What the faults cost, milliseconds of waiting. */
  waitMs: number;
}

/** A refused way back is chosen again by reading, so often, before anyone is asked. */
const CHOSEN_AGAIN: Partial<Record<EffectName, number>> = { revertGray: 3 };
/** What a release can do without: an audit that is faster, or that is taken back. */
const OPTIONAL: readonly EffectName[] = ['speedupAudit', 'withdrawAudit'];

/** What to expect of an effect that is struck `times` in a row. */
export function expectedOf(effect: EffectName, listed: ListedFault, times: number): Expected {
  const { settleMs, maxWrites } = EFFECTS[effect];
  const { takesMs, asksMs } = listed;
  const is = (reaction: Reaction, extraRequests: number, waitMs: number): Expected => ({
    reaction,
    attentions: reaction === 'person' ? times : 0,
    extraRequests,
    missing: reaction === 'does without',
    waitMs,
  });
  const settled = times * (settleMs + takesMs);
  const byAnswerOnly = 'answerProves' in EFFECTS[effect];
  switch (listed.class) {
    case 'none':
      return is('as if', 0, times * takesMs);
    case 'token':
      // One refusal is answered with another token; two in a row are one refusal of the effect.
      return times === 1 ? is('asks again', 1, 0) : refused(effect, 1, times - 1);
    case 'later':
      return is('asks again', times, times * asksMs);
    case 'tomorrow':
      return is('waits a day', 0, 0);
    case 'person':
      return refused(effect, times, 0);
    case 'claimed':
      return byAnswerOnly ? { ...is('found', 0, 0), missing: true } : is('person', times, settled);
    case 'done':
      return byAnswerOnly ? is('sends again', times, settled) : is('found', 0, takesMs);
    case 'lost':
      if (times < maxWrites) return is('sends again', times, settled);
      return is('does without', 0, settleMs + takesMs);
  }
}

/** WeChat refuses the effect `times` times; `within`: requests that one refusal takes beside its first. */
function refused(effect: EffectName, times: number, within: number): Expected {
  const common = { missing: false, waitMs: 0, extraRequests: times + within };
  if (OPTIONAL.includes(effect))
    return { ...common, reaction: 'does without', attentions: 0, missing: true, extraRequests: within };
  if (times <= (CHOSEN_AGAIN[effect] ?? 0)) return { ...common, reaction: 'sends again', attentions: 0 };
  return { ...common, reaction: 'person', attentions: times };
}
