/** docs/errors.md, written from the tables: exit codes, the API's problems, the classes of WeChat's errors. */
import { PROBLEMS, type ProblemKind } from '../../src/api/problem.js';
import { LARGEST_PLAN } from '../../src/api/routes/plans.js';
import { EXIT, EXIT_MEANINGS, OUTCOME_EXIT } from '../../src/cli/exit-codes.js';
import { OUTCOMES } from '../../src/domain/status.js';
import { ACTIONS } from '../../src/wechat/error-codes/actions.js';
import { errorCodes } from '../../src/wechat/error-codes.js';
import { table } from './table.js';

/** What whoever asked does about it; and whether the same request may simply be sent again. */
const REMEDIES: Record<ProblemKind, { does: string; again: string }> = {
  invalid: { does: 'Correct the fields in `errors`; `/openapi.json` describes every one.', again: 'no' },
  invalidPlan: { does: '`errors` has what lint found, with line and remedy.', again: 'no' },
  unauthenticated: {
    does: '`Authorization: Bearer TOKEN`; `weapp-rollout token new` makes one.',
    again: 'no',
  },
  forbidden: {
    does: 'Ask for a token with the role, and for the app. An approver cannot steer, who started a release cannot be its only approver.',
    again: 'no',
  },
  notFound: { does: 'Look at the address, or at `/docs`.', again: 'no' },
  noRelease: {
    does: '`GET /v1/releases?state=all` lists them; they are forgotten after the retention (90 days).',
    again: 'no',
  },
  running: {
    does: 'Wait for its end, or `abort` it: one at a time for each Mini Program.',
    again: 'when it has ended',
  },
  closed: {
    does: 'Read how it ended; `rollback` takes a released version back, everything else needs a new release.',
    again: 'no',
  },
  refused: { does: 'The release says why, often with the JSON to send instead.', again: 'no' },
  keyReused: { does: 'Another plan needs another `Idempotency-Key`.', again: 'no' },
  tooLarge: { does: `A plan has ${LARGEST_PLAN / 1_024} KiB at most, anything else 64 KiB.`, again: 'no' },
  mediaType: { does: '`content-type: application/json`; a plan also `application/yaml`.', again: 'no' },
  tooMany: { does: 'Wait as long as `retry-after` says.', again: 'yes, later' },
  internal: { does: 'A bug of ours. The line of the log with this `instance` says more.', again: 'no' },
  noWorker: { does: 'Start a worker.', again: 'yes' },
  noTemporal: { does: 'Wait for the Temporal server, or see why it is away.', again: 'yes' },
  noDatabase: { does: 'Wait for the database, or see why it is away.', again: 'yes' },
};

const EXITS = `# Errors

Generated from the sources by \`npm run docs\`; do not edit.

Three kinds: [exit codes](#exit-codes) of commands, [problems](#problems-of-the-http-api) of the HTTP API, and
[WeChat's own codes](#wechats-codes). A release that cannot go on is none of them: it waits for a person, and
[operations.md](operations.md#a-person-must-look) has what to do about each of its steps.

## Exit codes

Of \`weapp-rollout\`:`;

const PROCESSES = `A release's outcome is the exit code of \`start --watch\`, \`status --watch\`, \`status --exit-code\`, \`rollback --watch\` and
\`simulate\`; everything else ends with 0, 1 or 2. An error is one line on standard error that begins with \`error:\`, with what helps below
it; \`--debug\` adds the stack.

The worker, the API, the receiver and the simulator end with 0 after SIGINT or SIGTERM, with 2 for wrong usage, configuration
or world (the worker: 1), and with 1 for everything else.`;

const API = `## Problems of the HTTP API

\`application/problem+json\` (RFC 9457). \`kind\` is for programs, \`detail\` and \`remedy\` are for people, \`errors\` has each field by its
path, \`instance\` is the \`reqId\` of the line in the API's log. *Again*: whether the same request may simply be sent again; with its
\`Idempotency-Key\` or \`commandId\` it is not done twice.`;

const WECHAT = `## WeChat's codes

\`weapp-rollout errors CODE\` explains one and \`weapp-rollout errors\` lists all ${Object.keys(errorCodes).length}, with their remedies;
[wechat-api.md](wechat-api.md#all-codes) has the same table. What a release does depends on the class alone:`;

/** The text of docs/errors.md. */
export function errorsDoc(): string {
  const exits = Object.values(EXIT).map((code) => [
    String(code),
    OUTCOMES.filter((outcome) => OUTCOME_EXIT[outcome] === code)
      .map((outcome) => `\`${outcome}\``)
      .join(', '),
    EXIT_MEANINGS[code],
  ]);
  const problems = Object.entries(PROBLEMS)
    .sort(([, one], [, other]) => one.status - other.status)
    .map(([kind, { status, title }]) => {
      const { does, again } = REMEDIES[kind as ProblemKind];
      return [`\`${kind}\``, String(status), title, does, again];
    });
  return `${[
    EXITS,
    table(['code', 'outcome', 'meaning'], exits),
    PROCESSES,
    API,
    table(['kind', 'status', 'it says', 'what to do', 'again'], problems),
    WECHAT,
    table(
      ['class', 'codes', 'what happens'],
      Object.entries(ACTIONS).map(([action, { words, does }]) => [words, codesOf(action), does]),
    ),
  ].join('\n\n')}\n`;
}

/** How many there are, and a few of them. */
function codesOf(action: string): string {
  const codes = Object.entries(errorCodes).flatMap(([code, row]) =>
    row.action === action ? [Number(code)] : [],
  );
  return `${codes.length}, such as ${codes
    .sort((a, b) => a - b)
    .slice(0, 3)
    .join(', ')}`;
}
