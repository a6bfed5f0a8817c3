/** What is written from the sources is up to date; what is written by hand beside it says the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsByName, generatedPages } from '../../scripts/docs/pages.js';
import { PROBLEMS } from '../../src/api/problem.js';
import { EXIT_MEANINGS } from '../../src/cli/exit-codes.js';
import { VERBS } from '../../src/domain/commands.js';

const page = (name: string) => readFileSync(join('docs', name), 'utf8');
const CLI = page('cli.md');

describe('npm run docs', () => {
  it.each(Object.entries(generatedPages()))('has written %s', (name, text) => {
    expect(page(name)).toBe(text);
  });

  it('has every verb', () => {
    for (const verb of VERBS) expect(page('verbs.md')).toContain(`\n## ${verb}\n`);
  });
});

describe('docs/cli.md', () => {
  it('has the exit codes in the words of the program', () => {
    for (const [code, meaning] of Object.entries(EXIT_MEANINGS))
      expect(CLI).toContain(`| ${code} | ${meaning} |`);
  });

  it('has every command and every option', () => {
    const below = [...commandsByName().values()].flatMap((command) => [command, ...command.commands]);
    // Options that are the same everywhere are told once, for all commands; those below have pages of their own.
    const told = CLI + page('credentials.md') + page('identities.md') + page('api.md');
    const missing = below.flatMap((command) => {
      const options = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
      return [command.name(), ...options]
        .filter((word) => !told.includes(word))
        .map((word) => `${command.name()} ${word}`);
    });
    expect(missing).toEqual([]);
  });
});

describe('docs/api.md', () => {
  it('has every kind of problem with its status', () => {
    const rows = page('api.md')
      .split('\n')
      .filter((line) => /^\| `.* \| \d{3}/.test(line));
    for (const [kind, { status }] of Object.entries(PROBLEMS))
      expect(
        rows.find((row) => row.includes(`\`${kind}\``)),
        kind,
      ).toContain(String(status));
  });
});

describe('every link of the README and of docs/', () => {
  const pages = ['README.md', ...markdown('docs')];
  const anchorsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    );

  it.each(pages)('of %s leads somewhere', (file) => {
    const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

describe('README.md', () => {
  it('leads to every page', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(markdown('docs').filter((file) => !readme.includes(`(${file})`))).toEqual([]);
  });
});

function markdown(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
