/** The house's arrows go one way, its files stay small, and what runs inside a workflow is nothing but rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Room → what it may import from. `.` is the few files at the top of src. */
const ARROWS: Record<string, string[]> = {
  domain: [],
  // Days and hours of a place as instants: for lint and for a worker.
  windows: ['domain'],
  plan: ['domain', 'windows'],
  wechat: ['credentials'],
  // Tokens and the client know each other's errors and interface; neither imports the other's work.
  credentials: ['wechat', 'database', 'http'],
  database: [],
  // One bounded request, for whatever is asked beside WeChat.
  http: [],
  health: ['domain', 'plan', 'http'],
  // Messages to people: one file a service.
  notify: ['domain', 'plan', 'http'],
  // Signatures and keys; where a key lies, it is told.
  identity: [],
  config: ['domain'],
  workflows: ['domain'],
  activities: ['domain', 'wechat', 'credentials', 'health', 'identity', 'notify', 'windows'],
  // What processes tell of themselves: it listens to the others, and none of them but a process' entry knows it.
  telemetry: ['domain', 'wechat', 'credentials', 'workflows', 'config', 'servers'],
  api: [
    'wechat',
    'credentials',
    'database',
    'workflows',
    'config',
    'releases',
    'domain',
    'plan',
    'identity',
    'telemetry',
    'servers',
  ],
  // A release as it is seen from outside: started, steered, read, by whoever has a connection.
  releases: ['domain', 'workflows', 'servers', 'identity'],
  simulator: ['wechat', 'domain'],
  servers: ['domain'],
  // A whole release in one process: it holds all the strings that the others are tied to.
  simulate: [
    'domain',
    'windows',
    'health',
    'identity',
    'config',
    'workflows',
    'activities',
    'simulator',
    'servers',
    '.',
  ],
  cli: [
    // `up` runs the API beside server and worker.
    'api',
    'releases',
    'simulate',
    'domain',
    'plan',
    'workflows',
    'servers',
    'simulator',
    'config',
    'health',
    'credentials',
    'database',
    'identity',
    'wechat',
    'telemetry',
    '.',
  ],
  '.': [
    'releases',
    'domain',
    'plan',
    'workflows',
    'activities',
    'servers',
    'simulator',
    'config',
    'credentials',
    'identity',
    'telemetry',
    'wechat',
    'api',
    'cli',
  ],
};

/** Imports of types only, that a room may have beside its arrows. */
const TYPE_ARROWS: Record<string, string[]> = { workflows: ['activities'], credentials: ['config'] };

/** The simulator shares WeChat's schemas and never its transport. */
const FORBIDDEN_FILES: Record<string, RegExp> = {
  simulator: /wechat\/(client|transport|wire|failures|token-failures|errors)\.ts$/,
};

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

const roomOf = (file: string): string => {
  const [first = '', ...rest] = relative(SRC, file).split('/');
  return rest.length === 0 ? '.' : first;
};

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^(import|export)( type)? [^'";]*?from '(\.[^']+)';/gms);
  const dynamic = text.matchAll(/(import)()(?:\(| )'(\.[^']+)'/g);
  return [...statements, ...dynamic].map(([, , type, path = '']) => ({
    from: file,
    to: resolve(dirname(file), path.replace(/\.js$/, '.ts')),
    typeOnly: type === ' type',
  }));
}

describe('the house', () => {
  const files = sources(SRC);
  const imports = files.flatMap(importsOf);

  it('has arrows that go one way', () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const [room, target] = [roomOf(from), roomOf(to)];
      if (room === target) return false;
      const allowed = [...(ARROWS[room] ?? []), ...(typeOnly ? (TYPE_ARROWS[room] ?? []) : [])];
      return !allowed.includes(target) || (FORBIDDEN_FILES[room]?.test(to) ?? false);
    });
    expect(wrong.map(({ from, to }) => `${relative(SRC, from)} → ${relative(SRC, to)}`)).toEqual([]);
  });

  it('has a line in the table of arrows for every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => ARROWS[room] === undefined)).toEqual([]);
  });

  it('keeps the domain free of Temporal, zod and input or output', () => {
    const foreign = files
      .filter((file) => roomOf(file) === 'domain')
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/from '([^.'][^']*)'/g)].map(
          ([, name]) => `${relative(SRC, file)}: ${name}`,
        ),
      );
    expect(foreign).toEqual([]);
  });

  it('has files of at most 250 lines', () => {
    const long = files
      .map((file) => ({
        file: relative(SRC, file),
        lines: readFileSync(file, 'utf8').split('\n').length - 1,
      }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });
});
