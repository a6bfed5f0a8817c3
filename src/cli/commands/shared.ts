/** What several commands take in the same way. */
import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type LoadResult, loadPlanFile } from '../../plan/load.js';
import { renderProblems } from '../../plan/render-problems.js';
import type { Environment } from '../../servers/folders.js';
import { type Cli, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

/** Where commands are added. */
export interface Registry {
  /** Adds a command by its signature, such as `status <app>`, with a line about it and an example. */
  add(signature: string, summary: string, example: string): Command;
  /** Makes a command's action of something that answers with its exit code. */
  run<Args extends unknown[]>(action: (...args: Args) => Promise<ExitCode>): (...args: Args) => Promise<void>;
}

export type OutputFormat = 'text' | 'json';

/** `--output`. */
export function outputOption(): Option {
  return new Option('--output <format>', 'for people, or for programs')
    .choices(['text', 'json'])
    .default('text');
}

/** Who gives a command when `--by` does not say: $USER, else the account's name. */
export function userOf(env: Environment): string {
  return env.USER || env.USERNAME || accountName();
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no account.
    return 'unknown';
  }
}

/** A TCP port. */
export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError('It must be a number from 1 to 65535.');
}

/**
 * Reads and lints a plan; hints go to standard error.
 * @throws CliError with exit code 2 when it may not be started
 */
export async function loadPlanOrRefuse(cli: Cli, file: string): Promise<Extract<LoadResult, { ok: true }>> {
  const loaded = await loadPlanFile(file);
  if (loaded.hints.length > 0) say(cli, `hints:\n${renderProblems(loaded.hints, file)}`);
  if (loaded.ok) return loaded;
  say(cli, renderProblems(loaded.problems, file));
  const many = loaded.problems.length === 1 ? 'a problem' : `${loaded.problems.length} problems`;
  throw new CliError(`${file} has ${many} and may not be started`, null, EXIT.usage);
}
