import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addressFault,
  PlanReferenceError,
  parseReference,
  readReferencedFile,
  resolveReference,
} from '../../src/plan/references.js';

describe('a reference', () => {
  it('names a variable, a file, or is itself', () => {
    expect(parseReference('env:PLAN_PROMETHEUS_URL')).toEqual({ kind: 'env', name: 'PLAN_PROMETHEUS_URL' });
    expect(parseReference('file:prometheus/address')).toEqual({ kind: 'file', path: 'prometheus/address' });
    expect(parseReference('http://prometheus:9090')).toEqual({
      kind: 'literal',
      value: 'http://prometheus:9090',
    });
  });

  it.each([
    'env:',
    'env:PLAN_',
    'env:HOME',
    'env:AWS_SECRET_ACCESS_KEY',
    'env:plan_x',
    'env:PLAN_X ',
    'env: PLAN_X',
    'env:PLAN_X\nPLAN_Y',
    'ENV:PLAN_X',
    ' env:PLAN_X',
    'file:',
    'file:/etc/passwd',
    'file:///etc/passwd',
    'file:../secret',
    'file:a/../../secret',
    'file:a/./b',
    'file:a//b',
    'file:a\\..\\b',
    'file:C:/secret',
    'file:a\0b',
    'File:a',
  ])('%j is malformed', (text) => {
    expect(() => parseReference(text)).toThrow(PlanReferenceError);
    expect(addressFault(text)).toBeDefined();
  });
});

describe('an address', () => {
  it.each(['env:PLAN_P', 'file:p', 'http://localhost:9090', 'https://prometheus.example.com/team/a'])(
    '%s will do',
    (text) => {
      expect(addressFault(text)).toBeUndefined();
    },
  );

  it.each([
    ['prometheus:9090', 'neither a reference nor an http or https address'],
    ['ftp://prometheus', 'neither a reference nor an http or https address'],
    ['', 'neither a reference nor an http or https address'],
    ['http://user:pass@prometheus', 'has credentials in it'],
    ['http://token@prometheus', 'has credentials in it'],
    ['http://@prometheus', 'has credentials in it'],
    ['http://prometheus?token=x', 'has a query or fragment'],
    ['http://prometheus#x', 'has a query or fragment'],
  ])('%s will not', (text, message) => {
    expect(addressFault(text)?.message).toContain(message);
  });
});

describe('resolving on the worker', () => {
  const env = { PLAN_URL: ' http://prometheus:9090\n', PLAN_EMPTY: '  ', SECRET: 'hunter2' };

  it('reads the variable, without white space around it', async () => {
    expect(await resolveReference('env:PLAN_URL', { env })).toBe('http://prometheus:9090');
    expect(await resolveReference('http://here', { env })).toBe('http://here');
  });

  it('names a variable that is missing or empty', async () => {
    for (const name of ['PLAN_NOWHERE', 'PLAN_EMPTY']) {
      await expect(resolveReference(`env:${name}`, { env })).rejects.toMatchObject({
        fault: 'missing',
        message: expect.stringContaining(`env:${name}`),
        remedy: `set ${name} for the worker and start it again`,
      });
    }
  });

  it('reaches no other variable', async () => {
    await expect(resolveReference('env:SECRET', { env })).rejects.toMatchObject({ fault: 'malformed' });
  });

  async function folderWithFiles() {
    const outer = await mkdtemp(join(tmpdir(), 'refs-'));
    const folder = join(outer, 'plans');
    await mkdir(join(folder, 'prometheus'), { recursive: true });
    await writeFile(join(folder, 'prometheus', 'address'), 'http://prometheus:9090\n');
    await writeFile(join(folder, 'empty'), '\n');
    await writeFile(join(folder, 'large'), 'x'.repeat(70_000));
    await writeFile(join(outer, 'secret'), 'hunter2');
    await symlink(join(outer, 'secret'), join(folder, 'link'));
    await symlink(join(folder, 'prometheus'), join(folder, 'inside'));
    return folder;
  }

  it('reads a file below the folder, also by a link that stays in it', async () => {
    const folder = await folderWithFiles();
    expect(await resolveReference('file:prometheus/address', { env, folder })).toBe('http://prometheus:9090');
    expect(await resolveReference('file:inside/address', { env, folder })).toBe('http://prometheus:9090');
  });

  it('does not follow a link out of the folder', async () => {
    const folder = await folderWithFiles();
    await expect(resolveReference('file:link', { env, folder })).rejects.toMatchObject({
      fault: 'outside',
      message: expect.not.stringContaining('hunter2'),
    });
  });

  it.each(['nowhere', 'prometheus', 'empty', 'large'])(
    'names a file that cannot be used: %s',
    async (name) => {
      const folder = await folderWithFiles();
      await expect(resolveReference(`file:${name}`, { env, folder })).rejects.toMatchObject({
        fault: 'unreadable',
        message: expect.stringContaining(`file:${name}`),
      });
    },
  );

  it('reads a larger file as it is, up to what is asked for', async () => {
    const folder = await folderWithFiles();
    const reading = await readReferencedFile('file:large', { folder }, 70_000);
    expect('bytes' in reading && reading.bytes.length).toBe(70_000);
    expect(await readReferencedFile('file:large', { folder }, 69_999)).toMatchObject({
      problem: { message: 'file:large has 70000 bytes, and at most 69999 may be read' },
    });
  });

  it.each(['file:nowhere', 'file:link', 'file:../secret', 'env:PLAN_URL', 'large'])(
    'reads no other file: %s',
    async (text) => {
      const folder = await folderWithFiles();
      expect(await readReferencedFile(text, { folder }, 70_000)).toMatchObject({
        problem: { message: expect.not.stringContaining('hunter2') },
      });
    },
  );

  it('says when the worker has no folder', async () => {
    await expect(resolveReference('file:a', { env })).rejects.toMatchObject({ fault: 'missing' });
  });
});
