/**
 * Conditions: CEL (the Common Expression Language) over the two numbers of a measurement, `result` and `samples`. Here is
 * what an expression may be, checked without a measurement; src/health/conditions.ts evaluates.
 */
import { Environment } from '@marcbachmann/cel-js';

/** Characters. */
export const LONGEST_CONDITION = 500;

/**
 * Operators and numbers are enough for two numbers. Without lists, maps and calls there is nothing to range over and no
 * text that doubles, so that an expression takes no more time and memory than its own length asks for.
 */
const LIMITS = { maxAstNodes: 200, maxDepth: 50, maxListElements: 0, maxMapEntries: 0, maxCallArguments: 0 };

type Variable = 'result' | 'samples';

function environment(variables: readonly Variable[]): Environment {
  const known = new Environment({ limits: LIMITS });
  return variables.reduce((with_, name) => with_.registerVariable(name, 'double'), known);
}

/** A condition that can be evaluated. @throws what the library throws where conditionFault finds a fault */
export function parseCondition(text: string): (values: Record<Variable, number | null>) => unknown {
  return environment(['result', 'samples']).parse(text);
}

/** Whether an expression of the right form uses a variable: without it, it would have the wrong form. */
export function usesVariable(text: string, variable: Variable): boolean {
  const others = (['result', 'samples'] as const).filter((name) => name !== variable);
  return !environment(others).check(text).valid;
}

export interface ConditionFault {
  message: string;
  remedy: string;
}

const EXAMPLE = 'write for example result <= 0.01';

/** What each of the library's errors means for a condition. */
const FAULTS: Record<string, (summary: string) => ConditionFault> = {
  limit_exceeded: () => ({
    message: 'is too long or deep, or has a list, a map or a call, which conditions do not have',
    remedy: 'use numbers, comparisons, + - * /, &&, ||, !, ?: and brackets, for example result <= 0.01',
  }),
  unknown_variable: (summary) => ({
    message: `knows only result and samples (${summary})`,
    remedy: 'write result for the value, and samples for the number of samples',
  }),
  no_such_overload: (summary) => ({
    message: `compares or combines what does not belong together (${summary})`,
    remedy: 'result and samples have decimals; write 0.0 for 0 and 2.0 for 2',
  }),
};

/** Why an expression can be no condition; null when it can. Reads nothing but the text. */
export function conditionFault(text: string): ConditionFault | null {
  if (text.length > LONGEST_CONDITION)
    return {
      message: `is longer than ${LONGEST_CONDITION} characters`,
      remedy: 'let the query compute the number, and compare that',
    };
  const { valid, type, error } = environment(['result', 'samples']).check(text);
  if (!valid) {
    const summary = error?.summary ?? 'unknown';
    const place = error?.range === undefined ? '' : ` at character ${error.range.start + 1}`;
    const fault = FAULTS[error?.code ?? '']?.(summary);
    return fault ?? { message: `is no CEL expression: ${summary}${place}`, remedy: EXAMPLE };
  }
  if (type !== 'bool')
    return { message: `is ${type}, and not true or false`, remedy: `compare it; ${EXAMPLE}` };
  if (!usesVariable(text, 'result'))
    return { message: 'does not look at result, so that every value would be judged alike', remedy: EXAMPLE };
  return null;
}
