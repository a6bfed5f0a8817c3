/** `status`: a release now, or followed to its end. */
import type { ReleaseStatus } from '../../domain/status.js';
import { connectTemporal, type Temporal } from '../../releases/connection.js';
import { follow } from '../../releases/follow.js';
import { type Reading, readRelease, type Target } from '../../releases/read.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.js';
import { jsonFollower, logFollower, type Screen, screenFollower } from '../followers.js';
import { renderView } from '../render.js';
import { NO_ASIDE } from '../view.js';
import { viewOf } from '../view-model.js';
import { ago, safe, shellWord } from '../words.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

interface StatusOptions {
  watch?: boolean;
  run?: string;
  output: OutputFormat;
  exitCode?: boolean;
}

/** Adds `status`. */
export function addStatus({ add, run }: Registry, cli: Cli): void {
  add('status <app>', 'show a release: the latest run of the app', 'status wx0123456789abcdef --watch')
    .option('-w, --watch', 'follow it until it ends; Ctrl-C ends only the watching')
    .option('--run <id>', 'an older run')
    .option('--exit-code', 'end with the code of where it stands')
    .addOption(outputOption())
    .action(
      run(async (app: string, options: StatusOptions): Promise<ExitCode> => {
        const temporal = await connectTemporal(cli.env);
        try {
          const target = { app, run: options.run };
          if (options.watch) return await watch(cli, temporal, target, options.output);
          return await show(cli, await readRelease(temporal, target), options);
        } finally {
          await temporal.close();
        }
      }),
    );
}

async function show(cli: Cli, reading: Reading, { output, exitCode }: StatusOptions): Promise<ExitCode> {
  if (reading.kind === 'silent' || reading.kind === 'lost') {
    if (output === 'json') print(cli, JSON.stringify({ unreadable: reading.why, ...reading.row }, null, 2));
    else printUnread(cli, reading);
    if (!exitCode) return EXIT.ok;
    return reading.kind === 'lost' ? EXIT.failed : EXIT.tool;
  }
  if (output === 'json') print(cli, JSON.stringify(reading.status, null, 2));
  else printStatus(cli, reading);
  return exitCode ? exitCodeOf(reading.status) : EXIT.ok;
}

function printStatus(cli: Cli, reading: Extract<Reading, { status: ReleaseStatus }>): void {
  const [shown, aside] = reading.kind === 'open' ? [reading.live, reading.aside] : [reading.status, NO_ASIDE];
  const columns = cli.out.isTTY === true ? cli.out.columns : undefined;
  print(cli, renderView(viewOf(shown, cli.now(), aside), cli.colors, columns).join('\n'));
}

/** What the server knows when no worker or no result can tell more. */
function printUnread(cli: Cli, { why, row, kind }: Extract<Reading, { kind: 'silent' | 'lost' }>): void {
  print(cli, cli.colors.yellow(`⚠ ${safe(why)}`));
  const facts: [string, string | null][] = [
    ['App', row.app],
    ['Version', row.version],
    ['Phase', kind === 'lost' ? row.state : row.phase],
    ['Now', row.percentage === null ? null : `${row.percentage} % of users`],
    ['Paused', row.paused ? 'yes' : null],
    ['Attention', row.attention ? 'a person must look' : null],
    ['Started', ago(row.startedAt, cli.now())],
    ['Run', row.runId],
  ];
  print(cli, kind === 'lost' ? 'When it ended:' : 'When a worker last acted:');
  for (const [key, text] of facts) if (text !== null) print(cli, `  ${`${key}:`.padEnd(11)}${text}`);
}

/** Follows a release until it ends; the exit code is its outcome's. */
export async function watch(
  cli: Cli,
  temporal: Temporal,
  target: Target,
  output: OutputFormat,
): Promise<ExitCode> {
  // Fails before the screen is taken when there is no such release.
  const { runId } = await readRelease(temporal, target);
  const interrupted = cli.interruptible();
  const screen = screenFor(cli, output);
  let last: Reading | null;
  try {
    last = await follow(temporal, { app: target.app, run: runId }, screen, interrupted);
  } finally {
    screen.close();
  }
  if (last?.kind === 'lost') {
    say(cli, `error: ${safe(last.why)}`);
    return EXIT.failed;
  }
  if (last?.kind !== 'closed')
    say(
      cli,
      `stopped watching; the release goes on. weapp-rollout status ${shellWord(target.app)} --watch looks again`,
    );
  return last !== null && 'status' in last ? exitCodeOf(last.status) : EXIT.ok;
}

function screenFor(cli: Cli, output: OutputFormat): Screen {
  if (output === 'json') return jsonFollower(cli);
  return cli.out.isTTY === true ? screenFollower(cli) : logFollower(cli, (line) => print(cli, line));
}
