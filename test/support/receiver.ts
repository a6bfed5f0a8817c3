/** The whole receiver, as `npm run receiver` wires it, in this process and ended with the test. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { WorkerConfigInput } from '../../src/config/worker-config.js';
import { runReceiver } from '../../src/receiver.js';

/** Starts a receiver; `url` is where it listens, `log` grows with what it logs. */
export async function givenReceiver(
  config: WorkerConfigInput,
  env: Record<string, string>,
): Promise<{ url: string; log: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-receiver-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const log: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    const ended = runReceiver(['--port', '0'], {
      env: { ...env, WEAPP_CONFIG: file },
      out: (line) => {
        const [, address] = /listening on (\S+)/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      },
      err: (line) => log.push(line),
      stopped: () => stopped,
    });
    ended.then((code) => reject(new Error(`it ended with ${code}: ${log.join('\n')}`)), reject);
    onTestFinished(async () => {
      stop();
      expect(await ended).toBe(0);
    });
  });
  return { url, log };
}
