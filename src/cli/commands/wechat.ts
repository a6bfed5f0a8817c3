/** `wechat`: makes one call of WeChat by hand, by the catalogue's row. */
import { loadWorkerConfig, type WorkerConfig } from '../../config/worker-config.js';
import { nearest } from '../../plan/near.js';
import { type Endpoint, type EndpointName, endpointNames, endpoints } from '../../wechat/catalogue.js';
import type { TokenField } from '../../wechat/endpoint.js';
import { WechatError } from '../../wechat/errors.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { complaintsAbout } from '../wechat/complaints.js';
import { helpOf, readRequest } from '../wechat/fields.js';
import { openOutput } from '../wechat/output.js';
import { insteadOf, intentionOf, renderCall, renderCalls } from '../wechat/show.js';
import { toCallError } from '../wechat/trouble.js';
import { safe } from '../words.js';
import type { Registry } from './shared.js';

const HELP = `
Fields are written as WeChat has them: --gray_percentage 10 --support_debuger_first true. Texts are taken as they are,
numbers, flags, lists and objects as JSON; @FILE takes what is in a file (a text that begins with @ is written @@).
--params '{"gray_percentage": 10}' or --params @FILE gives them all at once. Limits are checked before anything is sent.

Tokens, and where WeChat is, come from the worker's configuration (WEAPP_CONFIG, or WEAPP_TOKEN). The answer is JSON on
standard output; an image goes to --output-file. A call that changes something asks first, or needs --yes. It does not
go through a release: while one runs, steer it with pause, promote and abort instead.

  weapp-rollout wechat                        lists the calls
  weapp-rollout wechat grayrelease --help     shows what one takes, answers, and its errors`;

interface Options {
  app?: string;
  params?: string;
  tokenField?: string;
  outputFile?: string;
  yes?: boolean;
  list?: boolean;
}

/** Adds `wechat`. Fields reach it joined (`joinFields`). */
export function addWechat({ add, run }: Registry, cli: Cli): void {
  add(
    'wechat [endpoint]',
    'make one call of WeChat by hand',
    'wechat getgrayreleaseplan --app wx0123456789abcdef',
  )
    .usage('[endpoint] [--app APPID] [--field value …] [options]')
    .option(
      '--app <appid>',
      'the Mini Program that it is made for; calls that take either token are the platform’s without it',
    )
    .option('--params <json>', 'all fields at once, as JSON or @FILE')
    .option('--token-field <name>', 'another query field for the token, where WeChat documents one')
    .option('--output-file <file>', 'where the answer goes instead of standard output; needed for images')
    .option('--yes', 'do not ask before a call that changes something')
    .option('--list', 'list the calls')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', HELP)
    .action(
      run(
        async (
          endpoint: string | undefined,
          options: Options,
          command: { args: string[]; help(): never },
        ) => {
          const words = command.args;
          const wantsHelp = words.some((word) => word === '--help' || word === '-h');
          if (endpoint === undefined || options.list === true) return printLines(cli, renderCalls());
          if (endpoint === '--help' || endpoint === '-h') return command.help();
          const name = nameOf(endpoint);
          if (wantsHelp) return printLines(cli, renderCall(name));
          return callByHand(cli, name, words.slice(1), options);
        },
      ),
    );
}

function printLines(cli: Cli, lines: string[]): ExitCode {
  for (const line of lines) print(cli, line);
  return EXIT.ok;
}

/** A large package or video takes its time, and a write that is given up leaves nobody any wiser. Milliseconds. */
const WRITE_TIMEOUT_MS = 60_000;

const refuse = (message: string, remedy: string) => new CliError(message, remedy, EXIT.usage);

function nameOf(written: string): EndpointName {
  const name = endpointNames.find((one) => one === written);
  if (name !== undefined) return name;
  if (written.startsWith('-'))
    throw refuse('the call comes first', 'weapp-rollout wechat ENDPOINT --field value');
  const part = written.toLowerCase().replace(/[^a-z]/g, '');
  const similar = endpointNames.filter((one) => part.length > 2 && one.replaceAll('_', '').includes(part));
  const near = nearest(written, endpointNames);
  const guesses = [...new Set([...(near === undefined ? [] : [near]), ...similar])];
  const guess = guesses.length === 0 ? '' : `; did you mean ${guesses.join(' or ')}?`;
  throw refuse(`there is no call ${safe(written)}${guess}`, 'weapp-rollout wechat   lists the calls');
}

async function callByHand(
  cli: Cli,
  name: EndpointName,
  words: string[],
  options: Options,
): Promise<ExitCode> {
  const row: Endpoint = endpoints[name];
  if (row.secret)
    throw refuse(`${name} carries credentials and is not made by hand`, `instead: ${insteadOf(name)}`);
  const tokenField = tokenFieldOf(row, options.tokenField);
  const request = await readRequest(row, words, options.params);
  const problems = complaintsAbout(row, request);
  if (problems.length > 0) throw refuse(`${name} was not sent: ${problems.join('; ')}`, helpOf(name));
  const { app, outputFile } = options;
  // A variable of the shell that is not set must not turn a Mini Program's call into the platform's.
  if (app === '') throw refuse('--app is empty', 'name the Mini Program: --app APPID');
  if (row.token === 'authorizer' && app === undefined)
    throw refuse(`${name} is made for a Mini Program`, `name it: weapp-rollout wechat ${name} --app APPID`);
  if (row.answers === 'image' && outputFile === undefined && cli.out.isTTY === true)
    throw refuse(
      `${name} answers an image, which is not printed to a terminal`,
      'name a file for it: --output-file FILE',
    );

  const config = await loadWorkerConfig(cli.env);
  const output = await openOutput(cli, outputFile);
  try {
    if (row.kind === 'write' && options.yes !== true)
      await confirm(cli, `${intentionOf(name, app, request)}, at ${config.wechat.baseUrl}`);
    const whom = app === undefined ? {} : { app };
    await output.deliver(row, await sendByHand(cli, config, name, { ...whom, ...tokenField, request }));
    return EXIT.ok;
  } finally {
    await output.close();
  }
}

/** Makes the call with the worker's tokens. @throws CliError */
async function sendByHand(
  cli: Cli,
  config: WorkerConfig,
  name: EndpointName,
  { request, ...how }: { app?: string; tokenField?: TokenField; request: Record<string, unknown> },
): Promise<unknown> {
  const { kind }: Endpoint = endpoints[name];
  const signal = cli.interruptible();
  // Only here: a database's client and an HTTP client, which no other command should wait for.
  const { createTokens } = await import('../../credentials/create.js');
  const { createWechatClient } = await import('../../wechat/client.js');
  const opened = await createTokens(config, cli.env);
  try {
    const { baseUrl, timeoutMs } = config.wechat;
    const patience = kind === 'write' ? Math.max(timeoutMs, WRITE_TIMEOUT_MS) : timeoutMs;
    const client = createWechatClient({ baseUrl, timeoutMs: patience, tokens: opened.tokens });
    // The row's schema has seen the request; the compiler cannot know which row it is.
    const params = request as never;
    return await client.call(name, { ...how, params, signal });
  } catch (error) {
    throw error instanceof WechatError ? toCallError(error) : error;
  } finally {
    await opened.close();
  }
}

function tokenFieldOf(row: Endpoint, wanted: string | undefined): { tokenField?: TokenField } {
  if (wanted === undefined) return {};
  const known = row.token === 'none' ? [] : [row.tokenField, ...row.otherTokenFields];
  const tokenField = known.find((one) => one === wanted);
  if (tokenField !== undefined) return { tokenField };
  throw refuse(
    `${row.name} takes no token as ${safe(wanted)}`,
    known.length === 0 ? 'it takes none' : `it takes it as ${known.join(' or ')}`,
  );
}

/** Asks on the terminal. @throws CliError when the answer is no, or nobody can be asked */
async function confirm(cli: Cli, intention: string): Promise<void> {
  if (cli.ask === undefined)
    throw refuse(
      `this changes something in WeChat, and nobody can be asked: ${intention}`,
      'add --yes when it is meant',
    );
  say(cli, `This changes something in WeChat: ${intention}.`);
  const answer = await cli.ask('Go on? [y/N] ');
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new CliError('not done: nothing was sent');
}
