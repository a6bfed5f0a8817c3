/** The command line: its commands, its help, and how their ends become exit codes. */

import { Command, CommanderError } from 'commander';
import { createColors } from 'picocolors';
import { productVersion } from '../config/version.js';
import { addApps } from './commands/apps.js';
import { addCheck } from './commands/check.js';
import { addErrors } from './commands/errors.js';
import { addEvidence } from './commands/evidence.js';
import { addHistory } from './commands/history.js';
import { addIdentity } from './commands/identity.js';
import { addLint } from './commands/lint.js';
import { addList } from './commands/list.js';
import { addNotifications } from './commands/notifications.js';
import { addReplay } from './commands/replay.js';
import { addReport } from './commands/report.js';
import { addRollback } from './commands/rollback.js';
import type { Registry } from './commands/shared.js';
import { addSimulate } from './commands/simulate.js';
import { addStart } from './commands/start.js';
import { addStatus } from './commands/status.js';
import { addToken } from './commands/token.js';
import { addUp } from './commands/up.js';
import { addVerbs } from './commands/verbs.js';
import { addWechat } from './commands/wechat.js';
import { type Cli, say } from './context.js';
import { renderError, toCliError } from './errors.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { HELP_FOOTER } from './help.js';
import { joinFields } from './wechat/fields.js';

/** Runs one command line; never throws. @param args what stands after the program's name */
export async function runCli(args: readonly string[], cli: Cli): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = programOf(cli, (ended) => {
    code = ended;
  });
  // Behind a command's name it is the command's: `list --version 1.4.0`.
  if (asksVersion(args)) program.version(productVersion(), '-V, --version');
  try {
    await program.parseAsync(joinFields(args), { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its own; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = toCliError(error);
    say(cli, renderError(failure));
    const debug = program.opts().debug === true || cli.env.WEAPP_DEBUG === '1';
    if (debug) say(cli, stackOf(failure.cause ?? failure));
    return failure.exitCode;
  }
}

/** Whether `--version` can be this program's: it stands before any command, or there is none. */
function asksVersion(args: readonly string[]): boolean {
  const command = args.findIndex((arg) => !arg.startsWith('-'));
  return command === -1 || args.slice(0, command).some((arg) => arg === '-V' || arg === '--version');
}

function stackOf(error: unknown): string {
  return error instanceof Error ? `${error.stack}` : String(error);
}

/** The whole command line; `ended` takes the exit code of what was run. */
export function programOf(cli: Cli, ended: (code: ExitCode) => void): Command {
  const program = new Command('weapp-rollout')
    .description(
      'Staged rollouts of WeChat Mini Programs: audit, 1 → 10 → 50 → 100 %, and back by itself when health fails.',
    )
    .option('--no-color', 'plain text; so does NO_COLOR, and so does output that is no terminal')
    .option('--debug', 'show the stack of an error; so does WEAPP_DEBUG=1')
    .configureOutput({
      writeOut: (text) => cli.out.write(text),
      writeErr: (text) => cli.err.write(text),
      getOutHelpWidth: () => cli.out.columns ?? 100,
      getErrHelpWidth: () => cli.err.columns ?? 100,
    })
    .showHelpAfterError('(--help shows examples)')
    .addHelpText('after', `\n${HELP_FOOTER}`)
    .exitOverride()
    .hook('preAction', () => {
      if (program.opts().color === false) cli.colors = createColors(false);
    });
  const registry: Registry = {
    add: (signature, summary, example) =>
      program
        .command(signature)
        .summary(summary)
        .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
        .addHelpText('after', `\nExample:\n  weapp-rollout ${example}`),
    run:
      (action) =>
      async (...given) =>
        ended(await action(...given)),
  };
  for (const addCommand of [
    addUp,
    addLint,
    addCheck,
    addNotifications,
    addSimulate,
    addStart,
    addStatus,
    addHistory,
    addEvidence,
    addList,
    addVerbs,
    addRollback,
    addReport,
    addReplay,
    addApps,
    addIdentity,
    addToken,
    addWechat,
    addErrors,
  ])
    addCommand(registry, cli);
  return program;
}
