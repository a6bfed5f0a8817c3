/** The time-skipping server as simulations use it. */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startTestServer, type TestServer } from '../../src/servers/test-server.js';
import { describeWithTestServer, testServerPath } from '../support/temporal.js';
import { temporaryFolder, writeProgram } from './fakes.js';

const DAY = 86_400_000;

async function start(): Promise<TestServer> {
  const server = await startTestServer({ path: testServerPath() });
  onTestFinished(() => server.stop());
  return server;
}

describeWithTestServer('the test server', () => {
  it('listens on a port of this machine, and its time can be brought forward by days at once', async () => {
    const server = await start();
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
    const before = await server.now();
    expect(before).toBeGreaterThan(Date.now() - 5_000);
    const begun = performance.now();
    await server.sleep(20 * DAY);
    expect((await server.now()) - before).toBeGreaterThanOrEqual(20 * DAY);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('is gone once it was stopped, and may be stopped again', async () => {
    const server = await start();
    await server.stop();
    await expect(server.ended).resolves.toMatch(/ended/);
    await server.stop();
    await expect(server.now()).rejects.toThrow();
  });
});

it('says with its last lines why a server did not come up', async () => {
  const path = writeProgram(
    join(temporaryFolder(), 'broken'),
    "console.log('no memory left'); process.exit(3);",
  );
  await expect(startTestServer({ path })).rejects.toThrow(
    /Temporal's test server ended with code 3 before it answered\. Its last lines:\n {2}no memory left/,
  );
});
