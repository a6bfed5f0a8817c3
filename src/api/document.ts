/** The OpenAPI document without a server that listens, as it is published. */
import { parseWorkerConfig } from '../config/worker-config.js';
import { lazyTemporal } from '../releases/connection.js';
import { createApi } from './server.js';

/** What `/openapi.json` answers, with the limits that are usual. */
export async function openApiDocument(): Promise<object> {
  const temporal = lazyTemporal({});
  const server = await createApi(
    {
      temporal,
      tokens: [],
      limits: parseWorkerConfig({}).api.limits,
      vouchKey: null,
      audit: null,
      push: null,
      metrics: null,
    },
    false,
  );
  try {
    await server.ready();
    return server.swagger();
  } finally {
    await server.close();
    await temporal.close();
  }
}
