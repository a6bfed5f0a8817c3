/** The activities over a simulated WeChat (and its Prometheus) on the test's clock. */
import { onTestFinished } from 'vitest';
import { createActivities, type ReleaseActivities } from '../../../src/activities/index.js';
import { staticTokens } from '../../../src/credentials/static.js';
import { NO_IDENTITIES } from '../../../src/identity/identities.js';
import { readReferencedFile } from '../../../src/plan/references.js';
import { type Simulator, startSimulator } from '../../../src/simulator/server.js';
import type { WorldInput } from '../../../src/simulator/world/world.js';
import type { EndpointName } from '../../../src/wechat/catalogue.js';
import { createWechatClient, type WechatClient } from '../../../src/wechat/client.js';
import { appWorld, tokenOf } from '../../support/release.js';

export const APP = 'wx0123456789abcdef';
export const TOKEN = tokenOf(APP);

export interface Simulated {
  simulator: Simulator;
  activities: ReleaseActivities;
  /** Errors that calls end with instead of reaching the simulator, for what it never answers. */
  instead: Partial<Record<EndpointName, Error>>;
  /** The requests that WeChat, or Prometheus (`query`), got so far. */
  requests(endpoint: string): number;
}

export async function givenWechat(
  app: Partial<WorldInput['apps'][string]> = {},
  options: { env?: Record<string, string>; allowedHosts?: string[]; world?: Partial<WorldInput> } = {},
): Promise<Simulated> {
  const simulator = await startSimulator({
    world: {
      templates: [{ id: 42, pages: ['pages/index/index'] }],
      apps: { [APP]: appWorld(APP, app) },
      ...options.world,
    },
    clock: () => Date.now(),
  });
  onTestFinished(() => simulator.close());
  const client = createWechatClient({
    baseUrl: simulator.url,
    timeoutMs: 2_000,
    tokens: staticTokens({ default: 'env:TOKEN', env: { TOKEN } }),
  });
  const instead: Simulated['instead'] = {};
  const disturbed: WechatClient = {
    call: async (name, options) => {
      const error = instead[name];
      if (error !== undefined) throw error;
      return client.call(name, options);
    },
  };
  const activities = createActivities({
    notify: { references: { env: {} }, allowedHosts: [] },
    client: disturbed,
    providers: {
      references: { env: options.env ?? { PLAN_PROMETHEUS_URL: simulator.url } },
      allowedHosts: options.allowedHosts ?? ['127.0.0.1'],
    },
    files: (reference, largest) => readReferencedFile(reference, {}, largest),
    identities: NO_IDENTITIES,
  });
  return {
    simulator,
    activities,
    instead,
    requests: (endpoint) =>
      simulator.control.ledger().requests.filter((request) => request.endpoint === endpoint).length,
  };
}
