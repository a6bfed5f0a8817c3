import { describe, expect, it } from 'vitest';
import { ensureSearchAttributes, type OperatorConnection } from '../../src/servers/search-attributes.js';

const ATTRIBUTES = { ReleasePhase: 'Keyword', GrayPercentage: 'Int' } as const;
const KEYWORD = 2;
const INT = 3;
const BOOL = 5;

/** What the client throws when a server answers with a gRPC status. */
function grpcError(code: number, details: string): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
}

interface FakeServer {
  readonly present?: Record<string, number>;
  readonly listError?: Error;
  readonly addError?: Error;
}

/** A server with these attributes, that answers so; `added` is what it was asked to register. */
function fakeServer({ present = {}, listError, addError }: FakeServer) {
  const added: Record<string, number>[] = [];
  const registered = { ...present };
  const operatorService = {
    async listSearchAttributes() {
      if (listError) throw listError;
      return { customAttributes: { ...registered } };
    },
    async addSearchAttributes(request: { searchAttributes: Record<string, number> }) {
      if (addError) throw addError;
      added.push(request.searchAttributes);
      Object.assign(registered, request.searchAttributes);
      return {};
    },
  };
  return { connection: { operatorService } as unknown as OperatorConnection, added };
}

const COMMAND = 'temporal operator search-attribute create --namespace shop';

describe('search attributes', () => {
  it('that are there are left alone', async () => {
    const { connection, added } = fakeServer({ present: { ReleasePhase: KEYWORD, GrayPercentage: INT } });
    expect(await ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).toEqual({ available: true });
    expect(added).toEqual([]);
  });

  it('that are missing are registered, and only those', async () => {
    const { connection, added } = fakeServer({ present: { ReleasePhase: KEYWORD } });
    expect(await ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).toEqual({ available: true });
    expect(added).toEqual([{ GrayPercentage: INT }]);
  });

  it('that may not be registered are named in the command for someone who may', async () => {
    const addError = grpcError(7, 'Request unauthorized.');
    const { connection } = fakeServer({ present: { ReleasePhase: KEYWORD }, addError });
    expect(await ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).toEqual({
      available: false,
      reason: 'the server refused to register them: Request unauthorized.',
      command: `${COMMAND} --name GrayPercentage --type Int`,
    });
  });

  it('that may not even be listed are all in the command', async () => {
    const { connection } = fakeServer({ listError: grpcError(7, 'Request unauthorized.') });
    expect(await ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).toMatchObject({
      available: false,
      command: `${COMMAND} --name ReleasePhase --type Keyword --name GrayPercentage --type Int`,
    });
  });

  it('of another type are told; no command can change that', async () => {
    const { connection, added } = fakeServer({ present: { GrayPercentage: BOOL } });
    expect(await ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).toEqual({
      available: false,
      reason: 'in namespace shop the search attribute GrayPercentage is not of type Int',
    });
    expect(added).toEqual([]);
  });

  it('are registered where the server cannot list them', async () => {
    const { connection, added } = fakeServer({ listError: grpcError(12, 'unimplemented') });
    expect(await ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).toEqual({ available: true });
    expect(added).toEqual([{ ReleasePhase: KEYWORD, GrayPercentage: INT }]);
  });

  it('are not called missing because the server is away', async () => {
    const { connection } = fakeServer({ listError: grpcError(14, 'connection refused') });
    await expect(ensureSearchAttributes(connection, 'shop', ATTRIBUTES)).rejects.toThrow(
      'connection refused',
    );
  });
});
