/** A simulated WeChat in this process, and what a worker must know to use it. */
import { loadWorkerConfig, type WorkerConfig } from '../config/worker-config.js';
import type { Closers } from '../servers/closers.js';
import type { Environment } from '../servers/folders.js';
import { type Simulator, startSimulator } from '../simulator/server.js';
import { assertWorld, parseWorld, readWorldFile } from '../simulator/world/world.js';

export interface SimulatedWechat {
  simulator: Simulator;
  apps: string[];
  /** For the worker: WeChat's address and the world's tokens. */
  config: WorkerConfig;
  /** The environment with the tokens in it, and the simulator as Prometheus. */
  env: Environment;
}

/**
 * Starts the simulator on a free port.
 * @throws WorldError when the file is no world, ConfigError when WEAPP_CONFIG is wrong
 */
export async function startSimulatedWechat(
  worldFile: string,
  env: Environment,
  closers: Closers,
): Promise<SimulatedWechat> {
  const input = await readWorldFile(worldFile);
  assertWorld(input, worldFile);
  const simulator = await startSimulator({ world: input });
  await closers.add('the simulator', simulator, (running) => running.close());
  const { apps } = parseWorld(input, worldFile);
  const tokens = Object.entries(apps).map(([app, { token, tokens: more }], index) => {
    const value = (token ?? more[0])?.value ?? '';
    return { app, variable: `WEAPP_SIMULATED_TOKEN_${index + 1}`, value };
  });
  // A file's providers and references still count; its WeChat and its tokens are another world's.
  const base = await loadWorkerConfig({ ...env, WECHAT_API_BASE: undefined });
  return {
    simulator,
    apps: Object.keys(apps),
    config: {
      ...base,
      wechat: { ...base.wechat, baseUrl: simulator.url },
      tokens: { apps: Object.fromEntries(tokens.map(({ app, variable }) => [app, `env:${variable}`])) },
    },
    env: {
      ...env,
      ...Object.fromEntries(tokens.map(({ variable, value }) => [variable, value])),
      PLAN_PROMETHEUS_URL: simulator.url,
    },
  };
}
