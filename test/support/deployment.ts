/** docker-compose.yml by hand: the image's processes with the variables of their services, on a real cluster. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { newToken, tokenHash } from '../../src/identity/tokens.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { assertWorld, readWorldFile } from '../../src/simulator/world/world.js';
import { startTemporalCluster, type TemporalCluster } from './cluster.js';
import { clusterPrograms } from './cluster-programs.js';
import { environmentOf, ROOT, readCompose, service } from './compose.js';
import { buildImage, type Image } from './image.js';
import { devServer } from './temporal.js';

export interface Answer {
  code: number;
  out: string;
  err: string;
}

export interface Process {
  readonly pid: number;
  /** What it has written so far. */
  written(): string;
  /** Resolves when it has written a text; rejects when it ends before. */
  says(text: string): Promise<void>;
  /** Sends a signal and answers how it ended, and after how many milliseconds. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null; ms: number }>;
}

export interface Deployment {
  readonly image: Image;
  readonly cluster: TemporalCluster;
  readonly simulator: Simulator;
  /** Starts a container's process. `beside`: variables that are another there; `instead`: arguments, and what stands for them. */
  start(name: string, beside?: Record<string, string>, instead?: Readonly<Record<string, string>>): Process;
  /** A token of the API, of an operator of every app. */
  readonly token: string;
  /** The image's command line, as `docker compose run --rm cli …`. */
  cli(...args: string[]): Promise<Answer>;
  /** Writes a file that processes of the image can read. */
  file(name: string, content: string): string;
  close(): Promise<void>;
}

/** A token of the API for every app, and what its configuration knows of it. */
const TOKEN = newToken();

const APPS = { wx0123456789abcdef: 'token-healthy', wxfedcba9876543210: 'token-unhealthy' };

/** Needs PostgreSQL and the programs of a cluster; throws what is missing. */
export async function deploy(): Promise<Deployment> {
  const programs = await clusterPrograms();
  const [image, cluster, simulator] = await Promise.all([
    buildImage(),
    startTemporalCluster(programs, devServer().cliPath),
    startExampleWorld(),
  ]);
  if (cluster === null) throw new Error('there is no PostgreSQL');
  const folder = await mkdtemp(join(tmpdir(), 'weapp-deployed-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'empty'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o644 });
    return join(folder, name);
  };
  const variable = (app: string) => `TOKEN_${app}`;
  const tokens = { apps: Object.fromEntries(Object.keys(APPS).map((app) => [app, `env:${variable(app)}`])) };
  const mounted = join(folder, 'secrets');
  mkdirSync(mounted);
  // As they are in a container, where the folder that keeps others out is not.
  for (const name of Object.keys(readCompose().secrets))
    copyFileSync(join(cluster.secrets, name), join(mounted, name));
  writeFileSync(join(mounted, 'database_url'), cluster.databaseUrl('rollout', 'rollout'));
  const example = readFileSync(join(ROOT, 'deploy/worker.example.yaml'), 'utf8');
  const given = parse(example.replaceAll('/run/secrets', mounted)) as Record<string, object>;
  const known = [{ name: 'ann', hash: tokenHash(TOKEN), roles: ['operator'], apps: ['*'] }];
  // Tokens that are given instead of made here: the platform's pushes are another test's.
  const { component: _, ...settings } = given;
  const api = { ...given.api, tokens: known };
  const providers = { allowedHosts: ['127.0.0.1'] };
  const wechat = { baseUrl: simulator.url };
  file('worker.yaml', JSON.stringify({ ...settings, tokens, api, providers, wechat }));
  const environment = (name: string, beside: Record<string, string> = {}) => ({
    PATH: process.env.PATH,
    ...image.env,
    ...environmentOf(name, { 'temporal:7233': cluster.address, '/etc/weapp-rollout': folder }),
    // What worker.env would say.
    ...Object.fromEntries(Object.entries(APPS).map(([app, token]) => [variable(app), token])),
    PLAN_PROMETHEUS_URL: simulator.url,
    ...beside,
  });
  // Nobody but root may become somebody else.
  const user = process.getuid?.() === 0 ? { uid: image.user, gid: image.user } : {};
  const running = new Set<ChildProcess>();
  return {
    image,
    cluster,
    simulator,
    file,
    token: TOKEN,
    start(name, beside, instead = {}) {
      const [program = '', ...written] = service(name).command ?? image.command;
      const args = written.map((arg) => instead[arg] ?? arg);
      const options = { cwd: image.folder, env: environment(name, beside), ...user };
      const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      child.once('exit', () => running.delete(child));
      return processOf(child);
    },
    cli(...args) {
      const [program = '', ...entry] = service('cli').entrypoint ?? [];
      const options = { cwd: image.folder, env: environment('cli'), ...user };
      return new Promise((resolve) => {
        execFile(program, [...entry, ...args], options, (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
        );
      });
    },
    async close() {
      for (const child of running) child.kill('SIGKILL');
      await cluster.close();
      await simulator.close();
      await image.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startExampleWorld(): Promise<Simulator> {
  const file = join(ROOT, 'examples/world.yaml');
  const world = await readWorldFile(file);
  assertWorld(world, file);
  return startSimulator({ world });
}

function processOf(child: ChildProcess): Process {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      child.emit('written');
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    pid: child.pid ?? 0,
    written: () => text,
    says: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.includes(wanted)) resolve();
        };
        child.on('written', look);
        look();
        void ended.then((code) => reject(new Error(`it ended with ${code}: ${text}`)));
      }),
    async end(signal) {
      const since = performance.now();
      child.kill(signal);
      const code = await ended;
      return { code, ms: performance.now() - since };
    },
  };
}
