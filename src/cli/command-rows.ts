/** Commands to paste: what the release would take now, as this command line spells it. */
import { VERBS, type Verb } from '../domain/commands.js';
import type { AllowedCommand, ReleaseStatus } from '../domain/status.js';
import { VERB_COMMANDS } from './verb-table.js';
import type { CommandRow } from './view.js';
import { shellWord } from './words.js';

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

/** Before all others come those for which a person is asked just now. */
const FIRST: Verb[] = ['approve', 'refuse', 'retry', 'giveUp', 'resubmit', 'resume', 'unfreeze'];

/** A command for a shell; `json` is the object that the release would take. */
export function commandLine(verb: Verb, app: string, json: Record<string, unknown>, more = ''): string {
  const words = ['weapp-rollout', VERB_COMMANDS[verb].name, shellWord(app)];
  for (const [field, option] of Object.entries(OPTIONS)) {
    const value = json[field];
    if (value === true) words.push(option);
    else if (typeof value === 'string' || typeof value === 'number')
      words.push(option, shellWord(String(value)));
  }
  if (isApproval(verb) && typeof json.by === 'string') words.push('--as', shellWord(json.by));
  if (more !== '') words.push(more);
  return [...words, '--reason', '"why"'].join(' ');
}

function isApproval(verb: Verb): boolean {
  return verb === 'approve' || verb === 'refuse';
}

/** What may be done besides what `told` names already: the urgent first. */
export function commandRows({ allowed, app }: ReleaseStatus, told: ReadonlySet<Verb>): CommandRow[] {
  const known = allowed.flatMap((command) => {
    const verb = VERBS.find((name) => name === command.verb);
    return verb === undefined || told.has(verb) ? [] : [{ verb, json: command.json }];
  });
  const rank = (verb: Verb) => (FIRST.includes(verb) ? FIRST.indexOf(verb) : FIRST.length);
  return [...known.sort((one, other) => rank(one.verb) - rank(other.verb)), ...unknown(allowed)].map((row) =>
    'line' in row
      ? row
      : { line: commandLine(row.verb, app, row.json), does: VERB_COMMANDS[row.verb].summary },
  );
}

/** What a newer worker offers and this command line does not know: it can still be sent as a Signal. */
function unknown(allowed: AllowedCommand[]): CommandRow[] {
  return allowed
    .filter(({ verb }) => !VERBS.some((name) => name === verb))
    .map(({ verb, json, does }) => ({ line: `Signal ${verb} ${JSON.stringify(json)}`, does }));
}
