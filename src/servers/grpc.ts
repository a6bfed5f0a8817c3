/** What gRPC says of a Temporal server: its statuses, the reason in an error of the SDK, whether the server is there. */
import { isGrpcServiceError } from '@temporalio/client';

/** gRPC's statuses. */
export const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The gRPC status behind an error of the SDK, which wraps it; undefined when there is none. */
export function grpcCode(error: unknown): number | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isGrpcServiceError(cause)) return cause.code;
  return undefined;
}

/** The innermost message, on one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isGrpcServiceError(error)) return error.details || error.message;
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

/** As much of a connection as is asked; that of a client and that of a worker both fit. */
export interface AskableConnection {
  withDeadline<T>(deadline: number, ask: () => Promise<T>): Promise<T>;
  workflowService: { getSystemInfo(request: object): Promise<unknown> };
}

/** Why a server cannot be reached; null when it answers in time. Never rejects. */
export async function whyUnreachable(
  connection: AskableConnection,
  withinMs: number,
): Promise<string | null> {
  try {
    await connection.withDeadline(Date.now() + withinMs, () => connection.workflowService.getSystemInfo({}));
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
