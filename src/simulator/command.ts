/** The command line of the simulator: reads options, starts it, waits until it is to stop. */
import { parseArgs } from 'node:util';
import { startSimulator } from './server.js';
import { StateFileError } from './state-file.js';
import { withReceiver } from './world/receiver.js';
import { assertWorld, readWorldFile, WorldError } from './world/world.js';

const HELP = `A WeChat that runs on this machine: staged releases, audits and quotas, without WeChat.

  npm run simulator -- --world FILE [--port N] [--host ADDRESS] [--push-to ADDRESS] [--state FILE]

  --world FILE       what exists when it starts, YAML or JSON; begin with examples/world.yaml
  --port N           0 to 65535; 0, the default, takes a free one
  --host ADDRESS     127.0.0.1 unless told otherwise; others can reach it on any other address
  --push-to ADDRESS  where \`npm run receiver\` listens, as http://127.0.0.1:8788; pushes go there that the world's
                     pushUrls send nowhere
  --state FILE       keeps everything over a restart, the ledger too; made when it is not there
  --help             this text

Point a WeChat client at the address it prints instead of https://api.weixin.qq.com, with a token of the world file:

  curl "http://127.0.0.1:N/wxa/getgrayreleaseplan?access_token=token-healthy"
  curl "http://127.0.0.1:N/_simulator/ledger"

docs/simulator.md has the world file, the control API and what is not simulated. Ctrl-C ends it.`;

/** What the command needs of its process. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Resolves when it shall stop. */
  stopped(): Promise<void>;
}

/** Runs the simulator until it is stopped. Exit codes: 0 ended as asked, 1 cannot listen, 2 wrong usage or an unusable world. */
export async function runSimulator(args: string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    terminal.out(HELP);
    return 0;
  }
  if ('usage' in options) {
    terminal.err(`${options.usage}\n\n${HELP}`);
    return 2;
  }
  try {
    const { world: file, port, host, receiver, state } = options;
    const input = await readWorldFile(file);
    assertWorld(input, file);
    const world = receiver === undefined ? input : withReceiver(input, receiver, file);
    const simulator = await startSimulator({
      world,
      port,
      host,
      ...(state === undefined ? {} : { stateFile: state }),
    });
    terminal.out(`simulator listening on ${simulator.url}`);
    await terminal.stopped();
    await simulator.close();
    return 0;
  } catch (error) {
    terminal.err(messageOf(error));
    return error instanceof WorldError || error instanceof StateFileError ? 2 : 1;
  }
}

interface Options {
  world: string;
  port: number;
  host: string;
  receiver: string | undefined;
  state: string | undefined;
}

function readOptions(args: string[]): Options | 'help' | { usage: string } {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        world: text,
        port: text,
        host: text,
        'push-to': text,
        state: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return 'help';
    const { world, port = '0', host = '127.0.0.1', 'push-to': receiver, state } = values;
    if (world === undefined) return { usage: '--world FILE is missing' };
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
      return { usage: `--port ${port} is not a number from 0 to 65535` };
    if (receiver !== undefined && !(/^https?:\/\//.test(receiver) && URL.canParse(receiver)))
      return { usage: `--push-to ${receiver} is no http address, such as http://127.0.0.1:8788` };
    return { world, port: Number(port), host, receiver, state };
  } catch (error) {
    return { usage: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
