/** One thing that a release does next, and how it is told. */
import { EFFECTS, type EffectName } from './effects.js';
import type { Windows } from './plan.js';

/** One thing to do; effects and readings are awaited, a wait ends when the state changes or its time comes. */
export type Step =
  | { do: 'survey' }
  | { do: 'surveyWayBack' }
  | { do: 'nextOpening'; windows: Windows }
  | {
      do: 'effect';
      effect: EffectName;
      percentage?: number;
      stage?: number;
      freshUntil?: number | null;
      /** withdrawAudit: another audit than ours. */
      auditId?: number;
    }
  | { do: 'wait'; until: number | null; why: string }
  | { do: 'close' };

/** A wait until the earliest of the moments that are known; with none it ends when the state changes. */
export function wait(why: string, ...moments: (number | null | undefined)[]): Step {
  const known = moments.filter((moment): moment is number => typeof moment === 'number');
  return { do: 'wait', until: known.length === 0 ? null : Math.min(...known), why };
}

/** The line that Temporal shows for a step. */
export function stepSummary(step: Step): string {
  switch (step.do) {
    case 'survey':
      return 'read what WeChat has now';
    case 'surveyWayBack':
      return 'read which way back there is';
    case 'nextOpening':
      return 'look up the next window';
    case 'effect':
      return `${EFFECTS[step.effect].endpoint}${step.percentage === undefined ? '' : ` ${step.percentage} %`}`;
    case 'wait':
      return step.why;
    case 'close':
      return 'close';
  }
}
