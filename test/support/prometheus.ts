/** A Prometheus of one's own for a test, with the machine's programs. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import { freePorts } from '../../src/servers/ports.js';
import { programInPath } from './programs.js';

export interface Prometheus {
  /** `promtool check metrics`; its complaints, empty when there are none. */
  checkMetrics(exposition: string): Promise<string>;
  /** `promtool check rules`; what it says, and whether it is content. */
  checkRules(rules: string): Promise<{ ok: boolean; says: string }>;
  /** A server that scrapes an address every second, until the test is over. */
  scrape(address: string): Promise<{ query(promql: string): Promise<Sample[]> }>;
}

export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** A group of tests with a real Prometheus, skipped with the reason where there is none. */
export function describeWithPrometheus(name: string, body: (prometheus: Prometheus) => void): void {
  const [prometheus, promtool] = [programInPath('prometheus'), programInPath('promtool')];
  if (prometheus === null || promtool === null)
    return void describe.skip(`${name} (no Prometheus: prometheus and promtool are not both in PATH; apt-get install prometheus)`, () =>
      body(absent));
  describe(name, () => body(programs(prometheus, promtool)));
}

const missing = () => Promise.reject(new Error('there is no Prometheus'));
const absent: Prometheus = { checkMetrics: missing, checkRules: missing, scrape: missing };

function programs(prometheus: string, promtool: string): Prometheus {
  return {
    checkMetrics: async (text) => (await run(promtool, ['check', 'metrics'], text)).says,
    checkRules: (rules) => inFile('rules.yaml', rules, (file) => run(promtool, ['check', 'rules', file], '')),
    scrape: (address) => startServer(prometheus, address),
  };
}

function run(path: string, args: string[], input: string): Promise<{ ok: boolean; says: string }> {
  return new Promise((resolve) => {
    const child = execFile(path, args, (error, out, complaints) =>
      resolve({ ok: error === null, says: `${out}${complaints}`.trim() }),
    );
    child.stdin?.end(input);
  });
}

async function inFile<T>(name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-prometheus-'));
  try {
    await writeFile(join(folder, name), text);
    return await use(join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startServer(path: string, address: string) {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-prometheus-'));
  const config = {
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'worker', static_configs: [{ targets: [address] }] }],
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    path,
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    async query(promql: string): Promise<Sample[]> {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`).catch(() => null);
      if (answer?.ok !== true) return [];
      const { data } = (await answer.json()) as { data: { result: Sample[] } };
      return data.result;
    },
  };
}
