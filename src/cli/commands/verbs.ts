/** `pause`, `resume`, `promote`, `abort`, `retry`, `give-up`: one shape, a few options of their own. */
import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { VERBS, type Verb } from '../../domain/commands.js';
import { connectTemporal } from '../connection.js';
import { type Cli, print } from '../context.js';
import { deliver } from '../deliver.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { VERB_COMMANDS } from '../verb-table.js';
import { shellWord } from '../words.js';
import { type Registry, userOf } from './shared.js';

interface VerbOptions {
  by: string;
  reason?: string;
  run?: string;
  commandId?: string;
  metric?: string;
  restart?: boolean;
  expect?: number;
  full?: boolean;
  withdrawAudit?: boolean;
  wait?: boolean;
}

const noWait = (command: Command) =>
  command.option('--no-wait', 'do not wait until the release has taken it; Temporal keeps it');

/** Options that only one verb has. */
const OWN_OPTIONS: Partial<Record<Verb, (command: Command) => Command>> = {
  pause: noWait,
  resume: (command) =>
    command
      .option('--metric <name>', 'lift the pause that this metric caused')
      .option('--restart', 'soak again from the start'),
  promote: (command) =>
    command
      .option('--expect <percent>', 'the percentage that is running; refused when it is another', percentage)
      .option('--full', 'straight to 100 %'),
  abort: (command) =>
    noWait(command.option('--withdraw-audit', 'take a running audit back too (five a day for each app)')),
};

/** Adds the six. */
export function addVerbs({ add, run }: Registry, cli: Cli): void {
  for (const verb of VERBS) {
    const { name, summary, example } = VERB_COMMANDS[verb];
    const command = add(`${name} <app>`, summary, example)
      .option('--by <who>', 'who you are, as the release records it', userOf(cli.env))
      .option('--reason <why>', 'why, as the release records it')
      .option('--run <id>', 'an older run; without it the latest')
      .option('--command-id <id>', 'send the same command again without doing it twice');
    const whole = OWN_OPTIONS[verb]?.(command) ?? command;
    whole.action(run((app: string, given: VerbOptions) => steer(cli, verb, app, given)));
  }
}

async function steer(cli: Cli, verb: Verb, app: string, options: VerbOptions): Promise<ExitCode> {
  const temporal = await connectTemporal(cli.env);
  try {
    const { run, by, wait } = options;
    const { message, status } = await deliver(
      cli,
      temporal,
      { app, run },
      {
        verb,
        payload: { by, commandId: options.commandId ?? randomUUID(), ...detailsOf(options) },
        noWait: wait === false,
      },
    );
    print(cli, `${VERB_COMMANDS[verb].name}: ${message}`);
    if (status?.outcome === null)
      print(cli, `  weapp-rollout status ${shellWord(app)} --watch   shows how it goes on`);
    return EXIT.ok;
  } finally {
    await temporal.close();
  }
}

/** What goes into the JSON object, less what was not given. */
function detailsOf(options: VerbOptions): Record<string, unknown> {
  const { reason, metric, restart, expect, full, withdrawAudit } = options;
  const details = { reason, metric, restart, expect, full, withdrawAudit };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

function percentage(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 100.');
}
