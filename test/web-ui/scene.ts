/** A Temporal server with its Web UI, a simulated WeChat, a worker, and releases started by the command line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Connection, Client as TemporalClient } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { runCli } from '../../src/cli/program.js';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { startDevServer } from '../../src/servers/dev-server.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { startWorker } from '../../src/worker.js';
import { releaseWorkflowId } from '../../src/workflows/messages.js';
import { fakeCli } from '../cli/fake-cli.js';
import { appWorld, configFor, environmentFor, until } from '../support/release.js';
import { dataConverter, devServer, workflowBundle } from '../support/temporal.js';

/** A release that holds at its first stage, and one that stands still because WeChat refuses. */
export const HELD = 'wx0123456789abcdef';
export const STUCK = 'wxfedcba9876543210';
/** A page beside other files takes its time. Milliseconds. */
export const POLL = { timeout: 60_000, interval: 700 };
/** The stages of the one that holds. */
export const HELD_STAGES = [
  'percentage: 1, soak: 1s, hold: true',
  'percentage: 10, soak: 2h, approval: { approvers: [release-manager], claimed: true }',
  'percentage: 100',
];

/** WeChat lets no version of the stuck one out. */
export function refuseToRelease({ control }: Simulator): void {
  control.addFault({ app: STUCK, endpoint: 'grayrelease', kind: 'errcode', errcode: 48001, times: 'always' });
}

export interface WebUiScene {
  /** The Web UI's address. */
  base: string;
  simulator: Simulator;
  /** Starts a release of this plan (YAML) with `weapp-rollout start`, and answers its run. */
  start(app: string, plan: string): Promise<string>;
  /** Waits until the release is so. */
  until(app: string, wanted: (status: ReleaseStatus) => boolean): Promise<ReleaseStatus>;
  close(): Promise<void>;
}

/** Sets it up, with what each app of the simulated WeChat is like. */
export async function givenWebUi(
  apps: Record<string, Partial<WorldInput['apps'][string]>>,
): Promise<WebUiScene> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-web-ui-'));
  const ids = Object.keys(apps);
  const [server, simulator] = await Promise.all([
    startDevServer({ cliPath: devServer().cliPath, searchAttributes: RELEASE_SEARCH_ATTRIBUTES }),
    startSimulator({
      world: {
        templates: [{ id: 42, pages: ['pages/index/index'] }],
        apps: Object.fromEntries(Object.entries(apps).map(([id, own]) => [id, appWorld(id, own)])),
      },
    }),
  ]);
  const { address, namespace, webUi } = server;
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const client: Client = new TemporalClient({ connection, namespace, dataConverter });
  const worker = await startWorker({
    connection: native,
    namespace,
    config: parseWorkerConfig(configFor(simulator, ids)),
    env: environmentFor(simulator, ids),
    bundlePath: workflowBundle().codePath,
  });
  return {
    base: webUi ?? '',
    simulator,
    async start(app, plan) {
      const file = join(folder, `${app}.yaml`);
      await writeFile(file, plan);
      const cli = fakeCli({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
      const code = await runCli(['start', file, '--by', 'ann', '--output', 'json'], cli);
      if (code !== 0) throw new Error(`not started: ${cli.stderr()}${cli.stdout()}`);
      return (await client.workflow.getHandle(releaseWorkflowId(app)).describe()).runId;
    },
    until: (app, wanted) => until(client.workflow.getHandle(releaseWorkflowId(app)), wanted, 40_000),
    async close() {
      await worker.stop();
      await native.close();
      await connection.close();
      await simulator.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A plan as a user writes it: no soaks, and a ladder that stands still where it is told to. */
export function planOf(app: string, stages: string[], version = '1.4.0'): string {
  return `app: ${app}
version: ${version}
description: New checkout
template: 42
audit:
  items:
    - { address: pages/index/index, tag: 工具, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2, title: 首页 }
  poll: 1s
rollout:
  stages:
${stages.map((stage) => `    - { ${stage} }`).join('\n')}
  bake: 24h
health:
  - name: js-error-rate
    provider:
      prometheus:
        address: env:PLAN_PROMETHEUS_URL
        query: 'js_error_rate{app="{{app}}",version="{{version}}"}'
    interval: 1s
    thresholdRange: { max: 0.01 }
    minSamples:
      query: 'launches{app="{{app}}",version="{{version}}"}'
      atLeast: 100
    failureLimit: 1
    inconclusiveLimit: 5
`;
}
