/** The process that a command line runs in, as commands see it. */
import { createInterface } from 'node:readline';
import { createColors } from 'picocolors';
import type { Cli } from './context.js';

/** Exit code of a process that a second Ctrl-C ended. */
const INTERRUPTED = 130;
/** One press may arrive twice: from the terminal and from the program that started us. Milliseconds. */
const ONE_PRESS_MS = 1_000;

/** Colours only where someone sees them: a terminal, and no NO_COLOR. */
export function wantsColors(env: Cli['env'], out: Cli['out']): boolean {
  return out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** This process. */
export function processCli(): Cli {
  let controller: AbortController | null = null;
  return {
    env: process.env,
    out: process.stdout,
    err: process.stderr,
    colors: createColors(wantsColors(process.env, process.stdout)),
    now: Date.now,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askOnTerminal } : {}),
    interruptible() {
      if (controller !== null) return controller.signal;
      const begun = new AbortController();
      controller = begun;
      let first = 0;
      const interrupt = () => {
        if (!begun.signal.aborted) {
          first = performance.now();
          begun.abort();
        } else if (performance.now() - first > ONE_PRESS_MS) process.exit(INTERRUPTED);
      };
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
      return begun.signal;
    },
  };
}

/** Ctrl-D and Ctrl-C are no answer. */
function askOnTerminal(question: string): Promise<string> {
  return new Promise((resolve) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const unanswered = () => {
      process.stderr.write('\n');
      resolve('');
    };
    terminal.once('close', unanswered);
    terminal.question(question, (answer) => {
      terminal.off('close', unanswered);
      terminal.close();
      resolve(answer);
    });
  });
}

/** Ends the process even when something still holds it, such as a download that was broken off. */
export function endProcess(code: number): never {
  process.exit(code);
}
