/** The command line of a server: where it listens. */
import { parseArgs } from 'node:util';

export interface Listen {
  port: number;
  host: string;
}

/** `usage` is what is wrong with it. */
export type Arguments = Listen | 'help' | { usage: string };

/** Reads `--port`, `--host` and `--help`; without them this machine alone can reach it, at `port`. */
export function readArguments(args: string[], usual: number): Arguments {
  const text = { type: 'string' } as const;
  try {
    const options = { port: text, host: text, help: { type: 'boolean', short: 'h' } } as const;
    const { values } = parseArgs({ args, options });
    if (values.help === true) return 'help';
    const { port = String(usual), host = '127.0.0.1' } = values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
      return { usage: `--port ${port} is not a number from 0 to 65535` };
    return { port: Number(port), host };
  } catch (error) {
    return { usage: error instanceof Error ? error.message : String(error) };
  }
}
