/** `token new`: a token for the HTTP API, and the line by which the API knows it. */
import { Option } from 'commander';
import { Document, isCollection } from 'yaml';
import { API_ROLES, type ApiRole } from '../../config/api.js';
import { parseWorkerConfig } from '../../config/worker-config.js';
import { newToken, tokenHash } from '../../identity/tokens.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';
import { moment } from './verb-options.js';

interface NewOptions {
  role: ApiRole[];
  app: string[];
  expires?: string;
  output: OutputFormat;
}

const NEW_HELP = `
The token goes to standard output, once, and is kept nowhere: hand it to its owner, who keeps it as a password. The lines
for the API's configuration go to standard error; they have its SHA-256 only, which opens nothing. That is enough: a token
is 256 random bits, which nobody guesses from a hash. The name is who does what is asked with it.

Examples:
  weapp-rollout token new ann --role operator --role approver --app wx0123456789abcdef
  weapp-rollout token new pipeline --role operator --app '*' --expires 2027-01-31T00:00:00Z > token.txt`;

/** Adds `token`. */
export function addToken({ add, run }: Registry, cli: Cli): void {
  add('token', 'tokens of the HTTP API: new', "token new ann --role operator --app '*'")
    .command('new <name>')
    .summary('make a token for the HTTP API')
    .description(
      'Make a token for the HTTP API: a secret for its owner, and the lines for the configuration.',
    )
    .addOption(needed('--role <roles...>', 'what it may do').choices(API_ROLES))
    .addOption(needed('--app <appids...>', "the Mini Programs it is for; '*' for all"))
    .option('--expires <moment>', 'when it ends, with its zone: 2027-01-31T00:00:00Z', moment)
    .addOption(outputOption())
    .addHelpText('after', NEW_HELP)
    .action(run((name: string, options: NewOptions) => make(cli, name, options)));
}

function needed(flags: string, what: string): Option {
  return new Option(flags, what).makeOptionMandatory();
}

async function make(cli: Cli, name: string, { role, app, expires, output }: NewOptions): Promise<ExitCode> {
  const token = newToken();
  const entry = {
    name,
    hash: tokenHash(token),
    roles: role,
    apps: app,
    ...(expires === undefined ? {} : { expires }),
  };
  const api = { tokens: [entry] };
  // The very lines that are to be pasted, so that no token is made that the API would refuse.
  try {
    parseWorkerConfig({ api }, 'this token');
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), null, EXIT.usage);
  }
  if (expires !== undefined && Date.parse(expires) <= cli.now())
    throw new CliError(`--expires ${expires} is over already`, 'choose a later moment', EXIT.usage);
  if (output === 'json') {
    print(cli, JSON.stringify({ token, entry }));
    return EXIT.ok;
  }
  say(cli, `${cli.colors.green('✔')} the token of ${name}, shown this once: whoever has it acts as ${name}`);
  say(cli, 'For the file that WEAPP_CONFIG names, of the API, which has to be started again after it:\n');
  say(cli, linesOf(api));
  say(cli, '');
  print(cli, token);
  return EXIT.ok;
}

/** The token on a line of its own, so that it can be put into a list that is there. */
function linesOf(api: object): string {
  const lines = new Document({ api });
  const entry = lines.getIn(['api', 'tokens', 0]);
  if (isCollection(entry)) entry.flow = true;
  return lines.toString({ lineWidth: 0 }).trimEnd();
}
