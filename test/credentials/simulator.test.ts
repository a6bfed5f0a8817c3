/** The whole way against the simulated WeChat: ticket, import, tokens for hours, calls, and an app that leaves. */
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { importList, type ListImported } from '../../src/credentials/import-list.js';
import { openPlatform } from '../../src/credentials/open.js';
import { startSimulator } from '../../src/simulator/server.js';
import { createWechatClient } from '../../src/wechat/client.js';
import { describeWithPostgres } from '../support/postgres.js';
import { failureOf } from '../wechat/fake-server.js';
import { fakeClock, MINUTE } from './support/opened.js';

const COMPONENT = 'wx00000000000platf';
const APPS = ['wx0123456789abcdef', 'wxfedcba9876543210'] as const;
const TICKET = 'ticket@@@of-the-world';

describeWithPostgres('tokens made here, of a simulated WeChat', (postgres) => {
  it('serve calls for half a day with refresh tokens that change each time, until an app leaves', async () => {
    const clock = fakeClock();
    const simulator = await startSimulator({
      clock: clock.now,
      world: {
        components: { [COMPONENT]: { secret: 'appsecret', ticket: TICKET } },
        apps: {
          [APPS[0]]: { originalId: 'gh_one', nickName: 'One' },
          [APPS[1]]: { permissions: [17] },
        },
        templates: [{ id: 1, pages: ['pages/index/index'] }],
        switches: { rotateRefreshToken: 'onRefresh' },
      },
    });
    onTestFinished(simulator.close);
    const config = parseWorkerConfig({
      wechat: { baseUrl: simulator.url },
      component: { appid: COMPONENT, secret: 'env:SECRET' },
      tokens: { component: {} },
      database: { keys: [{ id: 'k', key: 'env:KEY' }] },
    });
    const env = {
      DATABASE_URL: await postgres().database(),
      SECRET: 'appsecret',
      KEY: randomBytes(32).toString('base64'),
    };
    const { calls, component, events, store, tokens, close } = await openPlatform(config, env, clock);
    onTestFinished(close);
    const ticket = (text: string) =>
      events.ticket({ componentAppid: component, ticket: text, at: clock.now() });
    await ticket(TICKET);

    const imported: ListImported[] = [];
    const options = { component, calls, store: store.authorizers, now: clock.now };
    await importList({ ...options, onImported: (one) => imported.push(one) });
    expect(imported.map(({ app, result, problem }) => [app, result, problem]).sort()).toEqual(
      APPS.map((app) => [app, 'added', null]),
    );
    expect(await store.authorizers.list()).toMatchObject([
      { app: APPS[0], originalId: 'gh_one', nickName: 'One', permissionSets: [17, 18, 19, 25, 30, 31] },
      { app: APPS[1], permissionSets: [17] },
    ]);

    const client = createWechatClient({ baseUrl: simulator.url, tokens, now: clock.now });
    const seen = new Set<string>();
    for (let hour = 0; hour < 11; hour += 1) {
      await client.call('get_latest_auditstatus', { app: APPS[0], params: {} }).catch((error: unknown) => {
        // No audit was ever submitted: the token was taken.
        expect(error).toMatchObject({ failure: { code: 85058 } });
      });
      seen.add((await store.authorizers.read({ component, app: APPS[0] }))?.refreshToken ?? '');
      clock.advance(60 * MINUTE);
    }
    expect(seen.size).toBeGreaterThanOrEqual(5);
    // Permission set 18 is what is missing here, not a token.
    const denied = client.call('getversioninfo', { app: APPS[1], params: {} });
    expect(await failureOf(denied)).toMatchObject({ code: 61007, action: 'permission' });

    simulator.control.console({ app: APPS[0], action: 'unauthorize' });
    clock.advance(3 * 60 * MINUTE);
    expect(await failureOf(client.call('getversioninfo', { app: APPS[0], params: {} }))).toMatchObject({
      kind: 'credential',
      action: 'permission',
      app: APPS[0],
    });
  });
});
