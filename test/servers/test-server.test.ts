import { Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { ensureSearchAttributes } from '../../src/servers/search-attributes.js';
import { startTestServer } from '../../src/servers/test-server.js';
import { describeWithTestServer, testServerPath } from '../support/temporal.js';

describeWithTestServer('a real time-skipping server', () => {
  it('starts, takes the search attributes and stops', async () => {
    const server = await startTestServer({ path: testServerPath() });
    const connection = await Connection.connect({ address: server.address });
    expect(await ensureSearchAttributes(connection, 'default', RELEASE_SEARCH_ATTRIBUTES)).toEqual({
      available: true,
    });
    await connection.close();
    await server.stop();
    await expect(Connection.connect({ address: server.address, connectTimeout: '300ms' })).rejects.toThrow();
  });
});
