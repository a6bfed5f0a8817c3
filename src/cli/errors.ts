/** A command's failure as one line and a remedy; whatever else is thrown is made into one. */
import { ReleaseError } from '../releases/errors.js';
import { GRPC, grpcCode, reasonOf } from '../servers/grpc.js';
import { EXIT, type ExitCode } from './exit-codes.js';

/** Printed as `error: message` and the remedy, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly remedy: string | null = null,
    readonly exitCode: ExitCode = EXIT.tool,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The code of an error of the system, such as ENOENT; undefined when it has none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Any error as something a person can act on. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const cause = { cause: error };
  if (error instanceof ReleaseError)
    return new CliError(
      error.message,
      error.remedy,
      error.trouble === 'usage' || error.trouble === 'keyReused' ? EXIT.usage : EXIT.tool,
      cause,
    );
  switch (grpcCode(error)) {
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
      return new CliError(
        `the Temporal server does not let you: ${reasonOf(error)}`,
        'check TEMPORAL_API_KEY or TEMPORAL_TLS_*, and TEMPORAL_NAMESPACE',
        EXIT.tool,
        cause,
      );
    case GRPC.unavailable:
    case GRPC.deadlineExceeded:
      return new CliError(
        `the Temporal server does not answer: ${reasonOf(error)}`,
        'try again in a moment',
        EXIT.tool,
        cause,
      );
    case GRPC.notFound:
      return new CliError(reasonOf(error), 'check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE', EXIT.tool, cause);
  }
  // Errors of the other rooms carry several lines of their own; the first says what, the rest what helps.
  const text =
    grpcCode(error) === undefined && error instanceof Error ? error.message || error.name : reasonOf(error);
  const [first = '', ...rest] = text.split('\n');
  return new CliError(first, rest.length > 0 ? rest.join('\n') : null, EXIT.tool, cause);
}

/** `error: …` and the remedy below it. */
export function renderError({ message, remedy }: CliError): string {
  return remedy === null ? `error: ${message}` : `error: ${message}\n${indent(remedy)}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
