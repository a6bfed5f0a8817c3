/** A run takes 10,000 signals and no more; what would be one then is an Update. On a real server, whose limit is three. */
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { connectTo, type Temporal } from '../../src/releases/connection.js';
import { deliver } from '../../src/releases/deliver.js';
import { sendReport } from '../../src/releases/report.js';
import { type DevServer, startDevServer } from '../../src/servers/dev-server.js';
import { givenWorld, holdingAt1, type ReleaseWorld, until } from '../support/release.js';
import { describeWorkflows, devServer } from '../support/temporal.js';

const LIMIT = 3;
const CRASHES = { kind: 'push' } as const;

describeWorkflows('a release that has had all its signals', () => {
  let server: DevServer;
  let temporal: Temporal;
  let native: NativeConnection;
  let world: ReleaseWorld;
  beforeAll(async () => {
    server = await startDevServer({
      cliPath: devServer().cliPath,
      headless: true,
      searchAttributes: RELEASE_SEARCH_ATTRIBUTES,
      settings: { 'history.maximumSignalsPerExecution': LIMIT },
    });
    temporal = await connectTo(server.address, server.namespace);
    native = await NativeConnection.connect({ address: server.address });
    world = await givenWorld([{}], {
      worker: false,
      temporal: { client: temporal.client, nativeConnection: native },
    });
  });
  afterAll(async () => {
    await world.close();
    await native.close();
    await temporal.close();
    await server.stop();
  });

  it('takes reports and commands as Updates, with a worker up; without one it says so', async () => {
    const [app = ''] = world.apps;
    const [metric] = holdingAt1(app).health;
    if (metric === undefined) throw new Error('the plan has no metric');
    const { minSamples: _none, ...uncounted } = metric;
    const handle = await world.start(
      holdingAt1(app, {
        health: [{ ...uncounted, name: 'crashes', provider: CRASHES, intervalMs: 600_000 }],
      }),
    );
    const report = (value: number, commandId?: string) =>
      sendReport(
        temporal,
        { app },
        { metric: 'crashes', value, at: Date.now(), ...(commandId === undefined ? {} : { commandId }) },
        'report',
      );
    for (let sent = 0; sent < LIMIT; sent += 1) await report(0.009);
    await expect(report(0.001, 'first')).rejects.toMatchObject({ trouble: 'silent' });

    await world.startWorker();
    await until(handle, ({ stages }) => stages[0]?.state === 'holding', 60_000);
    // Sent again under the same id it is taken once, whenever the first came.
    await report(0.002, 'first');
    await report(0.003);
    expect((await handle.query<ReleaseStatus, []>('status')).health[0]).toMatchObject({
      verdict: 'pass',
      value: 0.003,
    });
    const stop = AbortSignal.timeout(60_000);
    const order = (verb: 'pause' | 'abort') =>
      deliver(temporal, { app }, { verb, payload: { by: 'ann', commandId: verb }, noWait: false }, { stop });
    expect(await order('pause')).toMatchObject({ via: 'update', status: { paused: [{ by: 'ann' }] } });
    expect(await order('abort')).toMatchObject({ via: 'update' });
    expect(await handle.result()).toMatchObject({ outcome: 'reverted' });
    await expect(report(0.001)).rejects.toMatchObject({ trouble: 'closed' });
  }, 120_000);
});
