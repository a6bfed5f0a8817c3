/** The receiver's log: what happened, to whom, how much; never what was sent. */
import type { FastifyRequest } from 'fastify';
import { pinoOptions } from '../telemetry/log.js';

/** Where log lines go, and from which level. */
export interface LogOptions {
  level: string;
  stream: { write(line: string): void };
}

/**
 * Serializers for fastify's logger. The query carries signatures and the body secrets, so neither is printed; of an
 * error only its class and code, since messages quote what they are about.
 */
export const serializers = {
  req: (request: FastifyRequest) => ({ method: request.method, remoteAddress: request.ip }),
  res: (reply: { statusCode: number }) => ({ statusCode: reply.statusCode }),
  err: (error: unknown) => describeError(error),
};

/** Fastify's logger, with lines like a worker's. */
export function loggerOf(log: LogOptions | false) {
  return log === false ? false : { ...pinoOptions(log.level), serializers, stream: log.stream };
}

/** An error's class and code, and those of its causes; no message. */
export function describeError(error: unknown): { type: string; message: string; stack: string } {
  const names: string[] = [];
  for (let cause = error; cause instanceof Error && names.length < 4; cause = cause.cause) {
    const code = 'code' in cause && /^\w{1,40}$/.test(String(cause.code)) ? ` ${String(cause.code)}` : '';
    names.push(`${cause.name}${code}`);
  }
  return { type: names.join(' < ') || typeof error, message: '', stack: '' };
}

/** One line for a push that was refused or failed. */
export function logRefusal(
  request: FastifyRequest,
  fields: { status: number; reason: string; cause?: unknown },
): void {
  const { status, reason, cause } = fields;
  const line = {
    reason,
    status,
    bytes: sizeOf(request),
    remoteAddress: request.ip,
    ...(cause === undefined ? {} : { cause: describeError(cause).type }),
  };
  if (status >= 500) request.log.error(line, 'push not taken');
  else request.log.warn(line, 'push refused');
}

/** Bytes of the body, or those that it was announced to have. */
export function sizeOf(request: FastifyRequest): number {
  if (Buffer.isBuffer(request.body)) return request.body.length;
  return Number(request.headers['content-length'] ?? 0);
}
