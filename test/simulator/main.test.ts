import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSimulator } from '../../src/simulator/command.js';

const EXAMPLE = 'examples/world.yaml';

/** The command in this process; stops at once after it has started. */
async function run(...args: string[]) {
  const lines = { out: '', err: '' };
  const code = await runSimulator(args, {
    out: (line) => {
      lines.out += line;
    },
    err: (line) => {
      lines.err += line;
    },
    stopped: () => Promise.resolve(),
  });
  return { code, ...lines };
}

describe('npm run simulator', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints its address, answers, and ends cleanly on %s',
    async (signal) => {
      const args = ['--import', 'tsx', 'src/simulator/main.ts', '--world', EXAMPLE, '--port', '0'];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      const [, url] = /^simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(chunk)) ?? [];
      const response = await fetch(`${url}/wxa/getgrayreleaseplan?access_token=token-healthy`);
      expect(await response.json()).toMatchObject({ errcode: 0 });
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
    },
  );

  it('teaches with --help', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--world FILE') as string,
    });
  });

  it.each([
    [['--world', 'package.json'], 'package.json is not a usable world:\n  apps: name the apps by appid'],
    [['--world', 'no/such/file'], 'cannot be read (ENOENT)'],
    [['--port', '1'], '--world FILE is missing'],
    [['--world', 'x', '--port', 'many'], '--port many is not a number from 0 to 65535'],
    [['--wurld', 'x'], "Unknown option '--wurld'"],
  ])('refuses %j with exit 2', async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });

  it.each([
    [['--push-to', 'localhost:8788'], '--push-to localhost:8788 is no http address'],
    [['--push-to', ''], '--push-to  is no http address'],
  ])('refuses %j with exit 2', async (args, message) => {
    expect(await run('--world', EXAMPLE, ...args)).toMatchObject({
      code: 2,
      err: expect.stringContaining(message) as string,
    });
  });

  it('says so when --push-to has nobody to push for, exit 2', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-main-'));
    const file = join(folder, 'world.json');
    await writeFile(file, JSON.stringify({ apps: { wx1: { token: 'some-token' } } }));
    expect(await run('--world', file, '--push-to', 'http://127.0.0.1:8788')).toMatchObject({
      code: 2,
      err: expect.stringContaining('components: has none with messageToken and encodingAesKey') as string,
    });
    await rm(folder, { recursive: true });
  });

  it('says so when the port is taken, exit 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const result = await run('--world', EXAMPLE, '--port', String(port));
    expect(result).toMatchObject({ code: 1, err: expect.stringContaining('EADDRINUSE') as string });
    blocker.close();
  });
});
