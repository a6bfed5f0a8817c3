/** `identity new`, `identity check`: keys of approvers, and whom a worker would know. */
import { stringify } from 'yaml';
import { loadWorkerConfig, parseWorkerConfig } from '../../config/worker-config.js';
import { readSecret } from '../../credentials/references.js';
import { openIdentities } from '../../identity/identities.js';
import { fingerprint, newKeyPair, readPublicKey } from '../../identity/keys.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { writeKeyFile } from '../key-file.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

const NEW_HELP = `
The private key goes into a file that only you can read, and nowhere else; keep it as you keep a key of SSH. The public
key is no secret: it goes into the configuration of every worker. docs/identities.md has the rest.

Examples:
  weapp-rollout identity new alice
  weapp-rollout identity new alice --out ~/.weapp-rollout/alice.pem
  weapp-rollout approve wx0123456789abcdef --by alice --key alice.pem`;

const CHECK_HELP = `
It reads the file that WEAPP_CONFIG names and resolves its references as a worker does at its start, from the environment
of this command. No server is asked.

Examples:
  weapp-rollout identity check
  weapp-rollout identity check --output json`;

/** A name that is a file's name everywhere. */
const PLAIN_NAME = /^[A-Za-z0-9_][\w.-]*$/;

/** Adds `identity`. */
export function addIdentity({ add, run }: Registry, cli: Cli): void {
  const identity = add('identity', 'keys that prove who approves: new, check', 'identity new alice');
  identity
    .command('new <name>')
    .summary('make a key for an approver')
    .description(
      'Make a key for an approver: a private key file, and the line for the workers’ configuration.',
    )
    .option('--out <file>', 'where the private key goes; NAME.pem unless told otherwise')
    .addHelpText('after', NEW_HELP)
    .action(run((name: string, { out }: { out?: string }) => newIdentity(cli, name, out)));
  identity
    .command('check')
    .summary('list whom a worker with this configuration knows')
    .description('List the approvers whom a worker with this configuration knows.')
    .addOption(outputOption())
    .addHelpText('after', CHECK_HELP)
    .action(run(({ output }: { output: OutputFormat }) => checkIdentities(cli, output)));
}

async function newIdentity(cli: Cli, name: string, out: string | undefined): Promise<ExitCode> {
  const { privateKey, publicKey } = newKeyPair();
  const identities = { [name]: publicKey };
  // The very lines that are to be pasted, so that no name is made that a worker would refuse.
  try {
    parseWorkerConfig({ identities }, 'this name');
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), null, EXIT.usage);
  }
  if (out === undefined && !PLAIN_NAME.test(name))
    throw new CliError(
      'this name makes no file name',
      'say where the private key goes with --out FILE',
      EXIT.usage,
    );
  const file = out ?? `${name}.pem`;
  await writeKeyFile(file, privateKey);
  say(
    cli,
    `${cli.colors.green('✔')} ${file} is the private key of ${name}: whoever has it decides as ${name}. Never commit it.`,
  );
  say(cli, `  Fingerprint ${fingerprint(readPublicKey(publicKey))}`);
  say(cli, 'For the file that WEAPP_CONFIG names, of every worker; start them again after it:\n');
  print(cli, stringify({ identities }, { lineWidth: 0 }).trimEnd());
  return EXIT.ok;
}

async function checkIdentities(cli: Cli, output: OutputFormat): Promise<ExitCode> {
  const config = await loadWorkerConfig(cli.env);
  const identities = await openIdentities(
    config.identities,
    (reference) => readSecret(reference, cli.env, 'the public key'),
    config.api.publicKey,
  );
  const known = identities.list();
  const vouchers = identities.vouchers();
  if (output === 'json') {
    const api = vouchers.length === 0 ? [] : [{ name: null, vouches: true, fingerprints: vouchers }];
    print(cli, JSON.stringify([...known, ...api], null, 2));
    return EXIT.ok;
  }
  if (known.length === 0 && vouchers.length === 0)
    say(cli, 'no identities are configured: only names that are claimed can approve, where a plan lets them');
  const width = Math.max(...known.map(({ name }) => name.length));
  for (const { name, fingerprints } of known) print(cli, `${name.padEnd(width)}  ${fingerprints.join('  ')}`);
  if (vouchers.length > 0)
    print(cli, `the API vouches for whoever has a token, with key ${vouchers.join(' or ')}`);
  return EXIT.ok;
}
