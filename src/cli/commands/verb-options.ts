/** The options of each verb, and the JSON object that they become. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Verb } from '../../domain/commands.js';
import { parseDuration } from '../../domain/duration.js';
import { CliError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { readItems } from '../items-file.js';

export interface VerbOptions {
  by: string;
  as?: string;
  reason?: string;
  run?: string;
  commandId?: string;
  metric?: string;
  restart?: boolean;
  adopt?: boolean;
  expect?: number;
  full?: boolean;
  withdrawAudit?: boolean;
  gate?: string;
  key?: string;
  items?: string;
  template?: number;
  until?: string;
  for?: string;
  override?: boolean;
  wait?: boolean;
}

const noWait = (command: Command) =>
  command.option('--no-wait', 'do not wait until the release has taken it; Temporal keeps it');

const approval = (command: Command) =>
  command
    .option('--gate <key>', 'the gate that is meant, as status shows it; refused when another one waits')
    .option('--key <file>', 'sign it with this private key (`weapp-rollout identity new` makes one)')
    .option('--as <name>', 'the approver that you are; without it who --by says');

/** Options that only one verb has. */
export const OWN_OPTIONS: Partial<Record<Verb, (command: Command) => Command>> = {
  pause: noWait,
  resume: (command) =>
    command
      .option('--metric <name>', 'lift the pause that this metric caused')
      .option('--adopt', "take over a percentage that someone raised in WeChat's console")
      .option('--restart', 'soak again from the start'),
  promote: (command) =>
    command
      .option('--expect <percent>', 'the percentage that is running; refused when it is another', percentage)
      .option('--full', 'straight to 100 %; approvals that are skipped stay owed'),
  approve: approval,
  refuse: approval,
  abort: (command) =>
    noWait(command.option('--withdraw-audit', 'take a running audit back too (five a day for each app)')),
  resubmit: (command) =>
    command
      .option('--items <file>', "corrected items, YAML or JSON: a list, or a plan's audit.items")
      .option('--template <id>', 'upload another template first', whole),
  freeze: (command) =>
    command
      .option('--until <moment>', 'its end, with its zone: 2026-10-08T09:00:00+08:00', moment)
      .option('--for <duration>', 'its length: 2d', duration),
  unfreeze: (command) =>
    command.option('--override', 'keep the freeze; only the next stage begins in spite of it and of windows'),
};

/**
 * What goes into the JSON object, less what was not given.
 * @throws CliError with exit code 2 when options do not go together or a file cannot be used
 */
export async function payloadOf(verb: Verb, options: VerbOptions): Promise<Record<string, unknown>> {
  checkTogether(verb, options);
  const { reason, metric, restart, adopt, expect, full, withdrawAudit, gate, template, until, override } =
    options;
  const items = options.items === undefined ? undefined : await readItems(options.items);
  const fields = {
    reason,
    metric,
    restart,
    adopt,
    expect,
    full,
    withdrawAudit,
    gate,
    items,
    template,
    until,
    for: options.for,
    override,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function checkTogether(verb: Verb, { until, for: length, reason }: VerbOptions): void {
  if (verb !== 'freeze') return;
  const refuse = (message: string, remedy: string) => new CliError(message, remedy, EXIT.usage);
  if ((until === undefined) === (length === undefined))
    throw refuse(
      'freeze needs its end: one of --until and --for',
      'for example --for 2d, or --until 2026-10-08T09:00:00+08:00',
    );
  if (reason === undefined) throw refuse('freeze needs --reason', 'for example --reason "national holiday"');
}

/** Percent. */
export function percentage(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 100.');
}

/** A whole number. */
export function whole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** A moment with its zone, as ISO 8601 in UTC: what has no zone would be another moment on another machine. */
export function moment(text: string): string {
  const zoned = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const at = Date.parse(text);
  if (zoned && !Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'It must be a moment with its zone, such as 2026-10-08T09:00:00+08:00 or 2026-10-08T01:00:00Z.',
  );
}

function duration(text: string): string {
  try {
    parseDuration(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : String(error));
  }
}
