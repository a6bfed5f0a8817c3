/** What the API answers when something is not done: problem+json (RFC 9457), one table of kinds. */
import { NamespaceNotFoundError } from '@temporalio/client';
import { isSilence, ReleaseError, type Trouble } from '../releases/errors.js';
import { GRPC, grpcCode } from '../servers/grpc.js';

/** Kind → HTTP status and title. */
export const PROBLEMS = {
  invalid: { status: 400, title: 'The request is not valid' },
  invalidPlan: { status: 422, title: 'The plan may not be started' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'This token may not do that' },
  notFound: { status: 404, title: 'There is no such thing' },
  noRelease: { status: 404, title: 'There is no such release' },
  running: { status: 409, title: 'A release of this app runs already' },
  closed: { status: 409, title: 'The release is closed' },
  refused: { status: 409, title: 'The release refused it' },
  keyReused: { status: 422, title: 'The idempotency key was used for something else' },
  tooLarge: { status: 413, title: 'The request is too large' },
  mediaType: { status: 415, title: 'The media type is not taken here' },
  tooMany: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something is wrong with the API' },
  noWorker: { status: 503, title: 'No worker answers' },
  noTemporal: { status: 503, title: 'The Temporal server does not answer' },
  noDatabase: { status: 503, title: 'The database does not answer' },
} as const;

export type ProblemKind = keyof typeof PROBLEMS;

/** One field that is wrong. */
export interface FieldProblem {
  /** `body.reason`, `rollout.stages[2].percentage`. */
  path: string;
  message: string;
  remedy?: string;
  value?: string;
  line?: number;
  column?: number;
}

export interface ProblemDetails {
  remedy?: string | null;
  errors?: readonly FieldProblem[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** Thrown by whoever handles a request. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly kind: ProblemKind,
    detail: string,
    readonly details: ProblemDetails = {},
  ) {
    super(detail, { cause: details.cause });
    this.status = PROBLEMS[kind].status;
  }

  /** As it goes on the wire. `instance`: what tells this request from others in the log. */
  body(instance: string): Record<string, unknown> {
    const { remedy, errors } = this.details;
    return {
      type: `urn:weapp-rollout:problem:${this.kind}`,
      title: PROBLEMS[this.kind].title,
      status: this.status,
      detail: this.message,
      instance: `urn:weapp-rollout:request:${instance}`,
      kind: this.kind,
      ...(remedy ? { remedy } : {}),
      ...(errors === undefined ? {} : { errors }),
    };
  }
}

const OF_TROUBLE: Readonly<Record<Trouble, ProblemKind>> = {
  noRelease: 'noRelease',
  running: 'running',
  closed: 'closed',
  refused: 'refused',
  keyReused: 'keyReused',
  usage: 'invalid',
  silent: 'noWorker',
  underWay: 'noWorker',
  unreachable: 'noTemporal',
};

/** Whatever was thrown as a problem. What is not known becomes `internal`, which says nothing of it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Its own text says where Temporal is, for whoever sits at the terminal.
  if (error instanceof ReleaseError && error.trouble === 'noRelease')
    return new Problem('noRelease', 'there is no release of this app, or no such run of it', {
      remedy: 'GET /v1/releases?state=all shows those there are',
      cause: error,
    });
  if (error instanceof ReleaseError)
    return new Problem(OF_TROUBLE[error.trouble], error.message, { remedy: error.remedy, cause: error });
  if (isValidation(error))
    return new Problem('invalid', 'the request does not fit the description of the API', {
      errors: fieldsOf(error),
      remedy: '/openapi.json describes every field',
    });
  if (isSilence(error))
    return new Problem('noTemporal', 'the Temporal server does not answer', {
      remedy: 'try again in a moment; commands with the same commandId are not done twice',
      cause: error,
    });
  if (error instanceof NamespaceNotFoundError)
    return new Problem('noTemporal', 'the Temporal server has not the namespace that this API is for', {
      remedy: 'whoever runs it: check TEMPORAL_NAMESPACE',
      cause: error,
    });
  const code = grpcCode(error);
  if (code === GRPC.resourceExhausted)
    return new Problem('noTemporal', 'the Temporal server has too much to do', {
      remedy: 'try again in a moment; commands with the same commandId are not done twice',
      headers: { 'retry-after': '5' },
      cause: error,
    });
  if (code === GRPC.permissionDenied || code === GRPC.unauthenticated)
    return new Problem('noTemporal', 'the Temporal server does not let this API in', {
      remedy: 'whoever runs it: check TEMPORAL_API_KEY or TEMPORAL_TLS_*, and TEMPORAL_NAMESPACE',
      cause: error,
    });
  return (
    ofFastify(error) ??
    new Problem('internal', 'the request was not handled', {
      remedy: 'the log of the API has more under this instance',
      cause: error,
    })
  );
}

/** Errors of the HTTP server itself: bodies that are too large, no JSON, of another media type. */
function ofFastify(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  switch (error.statusCode) {
    case 413:
      return new Problem('tooLarge', 'the body is larger than is taken here');
    case 415:
      return new Problem('mediaType', 'the body is of a media type that is not taken here', {
        remedy: 'send application/json; a plan also as application/yaml',
      });
    case 400:
      // The message of a parser may repeat what it read.
      return new Problem('invalid', 'the body cannot be read', {
        remedy: 'send one JSON object, in UTF-8, with its content-type',
      });
    case 404:
      return new Problem('notFound', 'nothing is here');
    default:
      return null;
  }
}

interface Validation extends Error {
  validation: readonly { instancePath?: string; message?: string; params?: { keys?: unknown } }[];
  validationContext?: string;
}

function isValidation(error: unknown): error is Validation {
  return error instanceof Error && 'validation' in error && Array.isArray(error.validation);
}

/** Most are enough to mend a request; a fuzzer's body has thousands. */
const MOST_FIELDS = 20;

function fieldsOf({ validation, validationContext = 'body' }: Validation): FieldProblem[] {
  return validation
    .flatMap(({ instancePath = '', message = 'is not valid', params }): FieldProblem[] => {
      const path = pathOf(validationContext, instancePath);
      const unknown = Array.isArray(params?.keys) ? params.keys.map(String) : null;
      return unknown === null
        ? [{ path, message }]
        : unknown.map((key) => ({ path: `${path}.${key.slice(0, 100)}`, message: 'there is no such field' }));
    })
    .slice(0, MOST_FIELDS);
}

/** `/items/0/tag` as `body.items[0].tag`. */
function pathOf(context: string, pointer: string): string {
  const where = context === 'querystring' ? 'query' : context;
  return pointer
    .split('/')
    .filter((key) => key !== '')
    .reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key.slice(0, 100)}`), where);
}
