/** Where the command line is tried as a user has it: a real server, a real worker, the simulated WeChat. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { runCli } from '../../src/cli/program.js';
import { type SimulatedWechat, startSimulatedWechat } from '../../src/cli/simulated-wechat.js';
import type { WorkerConfigInput } from '../../src/config/worker-config.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { Closers } from '../../src/servers/closers.js';
import { startWorker } from '../../src/worker.js';
import { createNamespace, devServer, workflowBundle } from '../support/temporal.js';
import { type FakeCli, fakeCli } from './fake-cli.js';

/**
 * The file of a world whose apps are online in 1.3.0. `apps`: of each its token, and lines of its own.
 * @returns YAML
 */
export function worldFile(apps: Record<string, { token: string; lines?: readonly string[] }>): string {
  const blocks = Object.entries(apps).map(([app, { token, lines = [] }]) =>
    [
      `  ${app}:`,
      `    token: ${token}`,
      '    online: { version: 1.3.0, description: before, appVersion: 13, released: 30d }',
      '    categories: [{ first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }]',
      ...lines.map((line) => `    ${line}`),
    ].join('\n'),
  );
  return `
templates: [{ id: 42, description: the shop, pages: [pages/index/index] }]
privacyScanSeconds: 0
apps:
${blocks.join('\n')}
`;
}

/** Lines of an app: what was online before, and what is measured of 1.4.0. */
export const OLDER = 'history: [{ version: 1.2.0, appVersion: 12, released: 60d }]';
export const HEALTHY = 'metrics: { js_error_rate: [{ version: 1.4.0, value: 0.002 }] }';
export const APPROVED = 'audit: { approveAfter: 1s }';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface FlowScene {
  /** TEMPORAL_* of its own namespace. */
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  wechat: SimulatedWechat;
  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ran>;
  /** Runs one that may be interrupted. */
  background(...args: string[]): { cli: FakeCli; code: Promise<number> };
  /** Waits until the app's status is so. */
  until(app: string, what: (status: ReleaseStatus) => boolean): Promise<ReleaseStatus>;
  /** Writes a file and answers its path. */
  file(name: string, text: string): Promise<string>;
  workerUp(): Promise<void>;
  stopWorker(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Sets it up without a worker.
 * @param name the namespace: one of its own, since the command line always uses the one task queue
 * @param config the worker's own configuration, beside the simulated WeChat
 * @param more of the worker's environment
 */
export async function flowScene(
  name: string,
  world: string,
  config: WorkerConfigInput = {},
  more: Record<string, string> = {},
): Promise<FlowScene> {
  const closers = new Closers((text) => console.error(text));
  const folder = await mkdtemp(join(tmpdir(), 'weapp-flow-'));
  const file = async (own: string, text: string) => {
    await writeFile(join(folder, own), text);
    return join(folder, own);
  };
  const env = { WEAPP_CONFIG: await file('worker.json', JSON.stringify(config)) };
  const wechat = await startSimulatedWechat(await file('world.yaml', world), env, closers);
  await createNamespace(name);
  const { address } = devServer();
  const where = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: name };
  const cliHere = () => fakeCli(where);
  const run = async (...args: string[]): Promise<Ran> => {
    const cli = cliHere();
    const code = await runCli(args, cli);
    return { code, out: cli.stdout(), err: cli.stderr() };
  };
  let stopWorker = async () => {};
  return {
    env: where,
    wechat,
    file,
    run,
    background: (...args) => {
      const cli = cliHere();
      return { cli, code: runCli(args, cli) };
    },
    until: async (app, what) => {
      for (;;) {
        const status: ReleaseStatus = JSON.parse((await run('status', app, '--output', 'json')).out);
        if (what(status)) return status;
        await sleep(300);
      }
    },
    workerUp: async () => {
      const connection = await NativeConnection.connect({ address });
      const bundlePath = workflowBundle().codePath;
      const { config: simulated, env: own } = wechat;
      const worker = await startWorker({
        connection,
        namespace: name,
        config: simulated,
        env: { ...own, ...more },
        bundlePath,
      });
      stopWorker = async () => {
        stopWorker = async () => {};
        await worker.stop();
        await connection.close();
      };
    },
    stopWorker: () => stopWorker(),
    close: async () => {
      await stopWorker();
      await closers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
