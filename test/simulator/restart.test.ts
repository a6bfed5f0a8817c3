/** A simulator that is started again on its state file is the same WeChat. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runSimulator } from '../../src/simulator/command.js';
import { type Simulator, startSimulator } from '../../src/simulator/server.js';
import { StateFileError } from '../../src/simulator/state-file.js';
import type { WorldInput } from '../../src/simulator/world/world.js';

const APP = 'wx0123456789abcdef';
const COMPONENT = 'wxc0000000000000c1';
const WORLD: WorldInput = {
  tokenSeed: 7,
  components: { [COMPONENT]: { secret: 'a-fake-secret-of-the-platform', ticket: 'ticket@@@fake' } },
  templates: [{ id: 42, pages: ['pages/index/index'] }],
  apps: {
    [APP]: {
      token: 'a-fake-token',
      online: { version: '1.3.0', released: '30d' },
      audit: { approveAfter: '1h' },
      metrics: { js_error_rate: [{ version: '1.3.0', value: 0.001 }] },
    },
  },
  privacyScanSeconds: 0,
};

let folder: string;
let stateFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-state-'));
  stateFile = join(folder, 'state');
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function start(world = WORLD): Promise<Simulator> {
  const simulator = await startSimulator({ world, stateFile });
  onTestFinished(() => simulator.close());
  return simulator;
}

async function call({ url }: Simulator, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

const asApp = (simulator: Simulator, endpoint: string, body?: object) =>
  call(simulator, `/wxa/${endpoint}?access_token=a-fake-token`, body);
const tokenOf = (simulator: Simulator) =>
  call(simulator, '/cgi-bin/component/api_component_token', {
    component_appid: COMPONENT,
    component_appsecret: 'a-fake-secret-of-the-platform',
    component_verify_ticket: 'ticket@@@fake',
  });

describe('a simulator with a state file', () => {
  it('goes on where it was: versions, audit, clock, faults, health, tokens and the ledger', async () => {
    const first = await start();
    first.control.clock({ frozen: true });
    const commit = { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: 'try' };
    expect(await asApp(first, 'commit', commit)).toMatchObject({ errcode: 0 });
    const { auditid } = await asApp(first, 'submit_audit', {});
    const { component_access_token: token } = await tokenOf(first);
    first.control.addFault({ endpoint: 'grayrelease', kind: 'systemError', times: 2 });
    first.control.metrics({ app: APP, name: 'js_error_rate', version: '1.4.0', value: 0.5 });
    const before = { clock: first.control.clock(), state: first.control.state(APP) };
    const ledger = first.control.ledger();
    await first.close();

    const second = await start();
    expect({ clock: second.control.clock(), state: second.control.state(APP) }).toEqual(before);
    expect(second.control.ledger()).toEqual(ledger);
    expect(second.control.faults()).toMatchObject([{ endpoint: 'grayrelease', times: 2 }]);
    second.control.clock({ advance: '1h' });
    expect(await asApp(second, 'get_auditstatus', { auditid })).toMatchObject({ status: 0 });
    expect(await asApp(second, 'grayrelease', { gray_percentage: 1 })).toMatchObject({ errcode: -1 });
    second.control.clearFaults();
    expect(await asApp(second, 'grayrelease', { gray_percentage: 1 })).toMatchObject({ errcode: 0 });
    const query = encodeURIComponent(`js_error_rate{app="${APP}",version="1.4.0"}`);
    expect(await call(second, `/api/v1/query?query=${query}`)).toMatchObject({
      data: { result: [{ value: [expect.any(Number), '0.5'] }] },
    });
    const gettemplates = `/wxa/gettemplatelist?component_access_token=${String(token)}`;
    expect(await call(second, gettemplates)).toMatchObject({ errcode: 0 });
    // The seed goes on, too: nothing is made twice.
    expect((await tokenOf(second)).component_access_token).not.toBe(token);
    expect(JSON.stringify(second.control.ledger())).not.toContain(token);
  });

  it('keeps a call that lands later', async () => {
    const first = await start();
    first.control.clock({ frozen: true });
    first.control.addFault({ endpoint: 'commit', kind: 'concurrent', landsAfterMs: 60_000 });
    const commit = { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: 'try' };
    await expect(asApp(first, 'commit', commit)).rejects.toThrow();
    await first.close();
    const second = await start();
    expect(second.control.ledger().effects).toEqual([]);
    second.control.clock({ advance: '1m' });
    expect(second.control.ledger().effects).toMatchObject([{ endpoint: 'commit', version: '1.4.0' }]);
  });

  it('is for its owner only, and leaves nothing half written', async () => {
    const simulator = await start();
    await asApp(simulator, 'getgrayreleaseplan');
    expect(await readdir(folder)).toEqual(['state']);
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
  });

  it.each([
    [
      'of another world',
      async () => (await start({ ...WORLD, privacyScanSeconds: 1 })).close(),
      'is of another world',
    ],
    ['no state file', () => writeFile(stateFile, 'apps: {}'), "is no state of this version's simulator"],
    [
      'not to be written',
      async () => {
        stateFile = join(folder, 'no', 'such', 'folder');
      },
      'cannot be written (ENOENT',
    ],
  ])('refuses one that is %s', async (_what, prepare, message) => {
    await prepare();
    const starting = startSimulator({ world: WORLD, stateFile });
    await expect(starting).rejects.toThrow(StateFileError);
    await expect(starting).rejects.toThrow(message);
  });
});

describe('npm run simulator -- --state FILE', () => {
  const WORLD_FILE = 'examples/world.yaml';

  async function startProcess(port = '0') {
    const args = ['--world', WORLD_FILE, '--port', port, '--state', stateFile];
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/simulator/main.ts', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const url = /http:\/\/\S+/.exec(String(chunk))?.[0] ?? '';
    const end = async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    return { url, end };
  }

  it('forgets nothing that it has done, although it is killed before it answers', async () => {
    const first = await startProcess();
    const post = (url: string, path: string, body: object) =>
      fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    await post(first.url, '/_simulator/faults', { endpoint: 'commit', kind: 'slow', delayMs: 60_000 });
    const commit = { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: 'try' };
    const answer = post(first.url, '/wxa/commit?access_token=token-healthy', commit).then(
      () => 'answered',
      () => 'broken off',
    );
    const effects = async (url: string) =>
      ((await (await fetch(`${url}/_simulator/ledger`)).json()) as { effects: object[] }).effects;
    await expect.poll(() => effects(first.url)).toHaveLength(1);
    await first.end();
    expect(await answer).toBe('broken off');

    const second = await startProcess(new URL(first.url).port);
    expect(second.url).toBe(first.url);
    expect(await effects(second.url)).toMatchObject([{ endpoint: 'commit', version: '1.4.0' }]);
  });

  it('refuses a file that is none with exit 2', async () => {
    await writeFile(stateFile, 'apps: {}');
    const lines: string[] = [];
    const code = await runSimulator(['--world', WORLD_FILE, '--state', stateFile], {
      out: () => undefined,
      err: (line) => void lines.push(line),
      stopped: () => Promise.resolve(),
    });
    expect([code, lines.join()]).toEqual([2, expect.stringContaining('delete it to begin anew')]);
  });
});
