import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedProgram, inPartialFolder, installExecutable } from './folders.js';
import { type ServerProgram, TEMPORAL_TEST_SERVER } from './pins.js';
import type { Installation, InstallOptions } from './pip.js';
import { runCommand } from './run-command.js';

// Long enough to fetch 45 MB on an office line; a network that swallows packets must not hold a start for longer.
const SDK_TIME_LIMIT_MS = 25_000;

/** The version under which the cache keeps what the SDK fetched: the SDK chooses the server's version itself. */
export const SDK_COPY = 'sdk';

/**
 * The Temporal SDK can fetch both programs, but offers that only as a part of starting one. So it is made to start
 * one, in a process of its own: the SDK's native runtime can be configured only once per process and is the
 * worker's to configure, and a download that hangs can be killed only with its process.
 */
export async function installWithSdk(program: ServerProgram, options: InstallOptions): Promise<Installation> {
  const testing = resolveTesting();
  if (!testing) return { ok: false, reason: '@temporalio/testing is not installed' };
  const method = program.name === TEMPORAL_TEST_SERVER.name ? 'createTimeSkipping' : 'createLocal';
  options.onProgress(`asking the Temporal SDK for ${program.title} (at most ${SDK_TIME_LIMIT_MS / 1000} s)`);
  return inPartialFolder(options.cache, async (folder) => {
    const result = await runCommand(process.execPath, ['-e', FETCH_SCRIPT, testing, method, folder], {
      env: options.env,
      timeoutMs: SDK_TIME_LIMIT_MS,
    });
    if (result.kind === 'missing') return { ok: false, reason: result.reason };
    if (result.kind === 'timeout')
      return { ok: false, reason: `no program after ${result.afterMs / 1000} s` };
    if (result.code !== 0) return { ok: false, reason: lastLine(result.stderr) };
    // The SDK puts its own version into the file's name; the folder was empty before.
    const fetched = (await readdir(folder)).find((name) => !name.endsWith('.downloading'));
    if (!fetched) return { ok: false, reason: 'the SDK left no file behind' };
    const path = cachedProgram(options.cache, program, SDK_COPY, options.platform);
    await installExecutable(join(folder, fetched), path);
    options.onProgress(`${program.name} is at ${path}`);
    return { ok: true, path };
  });
}

// node -e puts the arguments right after the interpreter's path.
const FETCH_SCRIPT = `
const [, testing, method, downloadDir] = process.argv;
const { TestWorkflowEnvironment } = require(testing);
TestWorkflowEnvironment[method]({ server: { executable: { type: 'cached-download', downloadDir } } })
  .then((environment) => environment.teardown())
  .then(() => process.exit(0))
  .catch((error) => {
    console.error(String(error?.message ?? error).replaceAll('\\n', ' '));
    process.exit(1);
  });
`;

/** The SDK repeats the address, which is long and no help, at every level of its explanation. */
function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) || 'it failed without a word';
  return line.replaceAll(/ for url \([^)]*\)/g, '');
}

function resolveTesting(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@temporalio/testing');
  } catch {
    return undefined;
  }
}
