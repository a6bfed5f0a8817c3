/** `identity new`, `identity check`, and what `--key FILE` makes of a decision. */
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { signStatus } from '../../src/cli/commands/signature.js';
import { runCli } from '../../src/cli/program.js';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { newKeyPair } from '../../src/identity/keys.js';
import { knowing, STATEMENT } from '../identity/people.js';
import { fakeCli } from './fake-cli.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weapp-identity-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function run(args: string[], env: Record<string, string> = {}) {
  const cli = fakeCli(env);
  const code = await runCli(['identity', ...args], cli);
  return { code, out: cli.stdout(), err: cli.stderr() };
}

/** Makes alice's key; answers its file and her public key. */
async function alice(): Promise<{ key: string; publicKey: string }> {
  const key = join(folder, 'alice.pem');
  const { out } = await run(['new', 'alice', '--out', key]);
  return { key, publicKey: parseWorkerConfig(parse(out)).identities.alice?.[0] ?? '' };
}

describe('identity new', () => {
  it('writes a key for its owner only and prints the lines to paste', async () => {
    const file = join(folder, 'alice.pem');
    const { code, out, err } = await run(['new', 'alice', '--out', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/^identities:\n {2}alice: MCowBQYDK2VwAyEA\S{44}\n$/);
    expect(err).toContain(`✔ ${file} is the private key of alice: whoever has it decides as alice`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const content = await readFile(file, 'utf8');
    expect(content).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(out + err).not.toContain(content.split('\n')[1]);
  });

  it('never overwrites a key', async () => {
    const file = join(folder, 'alice.pem');
    await writeFile(file, 'mine');
    const { code, err } = await run(['new', 'alice', '--out', file]);
    expect(code).toBe(2);
    expect(err).toContain(
      `error: ${file} is there already, and a key that is overwritten is lost\n  choose another`,
    );
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('quotes a name that YAML would read otherwise', async () => {
    const { out } = await run(['new', 'on: call', '--out', join(folder, 'key')]);
    expect(Object.keys(parseWorkerConfig(parse(out)).identities)).toEqual(['on: call']);
  });

  it.each([
    [[' alice'], 'must be a name of at most 100 characters'],
    [['a/b'], 'this name makes no file name'],
    [['..'], 'this name makes no file name'],
    [['alice', '--out', '/nowhere/alice.pem'], '/nowhere/alice.pem cannot be written: ENOENT'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await run(['new', ...args]);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});

describe('identity check', () => {
  async function configured(identities: unknown, api: unknown = {}): Promise<{ WEAPP_CONFIG: string }> {
    const file = join(folder, 'worker.json');
    await writeFile(file, JSON.stringify({ identities, api }));
    return { WEAPP_CONFIG: file };
  }

  it('lists whom a worker with this configuration knows', async () => {
    const keys = [newKeyPair(), newKeyPair(), newKeyPair()].map(({ publicKey }) => publicKey);
    const env = {
      ...(await configured({ alice: keys[0], 'on-call': ['env:ONE', keys[2]] })),
      ONE: keys[1] ?? '',
    };
    const { code, out } = await run(['check'], env);
    expect(code).toBe(0);
    expect(out).toMatch(/^alice {4}[\da-f]{16}\non-call {2}[\da-f]{16} {2}[\da-f]{16}\n$/);
    const json = JSON.parse((await run(['check', '--output', 'json'], env)).out);
    expect(json).toEqual([
      { name: 'alice', fingerprints: [expect.stringMatching(/^[\da-f]{16}$/)] },
      { name: 'on-call', fingerprints: [expect.any(String), expect.any(String)] },
    ]);
  });

  it('lists the keys with which the API vouches for people', async () => {
    const env = await configured({ alice: newKeyPair().publicKey }, { publicKey: newKeyPair().publicKey });
    const { code, out, err } = await run(['check'], env);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^alice {2}[\da-f]{16}\nthe API vouches for whoever has a token, with key [\da-f]{16}\n$/,
    );
    expect(JSON.parse((await run(['check', '--output', 'json'], env)).out)).toEqual([
      { name: 'alice', fingerprints: [expect.any(String)] },
      { name: null, vouches: true, fingerprints: [expect.any(String)] },
    ]);
  });

  it('says what a worker would not start with', async () => {
    const { code, out, err } = await run(['check'], await configured({ alice: 'env:NOT_SET' }));
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(
      'identities.alice: the environment variable NOT_SET is not set. Set NOT_SET to the public key.\n  `weapp-rollout identity new NAME`',
    );
  });

  it('says so when nobody is known', async () => {
    const { code, err } = await run(['check'], await configured({}));
    expect(code).toBe(0);
    expect(err).toContain('no identities are configured');
  });
});

describe('--key FILE', () => {
  const { app, ...release } = { ...STATEMENT, app: 'wx0123456789abcdef' };
  const status = { app, ...release, gate: { gate: STATEMENT.gate, since: STATEMENT.askedAt } };
  const signing = { verb: 'approve', by: 'alice', commandId: STATEMENT.commandId } as const;

  it('signs the gate that waits, and says what it signs', async () => {
    const { key, publicKey } = await alice();
    const cli = fakeCli();
    const { gate, signature } = await signStatus(cli, status, { ...signing, keyFile: key });
    expect(gate).toBe('stage:2');
    expect(cli.stderr()).toBe('signing as alice: approve stage:2 of 1.4.0 for wx0123456789abcdef\n');
    const worker = await knowing({ alice: [publicKey] });
    expect(worker.authenticate(STATEMENT, signature).ok).toBe(true);
  });

  it('warns when others can read it', async () => {
    const { key } = await alice();
    await chmod(key, 0o644);
    const cli = fakeCli();
    await signStatus(cli, status, { ...signing, keyFile: key });
    expect(cli.stderr()).toContain(`warning: others can read ${key}: run \`chmod 600 ${key}\``);
  });

  it.each([
    ['no gate waits', { gate: null }, {}, 'approve: no gate of wx0123456789abcdef waits for approval'],
    ['another gate waits', {}, { gate: 'trial' }, 'approve: trial does not wait for approval, stage:2 does'],
    ['the name would be cut', {}, { by: 'a'.repeat(101) }, '--by must be 1 to 100 characters'],
    ['the id has space around it', {}, { commandId: ' 1' }, '--command-id must be 1 to 100 characters'],
    [
      'there is no such file',
      {},
      { keyFile: '/nowhere/key' },
      '/nowhere/key cannot be used as a key: it cannot be read (ENOENT)',
    ],
  ])('refuses when %s', async (_what, seen, given, message) => {
    const { key } = await alice();
    const signed = signStatus(fakeCli(), { ...status, ...seen }, { ...signing, keyFile: key, ...given });
    await expect(signed).rejects.toThrow(message);
  });

  it('refuses a file that is no key, without showing it', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'a-secret-note', { mode: 0o600 });
    const signed = signStatus(fakeCli(), status, { ...signing, keyFile: file });
    await expect(signed).rejects.toThrow(`${file} cannot be used as a key: it is no private key`);
    await expect(signed).rejects.not.toThrow('a-secret-note');
  });
});
