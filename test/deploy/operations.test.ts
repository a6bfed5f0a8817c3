/** docs/operations.md has an answer to everything that a release may ask of a person. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EFFECTS } from '../../src/domain/effects.js';
import { OUTCOMES } from '../../src/domain/status.js';
import { ROOT, readCompose } from '../support/compose.js';

const PAGE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

/** Rows of the tables below a heading: the names in the first cell, and the whole line. */
function rowsOf(heading: string): { names: string[]; line: string }[] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => ({
    names: [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    line,
  }));
}

/** Every `attention.step`: as the domain names it, and as what the workflow was doing. */
function steps(): string[] {
  const source = ['domain', 'workflows']
    .flatMap((room) =>
      readdirSync(join(ROOT, 'src', room), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(join(ROOT, 'src', room, file), 'utf8')),
    )
    .join('\n');
  const named = [
    ...source.matchAll(/needPerson\(\s*[^,]+(?:\([^)]*\))?,\s*'(\w+)'/g),
    ...source.matchAll(/observed\.kind === 'newCommit' \? '(\w+)' : '(\w+)'/g),
    ...source.matchAll(/type: 'blocked', step: '(\w+)'/g),
    ...readFileSync(join(ROOT, 'src/domain/step.ts'), 'utf8').matchAll(
      /\| \{\s+do: '(\w+)'|\| \{ do: '(\w+)'/g,
    ),
    ...source.matchAll(/case '(audit|guard|confirm|online)': \{/g),
  ].flatMap(([, ...names]) => names.filter((name) => name !== undefined));
  // A speed-up that fails is only told.
  const effects = Object.keys(EFFECTS).filter((name) => name !== 'speedupAudit');
  return [...new Set([...named, ...effects])].filter((name) => !['wait', 'close'].includes(name)).sort();
}

describe('docs/operations.md', () => {
  it('has a row for every step at which a person must look, and for no other', () => {
    const told = rowsOf('A person must look').flatMap(({ names }) => names);
    expect(told.toSorted()).toEqual(steps());
  });

  it('says about an effect what the release itself says', () => {
    const rows = rowsOf('A person must look');
    for (const [name, { remedy }] of Object.entries(EFFECTS).filter(([name]) => name !== 'speedupAudit'))
      expect(rows.find(({ names }) => names.includes(name))?.line, name).toContain(remedy);
  });

  it('has a row for every outcome', () => {
    expect(rowsOf('Outcomes').flatMap(({ names }) => names)).toEqual([...OUTCOMES]);
  });

  it('has a row for every service of the compose file but the command line', () => {
    const told = rowsOf('What runs').flatMap(({ line }) => [
      ...(line.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g),
    ]);
    const services = Object.keys(readCompose().services).filter((name) => name !== 'cli');
    expect(told.map(([, name]) => name).toSorted()).toEqual(services.toSorted());
  });
});
