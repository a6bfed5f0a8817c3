/** docs/verbs.md, written from the tables: when a verb is taken, its fields, how each way in spells it. */
import type { Command } from 'commander';
import { VERB_BODIES } from '../../src/api/bodies.js';
import { VERB_COMMANDS } from '../../src/cli/verb-table.js';
import {
  ADMISSION,
  type Admission,
  VERB_EXAMPLE,
  VERB_HELP,
  VERBS,
  type Verb,
} from '../../src/domain/commands.js';
import { PHASES } from '../../src/domain/status.js';
import { type Field, requestFields } from '../../src/wechat/describe.js';
import { table } from './table.js';

const OPEN = PHASES.filter((phase) => phase !== 'closed');
const APP = 'wx0123456789abcdef';

const INTRO = `# The verbs

Generated from the sources by \`npm run docs\`; do not edit.

What people and programs may tell a release. The same twelve verbs, with the same fields, wherever they come from:

| way in | how | answer |
| --- | --- | --- |
| command line | \`weapp-rollout VERB APP\`, options instead of fields ([cli.md](cli.md#steering)) | what was done, or why not; exit code 0 or 1 |
| HTTP API | \`POST /v1/releases/APP/VERB\` with one JSON object ([api.md](api.md)) | 200 with the new status, 202 while no worker answers, 409 with the reason |
| Temporal, Signal | the verb's name with one JSON object, from [the Web UI](web-ui.md) or \`temporal workflow signal\` | none: *Current Details* and \`status\` say whether it was taken. Kept while no worker is up |
| Temporal, Update | the same | at once; needs a worker |

To everyone but the API a verb may come with \`by\`, who you are (\`--by\`, default \`$USER\`); through the API it is whose token it
is. \`reason\` is written down. A \`commandId\` that was seen before changes nothing. A Signal with nothing at all is a
verb without words. What does not fit is refused, and the refusal says what to send instead.

Temporal's own *cancel* is \`abort\`. \`healthReport\` is no verb of people: it brings a measurement
([cli.md](cli.md#report), \`POST /v1/releases/APP/healthReport\`).`;

const WORDS: Record<Admission, string> = {
  yes: 'yes',
  no: '–',
  noop: 'done already',
  attention: 'attention',
  gate: 'gate',
  rejected: 'rejected',
};

const WHEN = `## When each is taken

*${WORDS.attention}*: only while a person must look (\`Attention\` in \`status\`). *${WORDS.gate}*: only while a gate waits for people.
*${WORDS.rejected}*: only after WeChat rejected the audit, or would not take the submission. *${WORDS.noop}*: it is taken and changes
nothing. A closed release takes no verb any more; \`rollback\` then starts a short workflow of its own, through the command line and
the API.`;

/** The text of docs/verbs.md. `commands`: of the command line, by name. */
export function verbsDoc(commands: ReadonlyMap<string, Command>): string {
  const when = table(
    ['verb', ...OPEN],
    VERBS.map((verb) => [
      `[\`${verb}\`](#${verb.toLowerCase()})`,
      ...OPEN.map((phase) => WORDS[ADMISSION[verb][phase]]),
    ]),
  );
  return `${[INTRO, WHEN, when, ...VERBS.map((verb) => part(verb, commands.get(VERB_COMMANDS[verb].name)))].join('\n\n')}\n`;
}

function part(verb: Verb, command: Command | undefined): string {
  const own = requestFields(VERB_BODIES[verb]).filter(({ path }) => !path.includes('['));
  const json = JSON.stringify({ by: 'you', reason: 'why', ...VERB_EXAMPLE[verb] });
  const ways = table(
    ['', ''],
    [
      ['command line', `\`weapp-rollout ${VERB_COMMANDS[verb].example}\``],
      [
        'HTTP API',
        `\`POST /v1/releases/${APP}/${verb}\`, role ${verb === 'approve' || verb === 'refuse' ? 'approver' : 'operator'}`,
      ],
      ['Signal', `\`temporal workflow signal -w release:${APP} --name ${verb} --input '${json}'\``],
    ],
  );
  const fields = table(
    ['field', 'type', 'needed', 'command line', 'meaning'],
    own.map((field) => [
      `\`${field.path}\``,
      field.type,
      field.required ? 'yes' : 'no',
      option(verb, field, command),
      field.description,
    ]),
  );
  return [`## ${verb}`, VERB_HELP[verb], ways, fields].join('\n\n');
}

/** Where the command line calls a field something else. */
const SPELLED: Record<string, string> = { version: '--to', signature: '--key' };

/** @throws when the command has no such option: then a table is missing something */
function option(verb: Verb, { path }: Field, command: Command | undefined): string {
  const long = SPELLED[path] ?? `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const found = command?.options.find((one) => one.long === long);
  if (found === undefined) throw new Error(`${verb}: the command line has no ${long} for the field ${path}`);
  return `\`${found.flags}\``;
}
