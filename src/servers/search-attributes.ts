import { type Connection, isGrpcServiceError } from '@temporalio/client';
import type { SearchAttributeKind, SearchAttributeTable } from '../domain/search-attributes.js';
import { GRPC } from './grpc.js';

/** Whether releases may write their search attributes here. */
export type SearchAttributesReady =
  | { readonly available: true }
  | {
      readonly available: false;
      /** Why not, for a person. */
      readonly reason: string;
      /** What someone with the right to do so has to run, once; absent when a command cannot help. */
      readonly command?: string;
    };

/** The part of a connection that is needed here. */
export type OperatorConnection = Pick<Connection, 'operatorService'>;

// temporal.api.enums.v1.IndexedValueType; the package that holds the enum is the SDK's, not ours.
const TYPE_NUMBER: Readonly<Record<SearchAttributeKind, number>> = { Keyword: 2, Int: 3, Bool: 5 };

/** Answers that stay the same however often one asks: no right, no such call, no room for another attribute. */
const REFUSALS: ReadonlySet<number> = new Set([
  GRPC.invalidArgument,
  GRPC.permissionDenied,
  GRPC.resourceExhausted,
  GRPC.unimplemented,
  GRPC.unauthenticated,
]);

/**
 * Registers what is missing of the attributes. A workflow that writes an attribute nobody registered fails its task
 * for ever, so a release may write them only after this has said that they are available.
 * @throws the client's error when the server cannot be reached or has no such namespace
 */
export async function ensureSearchAttributes(
  connection: OperatorConnection,
  namespace: string,
  attributes: SearchAttributeTable,
): Promise<SearchAttributesReady> {
  let missing = Object.keys(attributes);
  try {
    const before = await listed(connection, namespace);
    if (before) {
      const conflict = conflictWith(before, attributes);
      if (conflict) return { available: false, reason: `in namespace ${namespace} ${conflict}` };
      missing = missing.filter((name) => before[name] === undefined);
    }
    if (missing.length > 0) await add(connection, namespace, attributes, missing);
    // The time-skipping server can register but not list; there its word must do.
    const after = (await listed(connection, namespace)) ?? attributes;
    missing = missing.filter((name) => after[name] === undefined);
  } catch (error) {
    if (!isGrpcServiceError(error) || !REFUSALS.has(error.code)) throw error;
    const reason = `the server refused to register them: ${error.details || error.message}`;
    return { available: false, reason, command: createCommand(namespace, attributes, missing) };
  }
  if (missing.length === 0) return { available: true };
  const reason = `the server does not list ${missing.join(', ')} after registering them`;
  return { available: false, reason, command: createCommand(namespace, attributes, missing) };
}

/** Those of the attributes that nobody registered; null where the server does not tell. Registers nothing. */
export async function missingSearchAttributes(
  connection: OperatorConnection,
  namespace: string,
  attributes: SearchAttributeTable,
): Promise<string[] | null> {
  const present = await listed(connection, namespace);
  return present === undefined ? null : Object.keys(attributes).filter((name) => present[name] === undefined);
}

/** The command that registers the named attributes. */
export function createCommand(
  namespace: string,
  attributes: SearchAttributeTable,
  names: readonly string[],
): string {
  const pairs = names.map((name) => `--name ${name} --type ${attributes[name]}`);
  return ['temporal operator search-attribute create', `--namespace ${namespace}`, ...pairs].join(' ');
}

/** The namespace's own attributes with the numbers of their types, or undefined where the server cannot tell. */
async function listed(
  { operatorService }: OperatorConnection,
  namespace: string,
): Promise<Readonly<Record<string, number>> | undefined> {
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return customAttributes ?? {};
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC.unimplemented) return undefined;
    throw error;
  }
}

/** A name that is taken by another type: no command helps, since an attribute's type cannot be changed. */
function conflictWith(
  present: Readonly<Record<string, number>>,
  attributes: SearchAttributeTable,
): string | undefined {
  for (const [name, kind] of Object.entries(attributes)) {
    const type = present[name];
    if (type !== undefined && type !== TYPE_NUMBER[kind])
      return `the search attribute ${name} is not of type ${kind}`;
  }
  return undefined;
}

async function add(
  { operatorService }: OperatorConnection,
  namespace: string,
  attributes: SearchAttributeTable,
  names: readonly string[],
): Promise<void> {
  const searchAttributes: Record<string, number> = {};
  for (const name of names) {
    const kind = attributes[name];
    if (kind) searchAttributes[name] = TYPE_NUMBER[kind];
  }
  try {
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    // Two workers that start together register at once; what counts is what the server lists afterwards.
    if (!isGrpcServiceError(error) || error.code !== GRPC.alreadyExists) throw error;
  }
}
