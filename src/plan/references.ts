/**
 * References: how a plan names an address or a secret without containing it.
 *
 * `env:NAME` reads an environment variable of the worker, only one whose name begins with `PLAN_`, so that a plan cannot
 * reach the worker's own secrets. `file:PATH` reads a file below the folder the worker's configuration names.
 * References are checked wherever a plan is read and resolved only on the worker.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

/** A reference taken apart. */
export type ParsedReference =
  | { kind: 'env'; name: string }
  | { kind: 'file'; path: string }
  | { kind: 'literal'; value: string };

/** Why a reference cannot be used. */
export type ReferenceFault = 'malformed' | 'missing' | 'outside' | 'unreadable';

/** A reference that cannot be used. The message names the variable or file, never what is in it. */
export class PlanReferenceError extends Error {
  constructor(
    readonly fault: ReferenceFault,
    message: string,
    /** What to do about it. */
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'PlanReferenceError';
  }
}

/** What `env:` may name. */
export const ENV_NAME = /^PLAN_[A-Z0-9_]+$/;
/** A file with a secret or an address is small. Bytes. */
const LARGEST_FILE = 64 * 1024;

/**
 * Takes a reference apart; text that begins with neither `env:` nor `file:` is a literal.
 * @throws PlanReferenceError `malformed`
 */
export function parseReference(text: string): ParsedReference {
  const prefix = /^\s*(env|file)\s*:/i.exec(text)?.[1];
  if (prefix === undefined) return { kind: 'literal', value: text };
  if (text.startsWith('env:')) {
    const name = text.slice('env:'.length);
    if (ENV_NAME.test(name)) return { kind: 'env', name };
    throw new PlanReferenceError(
      'malformed',
      'env: may name only variables that begin with PLAN_ (capitals, digits and _)',
      'name the variable on the worker for example PLAN_PROMETHEUS_URL and write env:PLAN_PROMETHEUS_URL',
    );
  }
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length);
    if (isInnerPath(path)) return { kind: 'file', path };
    throw new PlanReferenceError(
      'malformed',
      "file: takes a relative path without .. below the worker's folder for references",
      'write for example file:prometheus/address',
    );
  }
  throw new PlanReferenceError(
    'malformed',
    `${prefix}: is written in small letters, without spaces`,
    'write for example env:PLAN_PROMETHEUS_URL',
  );
}

function isInnerPath(path: string): boolean {
  if (path === '' || /[\\\p{Cc}]/u.test(path) || isAbsolute(path) || /^[a-z]:/i.test(path)) return false;
  return path.split('/').every((part) => part !== '..' && part !== '.' && part !== '');
}

/** Where references lead on this worker. */
export interface ReferenceSources {
  env: Readonly<Record<string, string | undefined>>;
  /** The only folder `file:` reads below, from the worker's configuration; absent when it names none. */
  folder?: string | undefined;
  /** Takes what a reference stands for, so that it is never said. */
  onResolved?: (value: string) => void;
}

/**
 * What a reference stands for, on the worker. Surrounding white space of a variable or file is dropped.
 * @throws PlanReferenceError whose message names the variable or file, never what is in it
 */
export async function resolveReference(text: string, sources: ReferenceSources): Promise<string> {
  const reference = parseReference(text);
  if (reference.kind === 'literal') return reference.value;
  const value =
    reference.kind === 'env'
      ? fromEnvironment(reference.name, sources)
      : await fromFile(reference.path, sources);
  sources.onResolved?.(value);
  return value;
}

function fromEnvironment(name: string, { env }: ReferenceSources): string {
  const value = (Object.hasOwn(env, name) ? env[name] : undefined)?.trim() ?? '';
  if (value !== '') return value;
  throw new PlanReferenceError(
    'missing',
    `the plan refers to env:${name}, and this worker has no such environment variable, or it is empty`,
    `set ${name} for the worker and start it again`,
  );
}

async function fromFile(path: string, { folder }: ReferenceSources): Promise<string> {
  if (folder === undefined) {
    throw new PlanReferenceError(
      'missing',
      `the plan refers to file:${path}, and this worker has no folder for file: references`,
      "name the folder in the worker's configuration, or use an env: reference",
    );
  }
  const value = (await readBelow(folder, path, LARGEST_FILE)).toString('utf8').trim();
  if (value === '') throw unreadable(path);
  return value;
}

/** What came of reading a file that somebody named by reference. */
export type FileReading = { bytes: Buffer } | { problem: { message: string; remedy: string } };

/**
 * A file that `file:` names, whole: for what is larger than an address or a secret. Never rejects.
 * @param largest bytes
 */
export async function readReferencedFile(
  text: string,
  { folder }: Pick<ReferenceSources, 'folder'>,
  largest: number,
): Promise<FileReading> {
  try {
    const reference = parseReference(text);
    if (reference.kind !== 'file')
      throw new PlanReferenceError(
        'malformed',
        'it is no file: reference',
        'write for example file:cart.png',
      );
    if (folder === undefined)
      throw new PlanReferenceError(
        'missing',
        'this worker has no folder for file: references',
        "name it in the worker's configuration, references.folder",
      );
    return { bytes: await readBelow(folder, reference.path, largest) };
  } catch (error) {
    if (!(error instanceof PlanReferenceError)) throw error;
    return { problem: { message: error.message, remedy: error.remedy } };
  }
}

const unreadable = (path: string) =>
  new PlanReferenceError(
    'unreadable',
    `this worker cannot read file:${path} below its folder for references`,
    'put the file there and let the worker read it',
  );

async function readBelow(folder: string, path: string, largest: number): Promise<Buffer> {
  const root = await realpath(folder).catch(() => undefined);
  const target = root === undefined ? undefined : await realpath(join(root, path)).catch(() => undefined);
  if (root === undefined || target === undefined) throw unreadable(path);
  const inside = relative(root, target);
  if (inside === '..' || inside.startsWith('../') || inside.startsWith('..\\') || isAbsolute(inside)) {
    throw new PlanReferenceError(
      'outside',
      `file:${path} leads out of the worker's folder for references`,
      'put the file itself there instead of a link',
    );
  }
  const about = await stat(target).catch(() => undefined);
  if (!about?.isFile()) throw unreadable(path);
  if (about.size > largest) {
    throw new PlanReferenceError(
      'unreadable',
      `file:${path} has ${about.size} bytes, and at most ${largest} may be read`,
      'put a smaller file there',
    );
  }
  return readFile(target).catch(() => {
    throw unreadable(path);
  });
}

/**
 * Says what is wrong with the address of a provider as a plan writes it, or nothing when it can be used.
 * An address is `env:`, `file:`, or an http or https URL without credentials, query or fragment.
 */
export function addressFault(text: string): { message: string; remedy: string } | undefined {
  let reference: ParsedReference;
  try {
    reference = parseReference(text);
  } catch (error) {
    if (error instanceof PlanReferenceError) return { message: error.message, remedy: error.remedy };
    throw error;
  }
  if (reference.kind !== 'literal') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return {
      message: 'is neither a reference nor an http or https address',
      remedy: 'write env:PLAN_PROMETHEUS_URL, file:prometheus-url or http://prometheus:9090',
    };
  }
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return {
      message: 'has credentials in it, and a plan is kept where many can read it',
      remedy: 'put it in an environment variable of the worker and write env:PLAN_PROMETHEUS_URL',
    };
  }
  if (url.search !== '' || url.hash !== '') {
    return {
      message: 'has a query or fragment; the provider adds its own',
      remedy: 'write only scheme, host, port and path, for example http://prometheus:9090',
    };
  }
  return undefined;
}
