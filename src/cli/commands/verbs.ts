/** The verbs as commands: one shape, a few options of their own. `rollback` is a file of its own: it may start a workflow. */
import { randomUUID } from 'node:crypto';
import { VERBS, type Verb } from '../../domain/commands.js';
import { connectTemporal, type Temporal } from '../../releases/connection.js';
import { type Delivered, deliver } from '../../releases/deliver.js';
import type { Target } from '../../releases/read.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { patienceOf } from '../patience.js';
import { VERB_COMMANDS } from '../verb-table.js';
import { safe, shellWord } from '../words.js';
import { type Registry, userOf } from './shared.js';
import { signatureFor, tellVerified } from './signature.js';
import { OWN_OPTIONS, payloadOf, type VerbOptions } from './verb-options.js';

/** Adds all but `rollback`. */
export function addVerbs({ add, run }: Registry, cli: Cli): void {
  for (const verb of VERBS) {
    if (verb === 'rollback') continue;
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
  const fields = await payloadOf(verb, options);
  const temporal = await connectTemporal(cli.env);
  try {
    const { run, wait } = options;
    const target: Target = { app, run };
    const by = options.as ?? options.by;
    const commandId = options.commandId ?? randomUUID();
    const signed = await signature(cli, temporal, target, { ...options, verb, by, commandId });
    const payload = { by, commandId, ...fields, ...signed };
    const delivered = await deliver(
      temporal,
      target,
      { verb, payload, noWait: wait === false },
      patienceOf(cli),
    );
    const isSigned = signed !== null;
    printDelivered(cli, app, verb, delivered, { by, commandId, isSigned });
    if (isSigned && (verb === 'approve' || verb === 'refuse'))
      await tellVerified(cli, temporal, target, { verb, by, delivered });
    return EXIT.ok;
  } finally {
    await temporal.close();
  }
}

async function signature(
  cli: Cli,
  temporal: Temporal,
  target: Target,
  { verb, by, commandId, key, gate }: VerbOptions & { verb: Verb; commandId: string },
): Promise<{ gate: string; signature: string } | null> {
  if (key === undefined || (verb !== 'approve' && verb !== 'refuse')) return null;
  return signatureFor(cli, temporal, target, { keyFile: key, verb, by, commandId, gate });
}

/** What was answered, and how the command stands in the release's story. */
export function printDelivered(
  cli: Cli,
  app: string,
  verb: Verb,
  { message, status, via }: Delivered,
  { by, commandId, isSigned }: { by: string; commandId: string; isSigned: boolean },
): void {
  print(cli, `${VERB_COMMANDS[verb].name}: ${safe(message)}`);
  const proof = isSigned ? 'signed; a worker verifies it' : 'a name that is only claimed';
  say(
    cli,
    cli.colors.dim(
      `  recorded as ${safe(by)} (${proof}), through ${via === 'signal' ? 'a Signal' : 'an Update'}, command ${commandId}`,
    ),
  );
  if (status?.outcome === null)
    print(cli, `  weapp-rollout status ${shellWord(app)} --watch   shows how it goes on`);
}
