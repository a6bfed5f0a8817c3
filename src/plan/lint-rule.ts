/** What a lint rule is. Rules look at the whole plan, where the schema looks at one field at a time. */
import type { ReleasePlan } from '../domain/plan.js';
import type { Opening } from '../domain/status.js';
import type { Path } from './problem.js';

/** What a rule found. An error refuses the plan; a hint does not. */
export interface Finding {
  severity: 'error' | 'hint';
  path: Path;
  /** As a person would write it. */
  value?: string;
  message: string;
  remedy: string;
}

/** What a rule is told beside the plan. */
export interface Known {
  /** When the plan's windows are open in the coming year, in order; empty when it has none, or they never open. */
  openings: readonly Opening[];
}

/** One rule: pure, from the normalised plan to what it finds. */
export interface Rule {
  name: string;
  /** What the rule asks for, one line; the documentation lists it. */
  asks: string;
  check: (plan: ReleasePlan, known: Known) => Finding[];
}
