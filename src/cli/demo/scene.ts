/** The demo's scene: a private Temporal server, a simulated WeChat and a worker, all of this process. */
import { fileURLToPath } from 'node:url';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import { connectTo, type Temporal } from '../../releases/connection.js';
import type { Closers } from '../../servers/closers.js';
import { type DevServer, startDevServer } from '../../servers/dev-server.js';
import { findTemporalCli } from '../../servers/find.js';
import type { Environment } from '../../servers/folders.js';
import type { Simulator } from '../../simulator/server.js';
import { startLocalWorker } from '../local-worker.js';
import { startSimulatedWechat } from '../simulated-wechat.js';

export interface Scene {
  server: DevServer;
  simulator: Simulator;
  temporal: Temporal;
  /** Resolves, with how it ended, when the server or the worker is gone. */
  broken: Promise<string>;
}

/** A file of examples/, in a checkout and in the package. */
export function example(name: string): string {
  return fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
}

/** Starts everything on free ports, in memory; `tell` hears what is being done. */
export async function setScene(
  env: Environment,
  closers: Closers,
  tell: (text: string) => void,
): Promise<Scene> {
  tell('finding the Temporal server …');
  const { path, source } = await findTemporalCli({ env, onProgress: (text) => tell(`  ${text}`) });
  tell(`  ${path} (found by: ${source})`);
  tell('starting a private Temporal server, a simulated WeChat and a worker …');
  const server = await startDevServer({ cliPath: path, searchAttributes: RELEASE_SEARCH_ATTRIBUTES });
  await closers.add('the Temporal server', server, (running) => running.stop());
  const wechat = await startSimulatedWechat(example('world.yaml'), withoutSettings(env), closers);
  const { address } = server;
  const worker = await startLocalWorker({
    address,
    config: wechat.config,
    env: wechat.env,
    closers,
    quiet: true,
  });
  const temporal = await connectTo(address, server.namespace);
  await closers.add('the connection', temporal, (open) => open.close());
  tell(`  Temporal ${address}   Web UI ${server.webUi}   simulated WeChat ${wechat.simulator.url}`);
  const broken = Promise.race([
    server.ended.then((how) => `the Temporal server ${how}`),
    worker.done.then(
      () => 'the worker ended',
      (error: unknown) => `the worker ended: ${String(error)}`,
    ),
  ]);
  return { server, simulator: wechat.simulator, temporal, broken };
}

/** Someone's own worker configuration is for their own WeChat, not for the demo's. */
function withoutSettings(env: Environment): Environment {
  const { WEAPP_CONFIG: _config, WECHAT_API_BASE: _base, ...rest } = env;
  return rest;
}
