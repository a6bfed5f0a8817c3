/**
 * The image without an engine: the steps of the Dockerfile, in folders. A stage is a folder, what is copied comes from what
 * .dockerignore lets through (test/deploy/compose.test.ts), and RUN is run there. The machine's own Node and system stand
 * for the base image's.
 */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './compose.js';

const run = promisify(execFile);

export interface Image {
  /** What is `/app` in the image. */
  folder: string;
  user: number;
  env: Record<string, string>;
  command: string[];
  remove(): Promise<void>;
}

interface Stage {
  folder: string;
  env: Record<string, string>;
  user: number;
  command: string[];
}

/** Carries out the Dockerfile; throws what a step wrote when it fails, as a build would. */
export async function buildImage(): Promise<Image> {
  const root = await mkdtemp(join(tmpdir(), 'weapp-image-'));
  // Another user than this one must reach what is in it.
  chmodSync(root, 0o755);
  const stages = new Map<string, Stage>();
  let stage: Stage = { folder: root, env: {}, user: 0, command: [] };
  try {
    for (const { word, rest } of instructions(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))) {
      if (word === 'FROM') {
        const name = / AS (\S+)$/.exec(rest)?.[1] ?? 'image';
        stage = { folder: join(root, name), env: {}, user: 0, command: [] };
        mkdirSync(stage.folder);
        stages.set(name, stage);
      } else if (word === 'COPY') copy(rest, stage, stages);
      else if (word === 'RUN') await shell(rest, stage);
      else if (word === 'ENV') Object.assign(stage.env, Object.fromEntries([rest.split('=')]));
      else if (word === 'USER') stage.user = Number(rest);
      else if (word === 'CMD') stage.command = JSON.parse(rest);
      else if (word === 'WORKDIR' && rest !== '/app') throw new Error('every stage works in /app');
      else if (!['ARG', 'WORKDIR', 'EXPOSE', 'HEALTHCHECK'].includes(word))
        throw new Error(`nobody here knows what to do about ${word}`);
    }
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
  return { ...stage, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Lines that end with a backslash go on; comments are none. */
function instructions(text: string): { word: string; rest: string }[] {
  const lines = text.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '');
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { word, rest };
    });
}

function copy(rest: string, stage: Stage, stages: ReadonlyMap<string, Stage>): void {
  const names = rest.split(/\s+/);
  const from = names[0]?.startsWith('--from=') ? names.shift()?.slice('--from='.length) : undefined;
  const target = names.pop() ?? '.';
  const origin = from === undefined ? ROOT : stages.get(from)?.folder;
  if (origin === undefined) throw new Error(`there is no stage ${from}`);
  for (const name of names) {
    const path = join(origin, name.replace(/^\/app\//, ''));
    const into = target.endsWith('/')
      ? join(stage.folder, target, basename(path))
      : join(stage.folder, target);
    cpSync(path, into, { recursive: true, verbatimSymlinks: true });
  }
}

async function shell(command: string, { folder, env }: Stage): Promise<void> {
  // Of this process's environment only what reaches programs and the registry: a test runner sets more.
  const own = ['PATH', 'HOME'].concat(
    Object.keys(process.env).filter((name) => /^(npm_config_|.*_proxy$|.*CERT)/i.test(name)),
  );
  const given = Object.fromEntries(own.map((name) => [name, process.env[name]]));
  await run('sh', ['-c', command], { cwd: folder, env: { ...given, ...env }, maxBuffer: 2 ** 26 }).catch(
    (error: { stdout?: string; stderr?: string }) => {
      throw new Error(`RUN ${command}\n${error.stdout}\n${error.stderr}`);
    },
  );
}
