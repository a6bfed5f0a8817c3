/** Private keys in files: written for their owner only, and read back with a look at who else could. */
import type { KeyObject } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { KeyError, readPrivateKey } from '../identity/keys.js';
import { type Cli, say } from './context.js';
import { CliError, systemCode } from './errors.js';
import { EXIT } from './exit-codes.js';
import { shellWord } from './words.js';

/** A key takes 120 bytes. */
const LARGEST = 64 * 1024;
/** Read, write and run for the group and for all others, of a file's mode. */
const OTHERS = 0o077;

/** Writes a new file that only its owner may read. @throws CliError when there is one already, or none can be written */
export async function writeKeyFile(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST')
      throw new CliError(
        `${file} is there already, and a key that is overwritten is lost`,
        'choose another file with --out FILE, or move that one away',
        EXIT.usage,
      );
    throw new CliError(
      `${file} cannot be written: ${code ?? String(error)}`,
      'choose another file with --out FILE',
    );
  }
}

/**
 * Reads a private key; warns on standard error when others of this machine could, too.
 * @throws CliError that names the file and never shows what is in it
 */
export async function readKeyFile(cli: Pick<Cli, 'err'>, file: string): Promise<KeyObject> {
  try {
    const { mode, size } = await stat(file);
    if (size > LARGEST) throw new KeyError('it is far too large for one');
    // Windows keeps rights elsewhere and answers the same mode for every file.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      say(
        cli,
        `warning: others can read ${file}: run \`chmod 600 ${shellWord(file)}\`, and make a new key if they have`,
      );
    return readPrivateKey(await readFile(file, 'utf8'));
  } catch (error) {
    const why =
      error instanceof KeyError ? error.message : `it cannot be read (${systemCode(error) ?? String(error)})`;
    throw new CliError(
      `${file} cannot be used as a key: ${why}`,
      '`weapp-rollout identity new NAME` makes one',
      EXIT.usage,
      { cause: error },
    );
  }
}
