/** A process for tests: what was written, and a Ctrl-C at hand. */
import { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import type { Cli, Output } from '../../src/cli/context.js';

export interface FakeCli extends Cli {
  stdout(): string;
  stderr(): string;
  /** Presses Ctrl-C. */
  interrupt(): void;
}

export function fakeCli(env: Cli['env'] = {}): FakeCli {
  const out = collector();
  const err = collector();
  const controller = new AbortController();
  return {
    env: { USER: 'alice', ...env },
    out: out.stream,
    err: err.stream,
    colors: createColors(false),
    now: Date.now,
    interruptible: () => controller.signal,
    stdout: out.text,
    stderr: err.text,
    interrupt: () => controller.abort(),
  };
}

function collector(): { stream: Output; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}
