import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { type DevServerOptions, devServerArguments, startDevServer } from '../../src/servers/dev-server.js';
import { ensureSearchAttributes } from '../../src/servers/search-attributes.js';
import { describeWithServer, devServer } from '../support/temporal.js';
import { temporaryFolder, writeProgram } from './fakes.js';

const DAY_S = 24 * 60 * 60;

async function start(options: Omit<DevServerOptions, 'cliPath'>) {
  const server = await startDevServer({ cliPath: devServer().cliPath, ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function connect(address: string): Promise<Connection> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return connection;
}

async function retentionDays(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds) / DAY_S;
}

/** A process that has ended and that nobody has collected yet (a zombie) runs no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

describeWithServer('a real dev server', () => {
  it('answers with the retention and search attributes that were asked for, on the loopback address', async () => {
    const server = await start({ searchAttributes: RELEASE_SEARCH_ATTRIBUTES });
    expect(server).toMatchObject({
      namespace: 'default',
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    const connection = await connect(server.address);
    expect(await retentionDays(connection, 'default')).toBe(90);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    expect(customAttributes).toMatchObject({ WeappAppId: 2, GrayPercentage: 3, ReleasePaused: 5 });
    expect(server.webUi).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(server.webUi ?? '')).status).toBe(200);
  });

  it('has a namespace of its own when asked, and no Web UI when not', async () => {
    const server = await start({ namespace: 'shop', retentionDays: 30, headless: true });
    const connection = await connect(server.address);
    expect(server.webUi).toBeNull();
    expect(await retentionDays(connection, 'shop')).toBe(30);
    expect(await ensureSearchAttributes(connection, 'shop', RELEASE_SEARCH_ATTRIBUTES)).toEqual({
      available: true,
    });
  });

  it('keeps its database and its log over a restart', async () => {
    const folder = temporaryFolder();
    const files = {
      dbFile: join(folder, 'data', 'temporal.db'),
      logFile: join(folder, 'log', 'temporal.log'),
    };
    const first = await start({ ...files, headless: true, retentionDays: 7 });
    const connection = await connect(first.address);
    await connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: { Mine: 2 },
    });
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    const second = await start({ ...files, headless: true, retentionDays: 7 });
    const again = await connect(second.address);
    expect(await retentionDays(again, 'default')).toBe(7);
    const { customAttributes } = await again.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(customAttributes).toMatchObject({ Mine: 2 });
    expect(readFileSync(files.logFile, 'utf8')).toContain('Temporal Server');
  });

  it('ends after its owner was killed without a chance to say goodbye', async () => {
    const { owner, serverPid } = await startOwner(devServer().cliPath);
    expect(isRunning(serverPid)).toBe(true);
    owner.kill('SIGKILL');
    for (let i = 0; i < 100 && isRunning(serverPid); i += 1) await sleep(100);
    expect(isRunning(serverPid)).toBe(false);
  });
});

/** Starts a process of its own that starts a dev server and then waits for ever. */
async function startOwner(cliPath: string): Promise<{ owner: ChildProcess; serverPid: number }> {
  const script = join(temporaryFolder(), 'owner.mts');
  const module = fileURLToPath(new URL('../../src/servers/dev-server.ts', import.meta.url));
  writeFileSync(
    script,
    `import { startDevServer } from ${JSON.stringify(module)};
     const server = await startDevServer({ cliPath: ${JSON.stringify(cliPath)}, headless: true });
     console.log(server.pid);
     setInterval(() => {}, 1000);`,
  );
  const tsx = import.meta.resolve('tsx');
  const owner = spawn(process.execPath, ['--import', tsx, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const serverPid = await new Promise<number>((known) => {
    owner.stdout.once('data', (text: Buffer) => known(Number(text.toString())));
  });
  return { owner, serverPid };
}

describe('a dev server that does not start', () => {
  it('says what its program said', async () => {
    const cliPath = writeProgram(
      join(temporaryFolder(), 'temporal'),
      "console.error('disk is full'); process.exit(3);",
    );
    await expect(startDevServer({ cliPath })).rejects.toThrow(
      'the Temporal dev server ended with code 3 before it answered. Its last lines:\n  disk is full',
    );
  });

  it('says that there is no program', async () => {
    await expect(startDevServer({ cliPath: '/nowhere/temporal' })).rejects.toThrow(
      '/nowhere/temporal cannot be started: there is no such program',
    );
  });

  it('says that a port is taken', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const port = await new Promise<number>((known) => {
      other.listen(0, '127.0.0.1', () => known((other.address() as { port: number }).port));
    });
    await expect(startDevServer({ cliPath: '/nowhere/temporal', port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken by another program`,
    );
  });
});

it('listens on the loopback address only and asks the internet for nothing', () => {
  const args = devServerArguments({
    port: 1,
    uiPort: 2,
    namespace: 'default',
    searchAttributes: { Phase: 'Keyword' },
    settings: { 'history.maximumSignalsPerExecution': 3 },
  });
  expect(args.join(' ')).toBe(
    'server start-dev --ip 127.0.0.1 --port 1 --ui-port 2 --ui-disable-news-fetch --search-attribute Phase=Keyword --dynamic-config-value history.maximumSignalsPerExecution=3',
  );
});
