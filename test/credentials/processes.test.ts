/** Several real processes over one database and one WeChat: one refresh, whoever is killed or cut off. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { describeWithPostgres } from '../support/postgres.js';
import { APP, COMPONENT } from './support/fake-platform.js';
import { authorised, MINUTE, type Scene } from './support/opened.js';

const PROCESS = fileURLToPath(new URL('support/token-process.ts', import.meta.url));
const REFRESH = 'api_authorizer_token';

interface TokenProcess {
  child: ChildProcess;
  ready: Promise<void>;
  /** Lets it ask; its token, or null when it ended without one. */
  ask(): Promise<string | null>;
}

/** Starts processes that have everything but the word to ask. */
async function start(scene: Scene, count: number, env: Record<string, string> = {}): Promise<TokenProcess[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-tokens-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'worker.json');
  await writeFile(file, JSON.stringify(scene.config));
  return Array.from({ length: count }, () => {
    const child = spawn(process.execPath, ['--import', 'tsx', PROCESS], {
      env: { ...process.env, ...scene.env, WEAPP_CONFIG: file, APP, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    const ready = new Promise<void>((done) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.startsWith('ready\n')) done();
      });
    });
    const ended = once(child, 'close');
    return {
      child,
      ready,
      async ask() {
        child.stdin?.write('go\n');
        await ended;
        return said.split('\n')[1] || null;
      },
    };
  });
}

/** Waits until WeChat was called so often. */
async function untilCalled(scene: Scene, count: number): Promise<void> {
  const end = Date.now() + 20_000;
  while (scene.wechat.calls(REFRESH) < count) {
    if (Date.now() > end) throw new Error(`${REFRESH} was not called ${count} times`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The scene's clock stands still, and other processes have the real one. */
async function real(postgres: Parameters<typeof authorised>[0]) {
  const scene = await authorised(postgres);
  scene.clock.advance(Date.now() - scene.clock.now());
  await scene.platform.events.ticket({
    componentAppid: COMPONENT,
    ticket: scene.wechat.ticket,
    at: Date.now(),
  });
  return scene;
}

describeWithPostgres('processes that need the same token', (postgres) => {
  it('at the same moment: one refresh reaches WeChat, and both have the same token', async () => {
    const scene = await real(postgres());
    scene.wechat.rotate = true;
    const processes = await start(scene, 2);
    await Promise.all(processes.map(({ ready }) => ready));
    // The answer is late, so that the second one certainly comes in the middle of the first one's refresh.
    const late = new Promise<void>((resolve) => setTimeout(resolve, 500));
    scene.wechat.trouble(REFRESH, { kind: 'held', until: late });
    const [one, other] = await Promise.all(processes.map((process) => process.ask()));
    expect(one).toBe(scene.wechat.apps.get(APP)?.accessTokens[0]);
    expect(other).toBe(one);
    expect([scene.wechat.calls(REFRESH), scene.wechat.calls('api_component_token')]).toEqual([1, 1]);
  });

  it('both told that it is rejected: one refresh, too', async () => {
    const scene = await real(postgres());
    scene.clock.advance(-5 * MINUTE);
    const rejected = await scene.platform.tokens.get(APP);
    const processes = await start(scene, 2, { REJECTED: rejected });
    await Promise.all(processes.map(({ ready }) => ready));
    const [one, other] = await Promise.all(processes.map((process) => process.ask()));
    expect(one).toBe(scene.wechat.apps.get(APP)?.accessTokens[1]);
    expect(other).toBe(one);
    expect(scene.wechat.calls(REFRESH)).toBe(2);
  });

  it('one killed in the middle of its refresh: the other goes on, with what WeChat still takes', async () => {
    const scene = await real(postgres());
    scene.wechat.rotate = true;
    const [killed, other] = await start(scene, 2);
    if (killed === undefined || other === undefined) throw new Error('two were started');
    await Promise.all([killed.ready, other.ready]);
    scene.wechat.trouble(REFRESH, { kind: 'held', until: new Promise(() => {}) });
    void killed.ask();
    await untilCalled(scene, 1);
    const token = other.ask();
    // It waits for the row that the first one holds.
    await untilWaiting(scene.url);
    killed.child.kill('SIGKILL');
    expect(await token).toBe(scene.wechat.apps.get(APP)?.accessTokens[1]);
    expect(scene.wechat.calls(REFRESH)).toBe(2);
    const stored = await scene.platform.store.authorizers.read({ component: COMPONENT, app: APP });
    expect(stored?.refreshToken).toBe(scene.wechat.apps.get(APP)?.refreshTokens.at(-1));
  });
});

describeWithPostgres('a connection to the database that breaks in the middle of a refresh', (postgres) => {
  it('loses neither the answer of WeChat nor asks again', async () => {
    const scene = await real(postgres());
    scene.wechat.rotate = true;
    let answer = () => {};
    scene.wechat.trouble(REFRESH, {
      kind: 'held',
      until: new Promise((resolve) => {
        answer = resolve;
      }),
    });
    const token = scene.platform.tokens.get(APP);
    await untilCalled(scene, 1);
    await endIdleTransactions(scene.url);
    answer();
    expect(await token).toBe(scene.wechat.apps.get(APP)?.accessTokens[0]);
    expect(scene.wechat.calls(REFRESH)).toBe(1);
    const stored = await scene.platform.store.authorizers.read({ component: COMPONENT, app: APP });
    expect(stored?.refreshToken).toBe(scene.wechat.apps.get(APP)?.refreshTokens[1]);
    expect(stored?.access?.token).toBe(await token);
  });
});

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function untilWaiting(url: string): Promise<void> {
  await asAdmin(url, async (client) => {
    const end = Date.now() + 20_000;
    for (;;) {
      const { rows } = await client.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      if (rows.length > 0) return;
      if (Date.now() > end) throw new Error('nobody waits for a lock');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
}

async function endIdleTransactions(url: string): Promise<void> {
  const { rowCount } = await asAdmin(url, (client) =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
    ),
  );
  if (rowCount !== 1) throw new Error(`${rowCount} transactions were open`);
}
