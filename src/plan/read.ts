/** Reads a plan file: text → shape → the plan the rules work with. Offline, and never throws for bad input. */
import { open } from 'node:fs/promises';
import type { ReleasePlan } from '../domain/plan.js';
import { describeIssue, explain } from './explain.js';
import type { Locator } from './locator.js';
import { normalise } from './normalise.js';
import { type Problem, showValue } from './problem.js';
import { planFile } from './schema.js';
import { LARGEST_PLAN, parseYaml } from './yaml.js';

/** Where a plan came from, for messages about it. */
export interface PlanSource extends Locator {
  /** What is written there, before any default: the same for this version and the next. */
  data: object;
  filename: string;
  text: string;
}

export type ReadResult =
  | { ok: true; plan: ReleasePlan; source: PlanSource }
  | { ok: false; problems: Problem[] };

/**
 * Reads a plan from YAML or JSON. Only its shape is judged here; `lintPlan` judges whether it makes sense.
 * @param about `filename` is kept for messages; nothing is opened
 */
export function readPlan(text: string, { filename }: { filename: string }): ReadResult {
  if (Buffer.byteLength(text) > LARGEST_PLAN) return refused(TOO_LARGE);
  if (text.trim() === '') return refused(EMPTY);
  const yaml = parseYaml(text);
  if (!yaml.ok) return yaml;
  const { data, locator } = yaml;
  if (data === null || data === undefined) return refused(EMPTY);
  if (typeof data !== 'object' || Array.isArray(data)) {
    return refused({
      path: '',
      value: showValue(data),
      message: 'a plan is a group of fields, not a single value or a list',
      remedy: EMPTY.remedy,
      line: 1,
      column: 1,
    });
  }
  const parsed = planFile.safeParse(data, { error: describeIssue });
  if (!parsed.success) return { ok: false, problems: explain(parsed.error.issues, data, locator) };
  return { ok: true, plan: normalise(parsed.data), source: { filename, text, data, ...locator } };
}

/** Reads a plan file. A file that cannot be read is a problem like any other. */
export async function readPlanFile(path: string): Promise<ReadResult> {
  let bytes: Uint8Array;
  try {
    const file = await open(path, 'r');
    try {
      const about = await file.stat();
      if (about.isDirectory()) return refused(fileProblem('is a folder', 'name a file in it'));
      if (!about.isFile()) return refused(fileProblem('is no regular file', 'save the plan as a file'));
      if (about.size > LARGEST_PLAN) return refused(TOO_LARGE);
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    return refused(unopened(error));
  }
  const text = decode(bytes);
  if (text === undefined) return refused(fileProblem('is not UTF-8 text', 'save it as UTF-8'));
  return readPlan(text, { filename: path });
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const EMPTY: Problem = {
  path: '',
  message: 'the plan is empty',
  remedy: 'begin with app:, version:, template:, rollout: and health:; examples/production.yaml shows one',
};
const TOO_LARGE: Problem = {
  path: '',
  message: 'the file is larger than 1 MB',
  remedy: 'a plan has a few kilobytes; is this the right file?',
};

function refused(problem: Problem): ReadResult {
  return { ok: false, problems: [problem] };
}

function fileProblem(message: string, remedy: string): Problem {
  return { path: '', message: `the file ${message}`, remedy };
}

function unopened(error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return fileProblem('does not exist', 'check its name and folder');
  if (code === 'EACCES' || code === 'EPERM') return fileProblem('may not be read', 'change its permissions');
  if (code === 'EISDIR') return fileProblem('is a folder', 'name a file in it');
  return fileProblem(`cannot be read (${String(code ?? 'unknown error')})`, 'check its name and the disk');
}
