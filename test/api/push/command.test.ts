/** `npm run receiver` as a person starts it: what it teaches, what it refuses, and that it ends cleanly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReceiver } from '../../../src/receiver.js';
import { encryptPush } from '../../../src/wechat/push/envelope.js';
import { SECRETS } from './support.js';

let folder: string;
let config: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weapp-receiver-'));
  config = await file('config.yaml', component());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

function component(keys = '[env:KEY, env:KEY_BEFORE]', rest = ''): string {
  return `component: { appid: ${SECRETS.componentAppid}, messageToken: env:TOKEN, messageKeys: ${keys} }\n${rest}`;
}

const [KEY = ''] = SECRETS.keys;
const env = () => ({ WEAPP_CONFIG: config, TOKEN: SECRETS.token, KEY, TEMPORAL_ADDRESS: '127.0.0.1:9' });

/** The command in this process; stops as soon as it has started. */
async function run(args: string[], environment: Record<string, string | undefined> = env()) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runReceiver(args, {
    env: environment,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    stopped: () => Promise.resolve(),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('npm run receiver', () => {
  it('teaches with --help', async () => {
    const { code, out } = await run(['--help'], {});
    expect(code).toBe(0);
    for (const word of ['--port', 'WEAPP_CONFIG', 'messageToken', 'docs/receiver.md'])
      expect(out).toContain(word);
  });

  it('says what to enter in the console, and what it does without', async () => {
    const { code, out } = await run(['--port', '0']);
    expect(code).toBe(0);
    expect(out).toMatch(/^receiver listening on http:\/\/127\.0\.0\.1:\d+$/m);
    expect(out).toContain('https://HOST/wechat/component');
    expect(out).toContain('https://HOST/wechat/apps/$APPID$');
    expect(out).toContain('Note: there is no previous key: the environment variable KEY_BEFORE is not set.');
    expect(out).toContain('Note: there is no database');
    expect(out).not.toContain(SECRETS.token);
  });

  it.each([
    [['--port', 'many'], '--port many is not a number from 0 to 65535'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['there'], 'Unexpected argument'],
  ])('refuses %j with exit 2', async (args, message) => {
    const { code, err } = await run(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it.each([
    ['no component', 'wechat: {}', {}, 'the configuration has no component.appid'],
    ['no token', `component: { appid: ${SECRETS.componentAppid} }`, {}, 'no component.messageToken'],
    ['no keys', component('[]'), {}, 'no component.messageKeys'],
    ['a key that is none', component(), { KEY: 'secret-but-short' }, 'env:KEY leads to is no EncodingAESKey'],
    ['a previous key that is none', component(), { TOKEN: '' }, 'the environment variable TOKEN is empty'],
    ['a token in place of its name', component().replace('env:TOKEN', SECRETS.token), {}, 'must be env:NAME'],
  ])('refuses %s with exit 2, and shows no secret', async (what, yaml, change, message) => {
    const WEAPP_CONFIG = await file(`${what.replaceAll(' ', '-')}.yaml`, yaml);
    const { code, err } = await run(['--port', '0'], { ...env(), WEAPP_CONFIG, ...change });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).not.toMatch(/must-never-be-seen|secret-but-short/);
  });

  it('says so when the port is taken, exit 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const { code, err } = await run(['--port', String(port)]);
    expect([code, err]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
    blocker.close();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'runs as a process, takes a push, and ends cleanly on %s',
    async (signal) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'src/receiver.ts', '--port', '0'], {
        env: { PATH: process.env.PATH, ...env() },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(child, 'exit');
      let log = '';
      child.stderr.on('data', (chunk) => {
        log += chunk;
      });
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const first = await lines.next();
      const [, url] = /^receiver listening on (http:\S+)$/.exec(String(first.value)) ?? [];
      const message = '<xml><MsgType>event</MsgType><Event>debug_demo</Event></xml>';
      const { query, body } = encryptPush(message, SECRETS, { now: Date.now() });
      const response = await fetch(`${url}/wechat/component?${new URLSearchParams(query)}`, {
        method: 'POST',
        body,
      });
      expect(await response.text()).toBe('success');
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(log).toContain('"event":"debug_demo"');
      expect(log).not.toMatch(/signature|<xml/);
    },
  );
});
