/**
 * A third-party platform as it runs in earnest: its own tokens in PostgreSQL, WeChat's pushes into the receiver, a
 * worker that knows neither. Nobody gives anybody an access token here.
 */
import { expect, it, onTestFinished } from 'vitest';
import { parseWorkerConfig, type WorkerConfigInput } from '../../src/config/worker-config.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { freePorts } from '../../src/servers/ports.js';
import { startSimulator } from '../../src/simulator/server.js';
import { startWorker } from '../../src/worker.js';
import type { release } from '../../src/workflows/index.js';
import { RELEASE_WORKFLOW, releaseWorkflowId } from '../../src/workflows/messages.js';
import { describeWithPostgres } from '../support/postgres.js';
import { givenReceiver } from '../support/receiver.js';
import { appWorld, holdingAt1, LADDER, planFor, until } from '../support/release.js';
import {
  connectToDevServer,
  describeWorkflows,
  devServer,
  uniqueAppId,
  uniqueTaskQueue,
  workflowBundle,
} from '../support/temporal.js';

const COMPONENT = 'wxc0000000000000c1';
const SECRETS = {
  COMPONENT_SECRET: 'component-secret-never-to-be-seen',
  MESSAGE_TOKEN: 'message-token-never-to-be-seen',
  MESSAGE_KEY: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  STORE_KEY: Buffer.alloc(32, 7).toString('base64'),
};
const REFRESH_TOKEN = 'refreshtoken@@@never-to-be-seen';

describeWorkflows('a platform that makes its own tokens', () => {
  describeWithPostgres('with a database', (postgres) => {
    async function given(audit: Parameters<typeof appWorld>[1]) {
      const app = uniqueAppId();
      const [port = 0] = await freePorts(1);
      const url = `http://127.0.0.1:${port}`;
      const config: WorkerConfigInput = {
        wechat: { baseUrl: url, timeoutMs: 5_000 },
        component: {
          appid: COMPONENT,
          secret: 'env:COMPONENT_SECRET',
          messageToken: 'env:MESSAGE_TOKEN',
          messageKeys: ['env:MESSAGE_KEY'],
        },
        tokens: { component: {} },
        database: { keys: [{ id: 'one', key: 'env:STORE_KEY' }] },
      };
      const { client, native, close } = await connectToDevServer();
      onTestFinished(close);
      const { address, namespace } = devServer();
      const env = {
        ...SECRETS,
        DATABASE_URL: await postgres().database(),
        PLAN_PROMETHEUS_URL: url,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
      };
      const { url: receiver, log } = await givenReceiver(config, env);
      const { token: _static, ...rest } = appWorld(app, audit);
      const simulator = await startSimulator({
        port,
        world: {
          templates: [{ id: 42, pages: ['pages/index/index'] }],
          components: {
            [COMPONENT]: {
              secret: SECRETS.COMPONENT_SECRET,
              messageToken: SECRETS.MESSAGE_TOKEN,
              encodingAesKey: SECRETS.MESSAGE_KEY,
              pushUrls: {
                authorization: `${receiver}/wechat/component`,
                messages: `${receiver}/wechat/apps/$APPID$`,
              },
            },
          },
          apps: { [app]: { ...rest, refreshToken: REFRESH_TOKEN } },
        },
      });
      onTestFinished(simulator.close);
      // The merchant authorises the platform anew: that push is all the platform gets to know of the app.
      await arrives(simulator.control, 'component_verify_ticket');
      simulator.control.console({ app, action: 'unauthorize' });
      simulator.control.console({ app, action: 'authorize' });
      await arrives(simulator.control, 'authorized');

      const taskQueue = uniqueTaskQueue('platform');
      const worker = await startWorker({
        connection: native,
        namespace,
        taskQueue,
        config: parseWorkerConfig(config),
        env,
        bundlePath: workflowBundle().codePath,
      });
      onTestFinished(worker.stop);
      const start = (plan: ReleasePlan) =>
        client.workflow.start<typeof release>(RELEASE_WORKFLOW, {
          workflowId: releaseWorkflowId(app),
          taskQueue,
          args: [{ plan, searchAttributes: true, startedBy: 'test' }],
        });
      return { app, start, log, control: simulator.control };
    }

    it('takes a release through WeChat, woken by the push alone', async () => {
      const { app, start, log, control } = await given({ audit: { approveAfter: '2s' } });
      // Nobody asks for the verdict for an hour.
      const plan = planFor(app);
      const handle = await start({ ...plan, audit: { ...plan.audit, pollMs: 3_600_000 } });
      expect(await handle.result()).toMatchObject({ outcome: 'released' });
      const { effects, pushes } = control.ledger(app);
      const released = effects.filter(({ endpoint }) => !endpoint.startsWith('api_'));
      expect(released.map(({ endpoint, percentage = '' }) => `${endpoint} ${percentage}`.trim())).toEqual(
        LADDER,
      );
      expect(pushes).toContainEqual(
        expect.objectContaining({ event: 'weapp_audit_success', outcome: 'accepted' }),
      );
      const history = JSON.stringify(await handle.fetchHistory());
      for (const secret of [...Object.values(SECRETS), REFRESH_TOKEN, 'refreshtoken@@@', 'ticket@@@'])
        expect(history + log.join('\n') + JSON.stringify(control.ledger())).not.toContain(secret);
    });

    it('asks for a person when the merchant takes the authorization back, and goes on when it is given again', async () => {
      const { app, start, control } = await given({ audit: { approveAfter: '0s' } });
      const handle = await start(holdingAt1(app));
      await until(handle, (status) => status.stages[0]?.state === 'holding');
      control.console({ app, action: 'unauthorize' });
      await arrives(control, 'unauthorized', 2);
      await handle.signal('promote', { expect: 1 });
      const status = await until(handle, (now) => now.attention !== null, 30_000);
      expect(status.attention?.reason).toMatch(/authori[sz]/);

      control.console({ app, action: 'authorize' });
      await arrives(control, 'authorized', 2);
      await handle.signal('retry', { by: 'ann' });
      expect(await handle.result()).toMatchObject({ outcome: 'released' });
    });
  });
});

/** Waits until WeChat has got `success` for so many pushes of an event. */
async function arrives(
  control: Awaited<ReturnType<typeof startSimulator>>['control'],
  event: string,
  times = 1,
): Promise<void> {
  await expect
    .poll(
      () =>
        control.ledger().pushes.filter((push) => push.event === event && push.outcome === 'accepted').length,
      { timeout: 20_000 },
    )
    .toBeGreaterThanOrEqual(times);
}
