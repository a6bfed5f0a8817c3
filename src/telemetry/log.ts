/** Logs of a process: lines of JSON for machines, plain lines for people, and no secret in either. */
import { inspect } from 'node:util';
import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import { type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { releaseWorkflowId } from '../workflows/messages.js';
import type { Redactor } from './redactor.js';

/** Where lines go. */
export interface LineStream {
  write(line: string): unknown;
}

export type LogFormat = 'json' | 'text';

/** What is asked for, where `auto` is text for a terminal and JSON for everything else. */
export function formatFor(wanted: LogFormat | 'auto', stream: { isTTY?: boolean }): LogFormat {
  if (wanted !== 'auto') return wanted;
  return stream.isTTY === true ? 'text' : 'json';
}

/**
 * What every line of JSON looks like, for pino and for fastify's `logger`: `time` in ISO 8601, `level` as a word, `message`.
 * Give it a stream of `redacting`.
 */
export function pinoOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: errorText, error: errorText, failure: errorText },
  };
}

/** Errors of activities carry causes and details; people look for the text. */
function errorText(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: errorText(cause) }) };
}

/** The stream, and whatever is written to it without the secrets in it. */
export function redacting(stream: LineStream, redactor: Redactor): LineStream {
  return { write: (line) => stream.write(redactor.text(line)) };
}

const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

export interface LogSettings {
  /** What is below it is not written. */
  level: LogLevel;
  format: LogFormat;
  stream: LineStream;
  redactor: Redactor;
}

/**
 * A logger as Temporal's SDK takes one. What the SDK knows of a line goes with it (workflowId, runId, activityType, attempt),
 * and the app of a release.
 */
export function createLogger({ level, format, stream, redactor }: LogSettings): Logger {
  const safe = redacting(stream, redactor);
  const json = pino(pinoOptions('trace'), safe);
  const write: Logger['log'] = (of, message, meta) => {
    if (LEVELS.indexOf(of) < LEVELS.indexOf(level)) return;
    if (format === 'json') json[levelOf(of)]({ ...appOf(meta), ...meta }, message);
    else safe.write(plainLine(of, message, meta));
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

const levelOf = (level: LogLevel) =>
  (({ TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' }) as const)[level];

const RELEASE = releaseWorkflowId('');

function appOf(meta: LogMetadata | undefined): { app?: string } {
  const id: unknown = meta?.workflowId;
  return typeof id === 'string' && id.startsWith(RELEASE) ? { app: id.slice(RELEASE.length) } : {};
}

function plainLine(level: LogLevel, message: string, meta: LogMetadata | undefined): string {
  const about =
    meta === undefined || Object.keys(meta).length === 0 ? '' : ` ${inspect({ ...meta }, ONE_LINE)}`;
  return `${new Date().toISOString()} [${level}] ${message}${about}\n`;
}

const ONE_LINE = { breakLength: 1_000 };
