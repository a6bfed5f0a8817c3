/** A command to paste into a shell: how the command line spells what a release would take. */
import type { Verb } from './commands.js';

/** Field of the JSON object → option; a field without one is left out. */
const OPTIONS: Record<string, string> = {
  expect: '--expect',
  metric: '--metric',
  adopt: '--adopt',
  gate: '--gate',
  version: '--to',
  for: '--for',
  override: '--override',
};

/** A verb as a command: `giveUp` is `give-up`. */
export const commandName = (verb: Verb): string =>
  verb.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);

/** A command for a shell; `json` is the object that the release would take. */
export function commandLine(verb: Verb, app: string, json: Record<string, unknown>, more = ''): string {
  const words = ['weapp-rollout', commandName(verb), shellWord(app)];
  for (const [field, option] of Object.entries(OPTIONS)) {
    const value = json[field];
    if (value === true) words.push(option);
    else if (typeof value === 'string' || typeof value === 'number')
      words.push(option, shellWord(String(value)));
  }
  const isApproval = verb === 'approve' || verb === 'refuse';
  if (isApproval && typeof json.by === 'string') words.push('--as', shellWord(json.by));
  if (more !== '') words.push(more);
  return [...words, '--reason', '"why"'].join(' ');
}

/** A word of a shell's command line, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
