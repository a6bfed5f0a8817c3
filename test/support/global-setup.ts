import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { type DevServer, startDevServer } from '../../src/servers/dev-server.js';
import { findTemporalCli, findTestServer } from '../../src/servers/find.js';
import { WORKFLOW_BUNDLE } from '../../src/worker.js';
import { emptyCluster } from './postgres.js';

/** Something the tests need, or why it cannot be had. `broken`: by our own fault, so its tests fail and are not skipped. */
export type Provided<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly reason: string; readonly broken?: true };

declare module 'vitest' {
  export interface ProvidedContext {
    /** One real dev server in memory, for all test files; `cliPath` is the program. */
    devServer: Provided<{ address: string; namespace: string; cliPath: string }>;
    /** The time-skipping server's program; each test starts its own. */
    testServer: Provided<{ path: string }>;
    /** The folder with the data of an empty PostgreSQL; null where there is none. */
    emptyCluster: string | null;
    /** The workflows, bundled once. */
    workflowBundle: Provided<{ codePath: string }>;
  }
}

/** Runs once before all test files. What cannot be had is told here, and the tests that need it are skipped. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-rollout-test-'));
  let server: DevServer | undefined;
  const [devServer, testServer, workflowBundle, cluster] = await Promise.all([
    attempt('the tests that need a Temporal server', async () => {
      const { path } = await findTemporalCli({ onProgress: say });
      server = await startDevServer({
        cliPath: path,
        headless: true,
        searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
      });
      return { address: server.address, namespace: server.namespace, cliPath: path };
    }),
    attempt('the tests that skip time', async () => ({
      path: (await findTestServer({ onProgress: say })).path,
    })),
    bundle(join(folder, 'workflows.js')),
    emptyCluster(),
  ]);
  project.provide('devServer', devServer);
  project.provide('testServer', testServer);
  project.provide('workflowBundle', workflowBundle);
  project.provide('emptyCluster', cluster);
  return async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
    if (cluster !== null) await rm(cluster, { recursive: true, force: true });
  };
}

async function attempt<T>(whose: string, get: () => Promise<T>): Promise<Provided<T>> {
  try {
    return { ok: true, ...(await get()) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`Left out: ${whose}.\n${reason}\n`);
    return { ok: false, reason: reason.split('\n')[0] ?? reason };
  }
}

/** Bundling takes longer than a whole test, so it is done once. */
async function bundle(codePath: string): Promise<Provided<{ codePath: string }>> {
  try {
    const { code } = await bundleWorkflowCode({ ...WORKFLOW_BUNDLE, logger: quiet });
    await writeFile(codePath, code);
    return { ok: true, codePath };
  } catch (error) {
    const reason = `the workflows do not bundle: ${error instanceof Error ? error.message : String(error)}`;
    say(reason);
    return { ok: false, reason, broken: true };
  }
}

const ignore = () => {};
/** The bundler reports sizes and times at level info; only what is wrong belongs into a test run. */
const quiet = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: console.warn,
  error: console.error,
};

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
