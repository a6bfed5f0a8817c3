import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeSpawnError } from './run-command.js';

/** A server could not be started or ended by itself. The message carries its last log lines. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly logTail: readonly string[];
  /** It began and ended by itself before it answered, as a server does that lost a race for one of its ports. */
  readonly died: boolean;

  constructor(what: string, logTail: readonly string[], died = false) {
    super(
      logTail.length > 0
        ? [`${what}. Its last lines:`, ...logTail.map((line) => `  ${line}`)].join('\n')
        : what,
    );
    this.logTail = logTail;
    this.died = died;
  }
}

/** A server that runs as a child of this process. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves, with how it ended, when it has ended for any reason. */
  readonly ended: Promise<string>;
  /** The last lines of its log. */
  logTail(): string[];
  /** Asks it to end, insists after the grace time, and waits until it is gone. May be called again. */
  stop(): Promise<void>;
}

/** How to start a server. */
export interface ServerProcessOptions {
  readonly path: string;
  readonly args: readonly string[];
  /** Takes its output, appended. Without it the log is kept only while the server runs. */
  readonly logFile?: string;
  /** Milliseconds between asking it to end (SIGTERM) and killing it. */
  readonly graceMs: number;
}

const TAIL_LINES = 20;
const TAIL_BYTES = 8 * 1024;

/**
 * Starts a server so that it ends with this process and never before.
 *
 * It gets a process group of its own: Ctrl-C in a terminal goes to the whole group, and would end the server while
 * the worker still reports its last results to it. In return nothing else ends it when we die, so a watchdog does.
 * @throws {ServerStartError} when it cannot be started at all
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const log = await openLog(options.logFile);
  // Output goes into a file and not through us: a pipe that we are too busy to read would stop the server.
  const child = spawn(options.path, options.args, {
    stdio: ['ignore', log.descriptor, log.descriptor],
    detached: process.platform !== 'win32',
  });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error) => {
      log.close();
      failed(new ServerStartError(`${options.path} cannot be started: ${describeSpawnError(error)}`, []));
    });
  });
  // 'spawn' was emitted, so there is a pid; the type cannot know that.
  const pid = child.pid ?? 0;
  // A server never keeps its owner from ending.
  child.unref();

  const watchdog = startWatchdog(pid);
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      process.removeListener('exit', endWithUs);
      watchdog?.kill('SIGKILL');
      resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`);
    });
  });
  void ended.then(() => log.close());

  return {
    pid,
    ended,
    logTail: log.tail,
    async stop() {
      // The promise alone does not keep Node running once the child is unreferenced.
      child.ref();
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), options.graceMs);
      await ended;
      clearTimeout(insist);
    },
  };
}

/**
 * Ends the server when this process has died without a chance to do so (kill -9, an abort, an unhandled signal): the
 * pipe it reads from closes with us. It has its own group for the same reason as the server.
 */
function startWatchdog(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  // It looks again every second, so as not to kill an unrelated process that got the number later.
  const insist = 'for s in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 "$1" || exit; done; kill -KILL "$1"';
  const script = `read -r _; kill -TERM "$1"; ${insist}`;
  const watchdog = spawn('/bin/sh', ['-c', script, 'watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell there is no watchdog, and the exit handler still covers every orderly end.
  watchdog.once('error', () => {});
  watchdog.unref();
  const pipe = watchdog.stdin;
  if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return watchdog;
}

interface Log {
  readonly descriptor: number;
  tail(): string[];
  /** Keeps the last lines, which tell why the server ended, and lets go of the file. */
  close(): void;
}

async function openLog(logFile: string | undefined): Promise<Log> {
  const descriptor = logFile ? await openLogFile(logFile) : openNamelessFile();
  let last: string[] | undefined;
  return {
    descriptor,
    tail: () => last ?? readTail(descriptor),
    close() {
      last ??= readTail(descriptor);
      closeSync(descriptor);
    },
  };
}

async function openLogFile(path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  return openSync(path, 'a+');
}

/** A file that is removed while it is open is gone with the last process that has it open, however that ends. */
function openNamelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-rollout-'));
  const descriptor = openSync(join(folder, 'server.log'), 'a+');
  rmSync(folder, { recursive: true, force: true });
  return descriptor;
}

function readTail(descriptor: number): string[] {
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const length = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  return bytes
    .toString('utf8', 0, length)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-TAIL_LINES);
}
