/** The pages that are written from the sources alone. */
import { createColors } from 'picocolors';
import { programOf } from '../../src/cli/program.js';
import { apiDocs } from '../../src/wechat/api-docs.js';
import { errorsDoc } from './errors.js';
import { verbsDoc } from './verbs.js';

/** Every command by its name. */
export function commandsByName() {
  const cli = {
    env: { USER: '$USER' },
    out: process.stdout,
    err: process.stderr,
    colors: createColors(false),
    now: Date.now,
    interruptible: () => new AbortController().signal,
  };
  const { commands } = programOf(cli, () => {});
  return new Map(commands.map((command) => [command.name(), command]));
}

/** File name → text. */
export function generatedPages(): Record<string, string> {
  return { 'wechat-api.md': apiDocs(), 'verbs.md': verbsDoc(commandsByName()), 'errors.md': errorsDoc() };
}
