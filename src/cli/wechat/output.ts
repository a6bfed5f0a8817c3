/** Where the answer of a call by hand goes: standard output, or a file that is open before anything is sent. */
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import type { Endpoint } from '../../wechat/catalogue.js';
import { type Cli, say } from '../context.js';
import { CliError, systemCode } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { safe } from '../words.js';

export interface Output {
  /**
   * Writes the answer. A JSON answer that the file does not take goes to standard output: a write that was carried
   * out is not made twice for its answer's sake. @throws CliError when the file did not take it
   */
  deliver(row: Endpoint, answer: unknown): Promise<void>;
  /** Takes a file away again that was made for an answer which never came. */
  close(): Promise<void>;
}

/**
 * Opens where the answer goes; what is in the file stays until there is an answer.
 * @throws CliError with exit code 2 when the file cannot be written
 */
export async function openOutput(cli: Cli, file: string | undefined): Promise<Output> {
  if (file === undefined) {
    return {
      deliver: async (row, answer) => void cli.out.write(bytesOf(row, answer)),
      close: async () => {},
    };
  }
  // A link that leads nowhere is there as well, and is not ours to take away.
  const isNew = await lstat(file).then(
    () => false,
    () => true,
  );
  const handle = await open(file, 'a').catch((error: unknown) => {
    throw new CliError(
      `nothing was sent: ${safe(file)} cannot be written (${codeOf(error)})`,
      'name another file with --output-file',
      EXIT.usage,
    );
  });
  let delivered = false;
  return {
    async deliver(row, answer) {
      delivered = true;
      const bytes = bytesOf(row, answer);
      try {
        await replace(handle, bytes);
      } catch (error) {
        if (row.answers === 'json') cli.out.write(bytes);
        throw new CliError(
          `WeChat answered, and ${safe(file)} could not be written (${codeOf(error)})`,
          row.answers === 'json' ? 'the call was made; its answer is above' : 'the call was made',
        );
      }
      say(cli, `${bytes.length} bytes written to ${safe(file)}`);
    },
    async close() {
      await handle.close();
      if (isNew && !delivered) await rm(file, { force: true });
    },
  };
}

async function replace(handle: FileHandle, bytes: Buffer): Promise<void> {
  // A pipe or a terminal has nothing to take away.
  if ((await handle.stat()).isFile()) await handle.truncate();
  await handle.writeFile(bytes);
}

const codeOf = (error: unknown) => systemCode(error) ?? 'unknown error';

function bytesOf({ answers }: Endpoint, answer: unknown): Buffer {
  if (answers === 'json') return Buffer.from(`${JSON.stringify(answer, null, 2)}\n`);
  const base64: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'base64') : '';
  return Buffer.from(String(base64), 'base64');
}
