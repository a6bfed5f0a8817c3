/** The calls of WeChat in words, for a terminal: the list of them, one of them, what one would do. */
import { type Endpoint, type EndpointName, endpoints } from '../../wechat/catalogue.js';
import { answerFieldsOf, type Field, requestFields, takesOtherFields } from '../../wechat/describe.js';
import { ACTIONS } from '../../wechat/error-codes/actions.js';
import { lookUpCode } from '../../wechat/error-codes.js';
import { SUBJECTS } from '../../wechat/subjects.js';
import { align } from '../render.js';
import { safe } from '../words.js';
import { plain } from './fields.js';

/** What to use instead of a call that carries credentials. */
const INSTEAD: Partial<Record<EndpointName, string>> = {
  api_start_push_ticket: 'weapp-rollout apps start-tickets',
  api_component_token: 'tokens.component of WEAPP_CONFIG makes these tokens by itself',
  api_create_preauthcode: 'it belongs to the page on which merchants authorise your platform',
  api_query_auth:
    'the receiver stores authorizations as they come; weapp-rollout apps import brings in older ones',
  api_authorizer_token: 'tokens.component of WEAPP_CONFIG makes these tokens by itself',
  api_get_authorizer_info:
    'weapp-rollout apps list shows what is known; weapp-rollout apps import asks WeChat',
  api_get_authorizer_list: 'weapp-rollout apps import takes them in; weapp-rollout apps list shows them',
  component_clear_quota:
    'weapp-rollout wechat clear_quota does the same with a token: with --app a Mini Program’s, without it the platform’s',
};

/** Where to go instead of calling a secret row by hand. */
export function insteadOf(name: EndpointName): string {
  return INSTEAD[name] ?? 'it is made by the product itself';
}

/** Every call with its line, by subject. */
export function renderCalls(): string[] {
  return SUBJECTS.flatMap(({ title, calls }, index) => [
    ...(index === 0 ? [] : ['']),
    title,
    ...align(
      calls.map((name) => {
        const { kind, secret, doc } = endpoints[name];
        return [`  ${name}`, secret ? 'not by hand' : kind, doc];
      }),
    ),
  ]);
}

const PLATFORM_TOKENS = 'tokens.platform, tokens.http.platformAddress or tokens.component';

const TOKENS = {
  authorizer: "the Mini Program's access token, --app is needed",
  component: `the third-party platform's own token (${PLATFORM_TOKENS})`,
  either: `the Mini Program's access token with --app, else the platform's own (${PLATFORM_TOKENS})`,
  none: 'none',
} as const;

/** What one call takes and answers, its errors, an example. */
export function renderCall(name: EndpointName): string[] {
  const row: Endpoint = endpoints[name];
  const fields = row.in === 'form' ? [MEDIA] : requestFields(row.request);
  const answer = answerFieldsOf(row.response).filter(({ path }) => path !== 'errcode' && path !== 'errmsg');
  return [
    row.doc,
    '',
    ...align([
      ['Call', `${row.method} ${row.path}${queryOf(row)}`],
      ['Kind', row.kind === 'write' ? 'write: it asks before it is made, or needs --yes' : 'read'],
      ['Token', TOKENS[row.token]],
      ...(row.otherTokenFields.length === 0
        ? []
        : [['--token-field', [row.tokenField, ...row.otherTokenFields].join(' or ')]]),
    ]),
    '',
    ...(row.secret ? [`Not by hand: it carries credentials. Instead: ${insteadOf(name)}.`, ''] : []),
    ...(fields.length === 0 ? ['It takes nothing.'] : ['Fields', ...fieldLines(fields, '--')]),
    ...(takesOtherFields(row.request) ? ['  Fields that are not listed can be sent with --params.'] : []),
    '',
    ...(row.answers === 'image' ? ['It answers an image: --output-file FILE.'] : answerLines(answer)),
    '',
    'Own error codes (weapp-rollout errors CODE explains one)',
    ...align(errorCells(row)),
    ...(row.secret ? [] : ['', 'Example:', `  weapp-rollout wechat ${exampleOf(name, row)}`]),
  ];
}

const MEDIA: Field = {
  path: 'media',
  type: 'a file, @FILE',
  required: true,
  default: undefined,
  description: 'png, jpeg or gif of at most 2 MB, mp4 of at most 10 MB.',
  isText: true,
};

function queryOf({ fixedQuery }: Endpoint): string {
  return fixedQuery === undefined ? '' : `?${new URLSearchParams(fixedQuery)}`;
}

function answerLines(fields: Field[]): string[] {
  return fields.length === 0 ? ['It answers that it was done.'] : ['Answer', ...fieldLines(fields, '')];
}

function fieldLines(fields: Field[], mark: string): string[] {
  return align(
    fields.map(({ path, type, required, default: usual, description }) => [
      `  ${/[.[]/.test(path) ? '' : mark}${path}`,
      required ? '' : 'optional',
      plain(`${type}${usual === undefined || required ? '' : `, else ${usual}`}`),
      plain(description),
    ]),
  );
}

function errorCells({ errors }: Endpoint): string[][] {
  const codes = Object.keys(errors).map(Number);
  return codes
    .sort((a, b) => a - b)
    .map((code) => {
      const { meaning, action } = lookUpCode(code);
      return [`  ${code}`, ACTIONS[action].words, meaning];
    });
}

/** Values for examples, by field; what is not here is left to the reader. */
const SAMPLES: Readonly<Record<string, string>> = {
  template_id: '42',
  ext_json: '@ext.json',
  user_version: '1.4.0',
  user_desc: "'New checkout'",
  gray_percentage: '10',
  action: 'close',
  version: '2.10.0',
  media: '@cart.png',
  appVersion: '1.4.0',
  startTime: '2026-11-01',
  endTime: '2026-11-02',
  cgi_path: '/wxa/release',
  rid: '61725984-6126f6f9-040f19c4',
};

function exampleOf(name: EndpointName, row: Endpoint): string {
  const fields = row.in === 'form' ? [MEDIA] : requestFields(row.request);
  const needed = fields.filter(({ path, required }) => required && !/[.[]/.test(path));
  const written = needed.map(({ path }) => `--${path} ${SAMPLES[path] ?? 'VALUE'}`);
  const app = ['authorizer', 'either'].includes(row.token) ? ['--app wx0123456789abcdef'] : [];
  const file = row.answers === 'image' ? ['--output-file qrcode.jpg'] : [];
  return [name, ...app, ...written, ...file].join(' ');
}

/** What a call is about to do, in one sentence without its stop. */
export function intentionOf(name: EndpointName, app: string | undefined, request: object): string {
  const { doc } = endpoints[name];
  const what = `${doc[0]?.toLowerCase()}${doc.slice(1)}`.replace(/\.$/, '');
  const values = Object.entries(request).map(([field, value]) => `${field} ${shortened(value)}`);
  const how = values.length === 0 ? '' : ` (${values.join(', ')})`;
  return `${name} for ${safe(app ?? 'the whole platform')}: ${what}${how}`;
}

const LONGEST = 60;

function shortened(value: unknown): string {
  const text = safe(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
