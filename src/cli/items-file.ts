/** Reads the corrected items of `resubmit` from a file: a list of them, or a plan that has them under audit. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AuditItem } from '../domain/plan.js';
import { auditItem } from '../plan/audit.js';
import { describeIssue, explain } from '../plan/explain.js';
import type { Path, Problem } from '../plan/problem.js';
import { renderProblems } from '../plan/render-problems.js';
import { parseYaml } from '../plan/yaml.js';
import { CliError, systemCode } from './errors.js';
import { EXIT } from './exit-codes.js';

/** As a plan has them, so that what is wrong is said in the plan's words. WeChat takes 1 to 5. */
const inPlan = z.object({ audit: z.object({ items: z.array(auditItem).min(1).max(5) }) });
const PLACE = ['audit', 'items'] as const;

/** The items. @throws CliError with exit code 2 that names file, field and remedy */
export async function readItems(file: string): Promise<AuditItem[]> {
  const parsed = parseYaml(await textOf(file));
  if (!parsed.ok) throw refused(file, parsed.problems);
  const place = placeOf(parsed.data);
  const data = { audit: { items: at(parsed.data, place) } };
  const checked = inPlan.safeParse(data, { error: describeIssue });
  if (checked.success) return checked.data.audit.items;
  const inFile = (path: Path) => [...place, ...path.slice(PLACE.length)];
  throw refused(
    file,
    explain(checked.error.issues, data, {
      locate: (path, part) => parsed.locator.locate(inFile(path), part),
      written: (path) => parsed.locator.written(inFile(path)),
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
function placeOf(data: unknown): readonly string[] {
  const places = [PLACE, ['items'], []];
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
