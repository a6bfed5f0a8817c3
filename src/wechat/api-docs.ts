/** docs/wechat-api.md, written from the catalogue. */
import { type Endpoint, type EndpointName, endpointNames, endpoints } from './catalogue.js';
import { answerFieldsOf, type Field, requestFields, takesOtherFields } from './describe.js';
import { ACTIVITY_FILE_MAX_BYTES, MEDIA_TYPES } from './endpoints/media.js';
import { ACTIONS } from './error-codes/actions.js';
import { type ErrorCodeRow, errorCodes, lookUpCode } from './error-codes.js';
import { SUBJECTS, type Subject } from './subjects.js';

const INTRO = `# The WeChat calls

Generated from the catalogue (\`src/wechat/catalogue.ts\`) by \`npm run docs\`; do not edit.

Every call here can be made by the client and against the simulator and, unless it is marked secret, as the activity
\`wechat_<name>\` and by hand: \`weapp-rollout wechat NAME --app APPID\`. Limits are checked before anything is sent.
A *write* changes something in WeChat, whatever its method. Answers keep fields that are not listed; numbers that WeChat
sends as text are numbers, and its different spellings of a field are made one. Every answer has \`errcode\` and
\`errmsg\` unless it is said otherwise.

Any call may also answer a global code: see [all codes](#all-codes). \`weapp-rollout errors CODE\` explains one.`;

/** The text of docs/wechat-api.md. */
export function apiDocs(): string {
  return `${[INTRO, contents(), ...SUBJECTS.map(subjectPart), classesPart(), codesPart()].join('\n\n')}\n`;
}

function contents(): string {
  const parts = [...SUBJECTS.map(({ title }) => title), 'Classes', 'All codes'];
  return parts.map((title) => `- [${title}](#${title.toLowerCase().replaceAll(' ', '-')})`).join('\n');
}

function subjectPart({ title, about, calls }: Subject): string {
  const overview = table(
    ['call', 'method and path', 'kind', 'token', 'what it does'],
    calls.map((name) => {
      const row: Endpoint = endpoints[name];
      return [
        `[\`${name}\`](#${name})`,
        `${row.method} \`${row.path}${fixedOf(row)}\``,
        row.kind,
        tokenOf(row),
        row.doc,
      ];
    }),
  );
  return [`## ${title}`, about, overview, ...calls.map(callPart)].join('\n\n');
}

function callPart(name: EndpointName): string {
  const row: Endpoint = endpoints[name];
  return [`### ${name}`, notesOf(row), requestPart(row), answerPart(row), errorsPart(row)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function fixedOf({ fixedQuery }: Endpoint): string {
  const query = new URLSearchParams(fixedQuery).toString();
  return query === '' ? '' : `?${query}`;
}

const TOKENS = {
  authorizer: "the Mini Program's",
  component: "the platform's",
  either: "the Mini Program's or the platform's",
  none: 'none',
} as const;

function tokenOf({ token, tokenField, otherTokenFields }: Endpoint): string {
  if (token === 'none') return TOKENS.none;
  return `${TOKENS[token]}, in ${[tokenField, ...otherTokenFields].map((field) => `\`${field}\``).join(' or ')}`;
}

const EITHER =
  "Made with the Mini Program's token when an app is named (always in `access_token`), else with the platform's.";

function notesOf(row: Endpoint): string {
  const notes = [
    ...(row.kind === 'write' && row.method === 'GET' ? ['A GET that acts.'] : []),
    ...(row.permissionSet === null ? [] : [`Permission set ${row.permissionSet}.`]),
    ...(row.token === 'either' ? [EITHER] : []),
    ...(row.errcode === 'onFailure' ? ['A success may come without `errcode`.'] : []),
    ...(row.secret ? ['Secret: the request or the answer carries credentials.'] : []),
  ];
  return [row.doc, ...notes].join(' ');
}

const PLACES = {
  body: 'in the body',
  query: 'in the query',
  form: 'as multipart/form-data, in the field `media`',
};

const ACTIVITY_FILES = `The activity takes the name of a file as well: \`{ app, params: { file: "file:NAME" } }\`. The worker reads NAME below
\`references.folder\` of its configuration; the end of the name (${Object.keys(MEDIA_TYPES).join(', ')}) tells what it is. The
fields above are for files of at most ${ACTIVITY_FILE_MAX_BYTES / 1024 ** 2} MiB there: with more, the activity fails for good and says so. Above 2 MiB
of input Temporal does not even schedule an activity, and the workflow's task fails again and again: use the name.`;

function requestPart(row: Endpoint): string {
  const fields = requestFields(row.request);
  if (fields.length === 0) return row.in === 'body' ? 'Takes nothing; the body is `{}`.' : 'Takes nothing.';
  const others = takesOtherFields(row.request) ? ' Other fields are sent as they are.' : '';
  const activity = row.in === 'form' ? `\n\n${ACTIVITY_FILES}` : '';
  return `Takes, ${PLACES[row.in]}:${others}\n\n${fieldTable(fields, 'needed')}${activity}`;
}

function answerPart(row: Endpoint): string {
  const fields = answerFieldsOf(row.response).filter(({ path }) => path !== 'errcode' && path !== 'errmsg');
  if (fields.length === 0) return 'Answers that it was done.';
  return `Answers${row.answers === 'image' ? ' an image, passed on as' : ''}:\n\n${fieldTable(fields, 'always there')}`;
}

function fieldTable(fields: Field[], presence: string): string {
  return table(
    ['field', 'type', presence, 'meaning'],
    fields.map((field) => [`\`${field.path}\``, field.type, neededOf(field), field.description]),
  );
}

function neededOf(field: Field): string {
  if (field.default !== undefined && !field.required) return `no: \`${field.default}\``;
  return field.required ? 'yes' : 'no';
}

/** Codes of one row or of all, by size. */
function sortedCodes(codes: object): number[] {
  return Object.keys(codes)
    .map(Number)
    .sort((a, b) => a - b);
}

function errorsPart({ errors }: Endpoint): string {
  const rows = sortedCodes(errors).map((code) => {
    const { meaning, action } = lookUpCode(code);
    return [String(code), meaning, ACTIONS[action].words];
  });
  return `Own error codes:\n\n${table(['code', 'meaning', 'class'], rows)}`;
}

function classesPart(): string {
  const rows = Object.values(ACTIONS).map(({ words, does }) => [words, does]);
  return `## Classes\n\nWhat is done about an error depends on its class alone, never on its text.\n\n${table(['class', 'what happens'], rows)}`;
}

function codesPart(): string {
  const rows = sortedCodes(errorCodes).map((code) => {
    const row = lookUpCode(code);
    return [
      String(code),
      row.meaning,
      `${ACTIONS[row.action].words}${waitOf(row)}`,
      row.remedy,
      callsOf(code),
    ];
  });
  const head = ['code', 'meaning', 'class', 'what can be done', 'calls that document it'];
  return `## All codes\n\nWithout calls: any call may answer it, or calls that are not made here. A code that is not in this table counts as permanent.\n\n${table(head, rows)}`;
}

function waitOf({ retryAfterMs }: ErrorCodeRow): string {
  if (retryAfterMs === undefined) return '';
  return retryAfterMs === 'nextDay' ? ', until midnight in China' : `, ${retryAfterMs / 1000} s`;
}

/** The calls that document a code; -1 is documented by nearly all of them. */
function callsOf(code: number): string {
  if (code === -1) return 'any';
  return endpointNames
    .filter((name) => Object.hasOwn(endpoints[name].errors, code))
    .map((name) => `\`${name}\``)
    .join(', ');
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
