/** Commands to paste: what the release would take now, as this command line spells it. */
import { commandLine } from '../domain/command-line.js';
import { VERBS, type Verb } from '../domain/commands.js';
import type { AllowedCommand, ReleaseStatus } from '../domain/status.js';
import { VERB_COMMANDS } from './verb-table.js';
import type { CommandRow } from './view.js';

/** Before all others come those for which a person is asked just now. */
const FIRST: Verb[] = ['approve', 'refuse', 'retry', 'giveUp', 'resubmit', 'resume', 'unfreeze'];

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
