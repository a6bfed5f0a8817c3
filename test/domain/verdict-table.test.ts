/**
 * The truth table of health: what is measured, what is made of it, what is done. Every row is judged by the rules
 * themselves; docs/health.md shows them, and this test keeps it current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isDone, isSteady, openDecisions, toldMark } from '../../src/domain/counters.js';
import { type Counters, count, NO_COUNTS } from '../../src/domain/health.js';
import type { Metric } from '../../src/domain/plan.js';
import { judgement, metric } from './support/given.js';
import { COUNTED, JUDGED, LETTERS } from './support/health-rows.js';

const NAME = 'js-error-rate';

function countedBy(verdicts: string): Counters {
  const isKnown = (letter: string): letter is keyof typeof LETTERS => letter in LETTERS;
  const letters = [...verdicts].filter(isKnown);
  return letters.reduce((sum, letter) => count(sum, judgement(LETTERS[letter])), NO_COUNTS);
}

const actedOf = (acted?: 'told' | 'paused') =>
  acted === undefined ? [] : [acted === 'told' ? toldMark(NAME) : NAME];

const decisionsOf = (of: Metric, verdicts: string, acted: string[]) =>
  openDecisions({ metrics: [of], acted }, { [NAME]: countedBy(verdicts) });

/** What comes of verdicts in the words of the table. */
function comesOf(of: Metric, verdicts: string, acted: string[]): string {
  if (of.dryRun) return 'decides nothing';
  const counters = countedBy(verdicts);
  const [decision] = decisionsOf(of, verdicts, acted);
  if (decision !== undefined) return `${decision.action}: ${/\(([^)]*)\)$/.exec(decision.message)?.[1]}`;
  if (counters.last === null) return 'waits: nothing was measured';
  if (!isSteady(of, counters)) return 'waits for passes in a row';
  const left = isDone(of, counters) ? '; measured only to confirm' : '';
  return `${counters.last.verdict === 'pass' ? 'may go up' : 'waits for a pass'}${left}`;
}

const sayOf = ({ message }: { message: string }) => message.replace(`${NAME}: `, '');

describe('a measurement', () => {
  it.each(JUDGED.map((row) => [row.by, row.measured, row] as const))('by %s: %s', (_by, _what, row) => {
    const { judgement: judged, verdict, message } = row;
    expect([judged.verdict, sayOf(judged)]).toEqual([verdict, message]);
  });
});

describe('verdicts in a row', () => {
  it.each(COUNTED.map((row) => [JSON.stringify(row.settings), row.verdicts, row] as const))(
    'with %s: %s',
    (_settings, _verdicts, { settings, verdicts, acted, comes }) => {
      const of = metric(settings);
      expect(comesOf(of, verdicts, actedOf(acted))).toBe(comes);
      // Nothing is done before its time.
      if (acted !== undefined) return;
      for (let length = 0; length < verdicts.length; length++)
        expect(decisionsOf(of, verdicts.slice(0, length), [])).toEqual([]);
    },
  );
});

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

function settingsText(settings: Partial<Metric>): string {
  const given = Object.entries(settings).map(([field, value]) => `\`${field}: ${value}\``);
  return given.join(', ') || 'the defaults';
}

const PARTS: Record<string, () => string> = {
  verdicts: () =>
    table(
      ['judged by', 'measured', 'verdict', 'message'],
      JUDGED.map(({ by, measured, judgement: judged }) => [by, measured, judged.verdict, sayOf(judged)]),
    ),
  counting: () =>
    table(
      ['settings', 'verdicts', 'done before', 'what comes'],
      COUNTED.map(({ settings, verdicts, acted }) => [
        settingsText(settings),
        [...verdicts].join(' ') || 'none',
        acted ?? '',
        comesOf(metric(settings), verdicts, actedOf(acted)),
      ]),
    ),
};

it('docs/health.md shows these tables', () => {
  const file = new URL('../../docs/health.md', import.meta.url);
  const document = readFileSync(file, 'utf8');
  const current = Object.entries(PARTS).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- /generated: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/health.md has no ${begin} … ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part()}\n\n${text.slice(to)}`;
  }, document);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, current);
  else
    expect(
      document,
      'docs/health.md is not current; write it anew with UPDATE_DOCS=1 npx vitest run test/domain/verdict-table.test.ts',
    ).toBe(current);
});
