/** `errors`: explains WeChat's error codes. */
import { endpointNames, endpoints } from '../../wechat/catalogue.js';
import { ACTIONS } from '../../wechat/error-codes/actions.js';
import { type ErrorCodeRow, errorCodes } from '../../wechat/error-codes.js';
import { type Cli, print } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { align } from '../render.js';
import { waitOf } from '../wechat/trouble.js';
import { safe } from '../words.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

/** A code that more calls document is one of all. */
const MANY = 20;

/** Adds `errors`. */
export function addErrors({ add, run }: Registry, cli: Cli): void {
  add('errors [code]', "explain an error code of WeChat's, or list them all", 'errors 85009')
    .addOption(outputOption())
    // -1 is a code, not an option.
    .allowUnknownOption()
    .action(
      run(async (code: string | undefined, { output }: { output: OutputFormat }): Promise<ExitCode> => {
        const found = code === undefined ? allCodes() : [explain(code)];
        if (output === 'json') print(cli, JSON.stringify(code === undefined ? found : found[0], null, 2));
        else
          for (const line of code === undefined ? renderAll(found) : found.flatMap(renderOne))
            print(cli, line);
        return EXIT.ok;
      }),
    );
}

/** A code and everything known about it. */
interface Explained extends ErrorCodeRow {
  code: number;
  /** Calls that document it. */
  calls: string[];
}

function explain(written: string): Explained {
  const code = /^-?\d+$/.test(written) ? Number(written) : Number.NaN;
  const row = errorCodes[code];
  if (row !== undefined) return { code, ...row, calls: callsOf(code) };
  throw Number.isNaN(code)
    ? new CliError(`${safe(written)} is no error code`, 'a code is a number, such as 85009', EXIT.usage)
    : new CliError(
        `WeChat's code ${code} is not known here`,
        "look it up in WeChat's table of global error codes; a call that answers it counts as permanent: it is not repeated",
      );
}

function callsOf(code: number): string[] {
  return endpointNames.filter((name) => Object.hasOwn(endpoints[name].errors, code));
}

function allCodes(): Explained[] {
  return Object.entries(errorCodes)
    .map(([code, row]) => ({ code: Number(code), ...row, calls: callsOf(Number(code)) }))
    .sort((one, other) => one.code - other.code);
}

function renderAll(codes: Explained[]): string[] {
  return align(
    codes.map(({ code, action, meaning }) => [String(code).padStart(8), ACTIONS[action].words, meaning]),
  );
}

function renderOne(explained: Explained): string[] {
  const { code, meaning, action, remedy, calls } = explained;
  const wait = waitOf(explained);
  return align([
    ['Code:', String(code)],
    ['Meaning:', meaning],
    ['Class:', `${ACTIONS[action].words}${wait === null ? '' : `, ${wait}`}`],
    ['', ACTIONS[action].does],
    ['Remedy:', remedy],
    ['Answered by:', callsInWords(calls)],
  ]);
}

function callsInWords(calls: string[]): string {
  if (calls.length === 0) return 'any call, or calls that are not made here';
  return calls.length > MANY ? 'any call' : calls.join(', ');
}
