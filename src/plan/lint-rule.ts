/** What a lint rule is. Rules look at the whole plan, where the schema looks at one field at a time. */
import type { ReleasePlan } from '../domain/plan.js';
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

/** One rule: pure, from the normalised plan to what it finds. */
export interface Rule {
  name: string;
  /** What the rule asks for, one line; the documentation lists it. */
  asks: string;
  check: (plan: ReleasePlan) => Finding[];
}
