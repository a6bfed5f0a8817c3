import { expect, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { ensureSearchAttributes } from '../../src/servers/search-attributes.js';
import { describeWithTestServer, timeSkippingEnvironment } from '../support/temporal.js';

describeWithTestServer('a real time-skipping server', () => {
  it('starts from the program that was found, and takes the search attributes', async () => {
    const environment = await timeSkippingEnvironment();
    try {
      const { connection } = environment;
      const again = await ensureSearchAttributes(connection, 'default', RELEASE_SEARCH_ATTRIBUTES);
      expect(again).toEqual({ available: true });
    } finally {
      await environment.teardown();
    }
  });
});
