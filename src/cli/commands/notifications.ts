/** `notifications test`: one message to each channel of a plan, sent by a worker. */
import { type Command, InvalidArgumentError } from 'commander';
import { channelName } from '../../domain/notifying/events.js';
import { connectTemporal } from '../../releases/connection.js';
import { tryChannels } from '../../releases/notifications.js';
import type { TestedChannel } from '../../workflows/messages.js';
import { type Cli, print } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { sayingThatItWaits } from '../waiting-for-worker.js';
import { safe } from '../words.js';
import { loadPlanOrRefuse, type OutputFormat, outputOption, type Registry } from './shared.js';

const HELP = `
The message says of itself that it is a test. Each channel is tried once; a release would try for half an hour.

Examples:
  weapp-rollout notifications test examples/production.yaml
  weapp-rollout notifications test plan.yaml --channel 2
  weapp-rollout notifications test plan.yaml --output json`;

interface Options {
  channel?: number;
  output: OutputFormat;
}

/** Adds `notifications`. */
export function addNotifications({ add, run }: Registry, cli: Cli): void {
  const notifications: Command = add(
    'notifications',
    "try out a plan's channels: test",
    'notifications test examples/production.yaml',
  );
  notifications
    .command('test <plan>')
    .summary('send one test message to each channel')
    .description('Send one test message to each channel of a plan, through a worker.')
    .option('--channel <number>', 'only this one, counted from 1', counted)
    .addOption(outputOption())
    .addHelpText('after', HELP)
    .action(run((file: string, options: Options) => test(cli, file, options)));
}

function counted(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It must be a number from 1 on.');
}

async function test(cli: Cli, file: string, { channel, output }: Options): Promise<ExitCode> {
  const { plan } = await loadPlanOrRefuse(cli, file);
  const { notify } = plan;
  if (notify.length === 0)
    throw new CliError(`${file} names nobody to tell`, 'add notify: docs/notifications.md', EXIT.usage);
  if (channel !== undefined && channel > notify.length)
    throw new CliError(
      `${file} has no channel ${channel}`,
      `it has ${notify.map((entry, index) => channelName(index, entry)).join(', ')}`,
      EXIT.usage,
    );
  const temporal = await connectTemporal(cli.env);
  try {
    const tested = await sayingThatItWaits(cli, tryChannels(temporal, plan, channel, cli.interruptible()));
    const ok = tested.every(({ result }) => result.sent);
    if (output === 'json') print(cli, JSON.stringify({ ok, channels: tested }, null, 2));
    else for (const entry of tested) print(cli, line(cli, entry));
    return ok ? EXIT.ok : EXIT.tool;
  } finally {
    await temporal.close();
  }
}

function line({ colors }: Cli, { channel, kind, result }: TestedChannel): string {
  const name = channelName(channel - 1, { kind });
  if (result.sent) return `${colors.green('✔')} ${name}  sent: see whether it arrived`;
  const remedy = result.remedy === '' ? '' : `\n  ${safe(result.remedy)}`;
  return `${colors.red('✖')} ${name}  not sent: ${safe(result.reason)}${remedy}`;
}
