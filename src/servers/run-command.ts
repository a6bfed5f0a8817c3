import { spawn } from 'node:child_process';
import type { Environment } from './folders.js';

/** How a command ended. `missing`: there is no such program, or it cannot be executed here. */
export type CommandResult =
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly afterMs: number };

/** What a command gets. */
export interface CommandOptions {
  readonly env: Environment;
  /** Milliseconds after which the command and all it has started are killed. */
  readonly timeoutMs: number;
}

// Enough for any error text; a program that floods its output must not fill our memory.
const KEPT_CHARACTERS = 64 * 1024;

/** Runs a program to its end and keeps what it printed. Never throws. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((done) => {
    // An own process group, so that at the time limit what the command started ends with it.
    const child = spawn(file, args, {
      env: { ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-KEPT_CHARACTERS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-KEPT_CHARACTERS);
    });
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, options.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      done({ kind: 'missing', reason: describeSpawnError(error) });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut) return done({ kind: 'timeout', afterMs: options.timeoutMs });
      done({
        kind: 'ended',
        code: code ?? 1,
        stdout,
        stderr: code === null ? `${stderr}\nended by ${signal}` : stderr,
      });
    });
  });
}

/** Why a program could not be started, in words. */
export function describeSpawnError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such program';
    case 'EACCES':
      return 'it is not executable';
    case 'ENOEXEC':
      return 'it is not a program for this machine';
    default:
      return `it could not be started (${error.code ?? error.message})`;
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
