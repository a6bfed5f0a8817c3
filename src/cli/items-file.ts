/** Reads the corrected items of `resubmit` from a file: a list of them, or a plan that has them under audit. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AuditItem } from '../domain/plan.js';
import { auditItem } from '../plan/audit.js';
import { describeIssue } from '../plan/explain.js';
import { formatPath, type Path, type Problem, showValue } from '../plan/problem.js';
import { renderProblems } from '../plan/render-problems.js';
import { parseYaml } from '../plan/yaml.js';
import { CliError, systemCode } from './errors.js';
import { EXIT } from './exit-codes.js';

/** WeChat takes 1 to 5. */
const itemList = z.array(auditItem).min(1).max(5);

const REMEDY = 'write items as in a plan (docs/plan.md, audit.items), 1 to 5 of them';

/** The items. @throws CliError with exit code 2 that names file, field and remedy */
export async function readItems(file: string): Promise<AuditItem[]> {
  const parsed = parseYaml(await textOf(file));
  if (!parsed.ok) throw refused(file, parsed.problems);
  const path = whereItems(parsed.data);
  const checked = itemList.safeParse(at(parsed.data, path), { error: describeIssue });
  if (checked.success) return checked.data;
  throw refused(
    file,
    checked.error.issues.map((issue) => {
      const field = [...path, ...issue.path.filter((key) => typeof key !== 'symbol')];
      const value = at(parsed.data, field);
      return {
        path: formatPath(field),
        message: issue.message,
        remedy: REMEDY,
        ...(value === undefined ? {} : { value: showValue(value) }),
        ...parsed.locator.locate(field),
      };
    }),
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(
      `${file} cannot be read: ${systemCode(error) ?? String(error)}`,
      'name a YAML or JSON file with the items',
      EXIT.usage,
    );
  }
}

/** Where the list is: the whole file, `items`, or a plan's `audit.items`. */
function whereItems(data: unknown): string[] {
  const places = [['audit', 'items'], ['items'], []];
  return places.find((path) => at(data, path) !== undefined) ?? [];
}

function at(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (above, key) =>
      typeof above === 'object' && above !== null ? (above as Record<string, unknown>)[key] : undefined,
    data,
  );
}

function refused(file: string, problems: Problem[]): CliError {
  const [first = '', ...rest] = renderProblems(problems, file).split('\n');
  return new CliError(first, rest.map((line) => line.trim()).join('\n'), EXIT.usage);
}
