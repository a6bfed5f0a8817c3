/** Problems as plain text, one block each, with the place in a form that editors and terminals can follow. */
import { escapeControls, type Problem } from './problem.js';

/** `plan.yaml:14:19  rollout.stages[2].percentage = 5: must be above 10 …`, and the remedy on the next line. */
export function renderProblems(problems: readonly Problem[], filename: string): string {
  return problems.map((problem) => render(problem, filename)).join('\n');
}

function render({ path, value, message, remedy, line, column }: Problem, filename: string): string {
  const place = line === undefined ? filename : `${filename}:${line}:${column ?? 1}`;
  const field = path === '' ? '' : `${path}${value === undefined ? '' : ` = ${value}`}: `;
  const given = path === '' && value !== undefined ? ` (${value})` : '';
  const what = escapeControls(`${place}  ${field}${message}${given}`);
  return `${what}\n    → ${escapeControls(remedy)}`;
}
