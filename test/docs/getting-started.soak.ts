/** docs/getting-started.md, line by line, as a new user would; only the ports are others, and the browser is test/web-ui's. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePorts } from '../../src/servers/ports.js';
import { describeWithServer, devServer } from '../support/temporal.js';
import { type Shell, shell, shellBlocks } from './shell.js';

const PAGE = 'docs/getting-started.md';
const APP = 'wx0123456789abcdef';
const text = await readFile(PAGE, 'utf8');
const blocks = await shellBlocks(PAGE);
// Processes of their own take their time where others compute.
vi.setConfig({ testTimeout: 120_000 });

/** The one block that has these words. */
const block = (words: string) => {
  const [found, ...others] = blocks.filter((one) => one.includes(words));
  if (found === undefined || others.length > 0) throw new Error(`${others.length + 1} blocks have ${words}`);
  return found;
};

async function scene(): Promise<{ sh: Shell; api: string; more: string }> {
  const [port = 0, ui = 0, api = 0, simulator = 0, telemetry = 0] = await freePorts(5);
  const sh = await shell(
    { 7233: port, 8233: ui, 8790: api, 8787: simulator, 9464: telemetry },
    {
      TEMPORAL_CLI_PATH: devServer().cliPath,
      WEAPP_TELEMETRY: `127.0.0.1:${telemetry}`,
    },
  );
  return { sh, api: `http://127.0.0.1:${api}`, more: `--port ${port} --ui-port ${ui}` };
}

/** Waits until the release is so, as the API tells. */
async function until(
  sh: Shell,
  at: { api: string; token: string },
  what: (status: { percentage: number; outcome: string | null; stages: { state: string }[] }) => boolean,
) {
  const token = (await readFile(join(sh.folder, at.token), 'utf8')).trim();
  for (;;) {
    const answer = await fetch(`${at.api}/v1/releases/${APP}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { status } = (await answer.json()) as { status: Parameters<typeof what>[0] | null };
    if (status && what(status)) return;
    await sleep(200);
  }
}

describeWithServer('getting started, everything in one process', () => {
  let sh: Shell;
  let at: { api: string; token: string };
  let address: string;
  const ran = async (words: string) => {
    const { code, out } = await sh.run(`export TEMPORAL_ADDRESS=${address}\n${block(words)}`);
    expect(code, out).toBe(0);
    return out;
  };

  beforeAll(async () => {
    const { sh: made, api, more } = await scene();
    sh = made;
    at = { api, token: '.local/share/weapp-rollout/api-token' };
    address = `127.0.0.1:${/--port (\d+)/.exec(more)?.[1]}`;
    const up = block('up --simulator').trim();
    await sh.start(`exec ${up} ${more} --api-port ${new URL(api).port}`, '✔ ready');
  }, 180_000);
  afterAll(() => sh?.close());

  it('judges the plan', async () => {
    const out = await ran('cat > plan.yaml');
    expect(out).toContain('✔ plan.yaml may be started');
    expect(text).toContain(out.slice(out.indexOf('✔ token')).trim());
  });

  it('starts it once', async () => {
    const first = await ran('idempotency-key: first');
    expect(first).toContain('"repeated":false');
    expect(await ran('idempotency-key: first')).toContain('"repeated":true');
    await until(sh, at, ({ stages }) => stages[1]?.state === 'holding');
    const [status = ''] = blocks.filter((one) => one.trim() === `npx weapp-rollout status ${APP}`);
    const { out } = await sh.run(`export TEMPORAL_ADDRESS=${address}\n${status}`);
    const shown = text.slice(text.indexOf('App:  '), text.indexOf('…\nNext:'));
    expect(out).toContain(shown);
  });

  it('pauses, goes on, promotes and aborts it', async () => {
    expect(await ran('weapp-rollout pause')).toContain('pause: paused');
    expect(await ran('weapp-rollout resume')).toContain('promote: taken; it goes on once health confirms');
    await until(sh, at, ({ percentage }) => percentage === 50);
    await ran('weapp-rollout abort');
    await until(sh, at, ({ outcome }) => outcome !== null);
    const { out } = await sh.run(`export TEMPORAL_ADDRESS=${address}\nnpx weapp-rollout status ${APP}`);
    for (const line of [
      'Why:           ✖ only trying, at 50 % of users',
      'Decided by:    you (the name is claimed), through a Signal',
    ]) {
      expect(out).toContain(line);
      expect(text).toContain(line);
    }
  });
});

describeWithServer('getting started, three processes', () => {
  let sh: Shell;
  let address: string;

  beforeAll(async () => {
    const { sh: made, api, more } = await scene();
    sh = made;
    address = `127.0.0.1:${/--port (\d+)/.exec(more)?.[1]}`;
    await sh.start(`exec ${block('--server-only').trim()} ${more}`, '✔ ready');
    await sh.start(block('npm run simulator'), 'simulator listening');
    const { out } = await sh.run(block('token new'));
    const [, hash = ''] = /(sha256:[0-9a-f]{64})/.exec(out) ?? [];
    const [, config = ''] = /```yaml\n(tokens:[\s\S]*?)```/.exec(text) ?? [];
    await writeFile(join(sh.folder, 'config.yaml'), config.replace('sha256:…', hash));
    const temporal = `export TEMPORAL_ADDRESS=${address}\n`;
    await sh.start(temporal + block('npm run worker'), 'worker: polling weapp-rollout in namespace default');
    const listen = ` -- --port ${new URL(api).port}`;
    await sh.start(temporal + block('npm run api').trim() + listen, 'API listening on');
  }, 180_000);
  afterAll(() => sh?.close());

  it('releases, and tells what WeChat says', async () => {
    const temporal = `export TEMPORAL_ADDRESS=${address}\n`;
    const released = await sh.run(temporal + block('idempotency-key: build-1'));
    expect(released.code, released.out).toBe(0);
    expect(released.out).toContain('released at 100 %: 1.4.0 is online for everyone and stayed healthy');
    const asked = await sh.run(temporal + block('wechat getgrayreleaseplan'));
    expect(asked.code, asked.out).toBe(0);
    expect(asked.out).toContain('"errmsg": "ok"');
  });
});
