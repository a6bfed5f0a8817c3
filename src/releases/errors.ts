/** What goes wrong on the way to a release, by kind; and what an error of the SDK means. */
import { GRPC, grpcCode, reasonOf } from '../servers/grpc.js';

/** Why something could not be done to a release, or read of it. */
export type Trouble =
  /** Nothing of this app, or of this run, is known to the server. */
  | 'noRelease'
  /** A release of this app runs already. */
  | 'running'
  /** It is over: nothing can be commanded any more. */
  | 'closed'
  /** It was understood and not taken. */
  | 'refused'
  /** The key of a start, or the id of a command, was used for something else before. */
  | 'keyReused'
  /** What was asked for does not fit together. */
  | 'usage'
  /** The release runs, and no worker answers for it. */
  | 'silent'
  /** It is not known whether it arrived; the same command id may be sent again. */
  | 'underWay'
  /** The Temporal server. */
  | 'unreachable';

/** Something that the one who asked can act on: a sentence, and what helps. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';

  constructor(
    readonly trouble: Trouble,
    message: string,
    readonly remedy: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The server said nothing in time, or is gone for now. */
export function isSilence(error: unknown): boolean {
  const code = grpcCode(error);
  return code === GRPC.unavailable || code === GRPC.deadlineExceeded || code === GRPC.cancelled;
}

/** The run has had all the signals that the server takes for one; it is throttled by nothing. */
export function isOutOfSignals(error: unknown): boolean {
  return grpcCode(error) === GRPC.invalidArgument && /limit for signal/i.test(reasonOf(error));
}
