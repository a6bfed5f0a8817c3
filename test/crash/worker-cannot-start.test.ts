/** A worker that lacks something says what, and ends: a process that hangs would look as if it worked. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { WorkerConfigInput } from '../../src/config/worker-config.js';
import { describeWorkflows, devServer } from '../support/temporal.js';

const WORKER = fileURLToPath(new URL('../../src/worker.ts', import.meta.url));

/** Starts a worker as a process of its own and waits for its end. */
async function endOf(
  config: WorkerConfigInput,
  secrets: Record<string, string> = {},
): Promise<{ code: unknown; stderr: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-worker-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'worker.json');
  await writeFile(file, JSON.stringify(config));
  const { address, namespace } = devServer();
  const env = {
    ...process.env,
    ...secrets,
    WEAPP_CONFIG: file,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  };
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', WORKER];
    execFile(process.execPath, args, { env, timeout: 45_000 }, (error, _stdout, text) =>
      resolve({ code: error?.code ?? null, stderr: text }),
    );
  });
}

describeWorkflows('a worker that cannot start', () => {
  it('names the database that does not answer, without its password, and ends with 1', async () => {
    const { code, stderr } = await endOf(
      {
        component: { appid: 'wxc0000000000000c1', secret: 'env:SECRET' },
        tokens: { component: {} },
        database: { keys: [{ id: 'one', key: 'env:KEY' }] },
      },
      {
        SECRET: 'component-secret',
        KEY: Buffer.alloc(32, 7).toString('base64'),
        DATABASE_URL: 'postgres://rollout:the-password@127.0.0.1:1/rollout',
      },
    );
    expect(stderr).toContain('the database at 127.0.0.1:1/rollout: nothing listens there');
    expect(stderr).not.toContain('the-password');
    expect(code).toBe(1);
  });

  it('names the approver whose key it cannot read, and ends with 1', async () => {
    const { code, stderr } = await endOf({ identities: { alice: 'env:NO_SUCH_KEY' } });
    expect(stderr).toContain('identities.alice: the environment variable NO_SUCH_KEY is not set');
    expect(code).toBe(1);
  });

  it('names the settings of Temporal that it cannot read, and ends with 1', async () => {
    const { code, stderr } = await endOf(
      {},
      { TEMPORAL_CONFIG_FILE: tmpdir(), TEMPORAL_PROFILE: 'production' },
    );
    expect(stderr).toContain(`EISDIR`);
    expect(code).toBe(1);
  });
});
