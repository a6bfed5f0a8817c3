/** The Temporal server and its schema tool, of the version that docker-compose.yml names. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, inPartialFolder, installExecutable } from '../../src/servers/folders.js';
import { service } from './compose.js';
import { canRun, PATH_FOLDERS } from './programs.js';

const run = promisify(execFile);

/** A cold build computes for this long on two cores, and longer beside other work. */
const BUILD_MS = 40 * 60_000;

export interface ClusterPrograms {
  server: string;
  sqlTool: string;
}

const PROGRAMS = {
  server: { name: 'temporal-server', variable: 'TEMPORAL_SERVER_PATH', main: 'cmd/server', built: 'server' },
  sqlTool: {
    name: 'temporal-sql-tool',
    variable: 'TEMPORAL_SQL_TOOL_PATH',
    main: 'cmd/tools/sql',
    built: 'sql',
  },
};

/**
 * Where the programs are: named by a variable, in the PATH, in the cache, or built now from the server's Go module, as Go
 * is configured to fetch it. `build: false` builds nothing.
 * @throws Error that says what was looked for
 */
export async function clusterPrograms({ build = true } = {}): Promise<ClusterPrograms> {
  const version = service('temporal').image.split(':')[1] ?? '';
  const [server, sqlTool] = [
    await programOf(PROGRAMS.server, version, build),
    await programOf(PROGRAMS.sqlTool, version, build),
  ];
  return { server, sqlTool };
}

async function programOf(
  { name, variable, main, built }: (typeof PROGRAMS)[keyof typeof PROGRAMS],
  version: string,
  build: boolean,
): Promise<string> {
  const named = process.env[variable];
  const cached = join(cacheFolder(), `${name}-${version}-${process.platform}-${process.arch}`, name);
  const onPath = PATH_FOLDERS.map((folder) => join(folder, name));
  for (const path of named ? [named] : [...onPath, cached])
    if ((await versionOf(path))?.endsWith(` ${version}`)) return path;
  const wanted = `${name} ${version} is neither named by ${variable}, nor in the PATH, nor at ${cached}`;
  if (named || !build) throw new Error(wanted);
  const module = `go.temporal.io/server/${main}@v${version}`;
  process.stderr.write(`building ${module} (once; many minutes)\n`);
  return inPartialFolder(cacheFolder(), async (folder) => {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
    const args = ['install', '-trimpath', '-ldflags', '-s -w', module];
    await run('nice', ['go', ...args], { env, timeout: BUILD_MS, maxBuffer: 2 ** 26 }).catch(
      (error: Error) => {
        throw new Error(`${wanted}, and it cannot be built: ${error.message.slice(-2_000)}`);
      },
    );
    await installExecutable(join(folder, built), cached);
    return cached;
  });
}

async function versionOf(path: string): Promise<string | null> {
  if (!canRun(path)) return null;
  try {
    return (await run(path, ['--version'], { timeout: 20_000 })).stdout.trim();
  } catch {
    return null;
  }
}
