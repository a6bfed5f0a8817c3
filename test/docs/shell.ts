/** Commands of the documentation as a reader types them: in a folder of their own, with ports of this test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '../../src/cli/program.js';
import { fakeCli } from '../cli/fake-cli.js';

const ROOT = resolve('.');
const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');

export interface Ran {
  code: number | null;
  out: string;
}

export interface Shell {
  folder: string;
  /** Runs a block to its end; output of both kinds together. */
  run(block: string): Promise<Ran>;
  /** Starts a block that goes on, and waits until it has said something. */
  start(block: string, until: string): Promise<void>;
  /** Ends what was started, last first. */
  close(): Promise<void>;
}

/** The blocks of a page that a shell can run, in their order. */
export async function shellBlocks(page: string): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
}

/**
 * Makes a folder with the checkout's examples, in which `npx weapp-rollout` and `npm run NAME` are this checkout's.
 * @param ports printed port → one that is free
 */
export async function shell(ports: Record<number, number>, more: Record<string, string>): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-docs-'));
  const bin = join(folder, '.bin');
  await mkdir(bin);
  await symlink(join(ROOT, 'examples'), join(folder, 'examples'));
  const node = `exec "${process.execPath}"`;
  // Short commands run in this process: to begin a Node of its own for each would take a minute in all.
  const cli = await commandServer(folder);
  const script = (text: string) => ({ text: `#!/bin/sh\n${text}\n`, mode: 0o755 });
  const npx = script(`shift
[ "$1" = up ] && ${node} "${ROOT}/bin/weapp-rollout.js" "$@"
code=$({ env; echo; printf '%s\\n' "$@"; } | curl -sS --data-binary @- ${cli.url})
cat "$HOME/.err" >&2
cat "$HOME/.out"
exit "$code"`);
  await writeFile(join(bin, 'npx'), npx.text, { mode: npx.mode });
  const scripts = `file="$2"\n[ "$2" = simulator ] && file=simulator/main\nshift 2\n[ "$1" = -- ] && shift`;
  await writeFile(
    join(bin, 'npm'),
    `#!/bin/sh\n${scripts}\n${node} --import "${TSX}" "${ROOT}/src/$file.ts" "$@"\n`,
    { mode: 0o755 },
  );
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    HOME: folder,
    WEAPP_DATA: join(folder, '.local/share/weapp-rollout'),
    USER: 'you',
    ...more,
  };
  const here = (block: string) =>
    Object.entries(ports).reduce(
      (text, [from, to]) =>
        text.replaceAll(`:${from}`, `:${to}`).replaceAll(`--port ${from}`, `--port ${to}`),
      block,
    );
  const running: { child: ChildProcess; ended: Promise<unknown> }[] = [];

  function begin(block: string): { child: ChildProcess; said: () => string; ended: Promise<number | null> } {
    let said = '';
    // A group of its own, so that a signal at the end reaches the program behind its shell.
    const child = spawn('sh', ['-ec', here(block)], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (said += String(data)));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    return { child, said: () => said, ended };
  }

  return {
    folder,
    async run(block) {
      const { said, ended } = begin(block);
      return { code: await ended, out: said() };
    },
    async start(block, until) {
      const { child, said, ended } = begin(block);
      running.push({ child, ended });
      while (!said().includes(until)) {
        if (child.exitCode !== null) throw new Error(`it ended: ${said()}`);
        await sleep(50);
      }
    },
    async close() {
      for (const { child, ended } of running.reverse()) {
        if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
        await ended;
      }
      await cli.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Runs command lines that are posted: the environment, an empty line, one argument a line. Answers the exit code; what
 * was said is in `.out` and `.err` of the folder.
 */
async function commandServer(folder: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const [variables = '', given = ''] = body.split('\n\n');
    const env = Object.fromEntries(
      variables.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
    );
    const at = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : name);
    if (env.WEAPP_CONFIG) env.WEAPP_CONFIG = at(env.WEAPP_CONFIG);
    const cli = fakeCli(env);
    const args = given.trimEnd().split('\n');
    const code = await runCli(
      args.map((arg) => (/\.\w+$/.test(arg) ? at(arg) : arg)),
      cli,
    );
    await writeFile(join(folder, '.out'), cli.stdout().replaceAll(`${folder}/`, ''));
    await writeFile(join(folder, '.err'), cli.stderr().replaceAll(`${folder}/`, ''));
    response.end(String(code));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
