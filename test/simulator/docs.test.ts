/** docs/simulator.md against the simulator: its curl lines run, its tables are complete. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runSimulator } from '../../src/simulator/command.js';
import { FAULT_KINDS } from '../../src/simulator/control/faults.js';
import { PUSH_FLAWS } from '../../src/simulator/push/flaws.js';
import { startSimulator } from '../../src/simulator/server.js';
import { worldSchema } from '../../src/simulator/world/world.js';
import { endpointNames } from '../../src/wechat/catalogue.js';

const page = await readFile('docs/simulator.md', 'utf8');
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text.split('\n'));
const lines = blocks.flat().filter((line) => line.startsWith('curl '));
const run = promisify(execFile);
/** Where `npm run receiver` listens. */
const RECEIVER = 'http://127.0.0.1:8788';

/** The simulator as the page starts it, with ports of this test; resolves with its address and how to end it. */
async function startAsPrinted(receiver: string): Promise<{ url: string; end: () => Promise<number> }> {
  const [, printed = ''] = /^npm run simulator -- (--world .*)$/m.exec(page) ?? [];
  const args = printed.replace('--port 8787', '--port 0').replace(RECEIVER, receiver).split(' ');
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return new Promise((resolve, reject) => {
    const code = runSimulator(args, {
      out: (line) => {
        const [url = ''] = /http:\S+/.exec(line) ?? [];
        const finish = () => {
          end();
          return code;
        };
        resolve({ url, end: finish });
      },
      err: (line) => reject(new Error(line)),
      stopped: () => ended,
    });
  });
}

describe('every curl line of docs/simulator.md, in its order', () => {
  let simulator: Awaited<ReturnType<typeof startAsPrinted>>;
  let folder: string;
  const receiver = createServer((request, response) => {
    request.resume();
    response.end('success');
  });
  const pushed: string[] = [];
  receiver.on('request', ({ url = '' }) => pushed.push(url.split('?')[0] ?? ''));

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    simulator = await startAsPrinted(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
    folder = await mkdtemp(join(tmpdir(), 'simulator-docs-'));
  });
  afterAll(async () => {
    expect(await simulator.end()).toBe(0);
    receiver.closeAllConnections();
    receiver.close();
    await rm(folder, { recursive: true });
  });

  it.each(lines)('%s', async (line) => {
    const [assignments = ''] = blocks.flat().filter((one) => one.startsWith('S='));
    const script = `${assignments}\nS=${simulator.url}\n${line.replace('curl ', 'curl -sS --max-time 20 -w "\\n%{http_code}" ')}`;
    const { stdout } = await run('sh', ['-c', script], { cwd: folder });
    const [, body = '', status] = /^([\s\S]*)\n(\d+)$/.exec(stdout) ?? [];
    expect(status, body).toBe('200');
    if (body === '') return;
    const answer = JSON.parse(body) as { errcode?: number };
    expect(answer.errcode ?? 0, body).toBe(0);
  });

  it('has pushed what it says', () => {
    expect(new Set(pushed)).toEqual(new Set(['/wechat/component', '/wechat/apps/wx0123456789abcdef']));
  });
});

describe('docs/simulator.md', () => {
  it('has a curl line for every control', async () => {
    const { url, close } = await startSimulator({ world: { apps: { wx1: { token: 'some-token' } } } });
    const { controls } = (await (await fetch(`${url}/_simulator/`)).json()) as {
      controls: { method: string; path: string }[];
    };
    await close();
    const verbOf = (line: string) =>
      line.includes('-X DELETE') ? 'DELETE' : line.includes(' -d ') ? 'POST' : 'GET';
    const shown = lines.map((line) => {
      return `${verbOf(line)} ${/\$S(\/[^"?]*)/.exec(line)?.[1]}`;
    });
    expect(shown).toEqual(expect.arrayContaining(controls.map(({ method, path }) => `${method} ${path}`)));
  });

  it('has every kind of fault and every flaw of a push, in their own words', () => {
    for (const [kind, { applies, about }] of Object.entries(FAULT_KINDS)) {
      const effect = kind === 'systemError' ? 'by switch' : applies ? 'yes' : 'no';
      expect(page).toContain(`| \`${kind}\` | ${about} | ${effect} |`);
    }
    for (const [kind, about] of Object.entries(PUSH_FLAWS))
      expect(page).toContain(`| \`${kind}\` | ${about} |`);
  });

  it('names every call it answers', () => {
    expect(endpointNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('names every field of a world file', () => {
    const [, section = ''] = /## The world file\n([\s\S]*?)### Switches/.exec(page) ?? [];
    const words = new Set(section.match(/\w+/g));
    const fields = new Set(fieldsOf(z.toJSONSchema(worldSchema, { io: 'input', unrepresentable: 'any' })));
    const switches = new Set(page.match(/^\| `\w+` \|/gm)?.map((row) => row.replace(/[|` ]/g, '')));
    expect([...fields].filter((field) => !words.has(field) && !switches.has(field))).toEqual([]);
    expect(fields.size).toBeGreaterThan(80);
  });
});

/** The names of all properties in a JSON Schema, calls under `limits` left out. */
function fieldsOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf);
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, ...rest } = schema as { properties?: Record<string, unknown> };
  const own = properties === undefined ? [] : Object.keys(properties);
  return [...own, ...fieldsOf(Object.values(properties ?? {})), ...fieldsOf(Object.values(rest))];
}
