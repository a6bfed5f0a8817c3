import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import type { ServerProgram } from './pins.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PARTIAL_PREFIX = 'partial-';
const DAY_MS = 24 * 60 * 60 * 1000;

/** Where programs are kept that were fetched once: `WEAPP_CACHE`, else the platform's cache folder. */
export function cacheFolder(env: Environment = process.env): string {
  return env.WEAPP_CACHE ? resolve(env.WEAPP_CACHE) : envPaths('weapp-rollout', { suffix: '' }).cache;
}

/** Where `up` keeps what must survive a restart: `WEAPP_DATA`, else the platform's data folder. */
export function dataFolder(env: Environment = process.env): string {
  return env.WEAPP_DATA ? resolve(env.WEAPP_DATA) : envPaths('weapp-rollout', { suffix: '' }).data;
}

/** File name of a program on a platform (`platform-arch`, as Node names them). */
export function executableName(program: ServerProgram, platform: string): string {
  return platform.startsWith('win32') ? `${program.name}.exe` : program.name;
}

/**
 * Where the cache keeps a program. Version and platform are in the folder's name, so that an upgrade never
 * replaces a running copy and a home folder shared by unlike machines stays right.
 */
export function cachedProgram(
  cache: string,
  program: ServerProgram,
  version: string,
  platform: string,
): string {
  return join(cache, `${program.name}-${version}-${platform}`, executableName(program, platform));
}

/**
 * Runs `work` in an own temporary folder inside the cache and removes the folder afterwards. Inside the cache,
 * because a rename is atomic only within one file system.
 */
export async function inPartialFolder<T>(cache: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const folder = await mkdtemp(join(cache, PARTIAL_PREFIX));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Puts a complete file in its final place, executable. Of two processes that do so at once the later one wins;
 * a program that is running keeps the file it was started from.
 */
export async function installExecutable(complete: string, target: string): Promise<void> {
  await chmod(complete, 0o755);
  await mkdir(dirname(target), { recursive: true });
  await rename(complete, target);
}

/** A killed process leaves its folder of up to 200 MB behind; after a day nobody can still be using it. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(PARTIAL_PREFIX)) continue;
    const folder = join(cache, name);
    // Another process may have removed it between the two calls.
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(folder, { recursive: true, force: true });
  }
}
