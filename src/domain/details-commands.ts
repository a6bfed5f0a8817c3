/** What a person may send, on Current Details: it must be copied from there, and is seldom read anywhere else. */
import { type Block, block, code, escapeText, sayText, time } from './details-text.js';
import type { AllowedCommand, Decision, ReleaseStatus } from './status.js';

/** The last command, when it was not taken and the release is still open. */
export function refusedLast({ decisions, outcome }: ReleaseStatus): Decision | null {
  const last = decisions.findLast(({ via }) => via !== undefined);
  return outcome === null && last?.refused === true ? last : null;
}

/** A Signal has no answer: why it was not taken can be seen here alone. */
export function notTaken(status: ReleaseStatus): Block[] {
  const last = refusedLast(status);
  if (last === null) return [];
  const { what, by, at, why } = last;
  const verb = code(what.replace(/ refused$/, ''));
  return [block(`**Not taken:** ${verb} from ${escapeText(by, 100)}, ${time(at)}: ${sayText(why)}.`)];
}

const HOW =
  '**You may send** (*More Actions*, then *Send a Signal*): choose the name and paste its JSON, with your own name and reason in it.';

/** Two of the Web UI's own buttons lie beside its forms. */
const BUTTONS =
  'The button *Request Cancellation* does what `abort` does. *Terminate* does not: users keep what they have, and nobody watches them.';

/**
 * What would be taken now. Not a table: it would be wider than the panel, and what does not fit is out of reach there.
 * When there is little room it is the names and the JSON alone.
 */
export function commands({ allowed, outcome }: ReleaseStatus): Block[] {
  if (outcome !== null) return [];
  if (allowed.length === 0) return [block(BUTTONS)];
  const lines = allowed.flatMap((command) => [
    `- ${code(command.verb)}: ${sayText(firstSentences(command.does))}  `,
    `  ${code(payload(command, LONGEST_JSON))}`,
  ]);
  return [
    {
      lines: [HOW, '', ...lines, '', BUTTONS],
      least: lines.length + 2,
      short: [HOW, '', ...allowed.map((command) => `- ${code(command.verb)} ${code(payload(command, 0))}`)],
    },
  ];
}

/** Characters of a command's help. */
const LONGEST_HELP = 140;

/** As many whole sentences as there is room for; the first in any case. */
function firstSentences(text: string): string {
  const [first = '', ...others] = text.split(/(?<=\.) /);
  let taken = first;
  for (const sentence of others) {
    if (taken.length + 1 + sentence.length > LONGEST_HELP) break;
    taken = `${taken} ${sentence}`;
  }
  return taken;
}

/** Characters of JSON that are shown. */
const LONGEST_JSON = 300;

/** JSON to paste. Items of an audit may be left out: then what was submitted before is submitted again. */
function payload({ json }: AllowedCommand, longest: number): string {
  const whole = JSON.stringify(json);
  if (json.items === undefined || whole.length <= longest) return whole;
  const { items: _long, ...rest } = json;
  return JSON.stringify(rest);
}
