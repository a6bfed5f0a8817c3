/** The whole receiver, as `npm run receiver` wires it, with a real PostgreSQL: what is pushed is there afterwards. */
import { expect, it, onTestFinished } from 'vitest';
import { parseWorkerConfig } from '../../../src/config/worker-config.js';
import { openPlatform } from '../../../src/credentials/open.js';
import { encryptPush, type PushSecrets } from '../../../src/wechat/push/envelope.js';
import { buildEvent, type KnownEvent } from '../../../src/wechat/push/events.js';
import { APP, COMPONENT, fakePlatform } from '../../credentials/support/fake-platform.js';
import { settings } from '../../credentials/support/opened.js';
import { describeWithPostgres } from '../../support/postgres.js';
import { givenReceiver } from '../../support/receiver.js';
import { CONTENT, ORIGINAL_ID, rejected } from './support.js';

const KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const SECRETS: PushSecrets = { token: 'the-message-token', keys: [KEY], componentAppid: COMPONENT };

describeWithPostgres('with a database, the receiver', (postgres) => {
  async function given() {
    const wechat = await fakePlatform();
    wechat.addApp(APP);
    const { env, config } = settings(wechat.url, await postgres().database());
    const component = {
      ...config.component,
      appid: COMPONENT,
      messageToken: 'env:MESSAGE_TOKEN',
      messageKeys: ['env:MESSAGE_KEY'],
    };
    const { url, log } = await givenReceiver(
      { ...config, component },
      {
        ...env,
        MESSAGE_TOKEN: SECRETS.token,
        MESSAGE_KEY: KEY,
        TEMPORAL_ADDRESS: '127.0.0.1:9',
      },
    );
    const platform = await openPlatform(parseWorkerConfig(config), env);
    onTestFinished(platform.close);
    return {
      wechat,
      platform,
      log: () => log.join('\n'),
      async push(path: string, event: KnownEvent) {
        const toUserName = 'originalId' in event ? { toUserName: event.originalId } : {};
        const { query, body } = encryptPush(buildEvent(event), SECRETS, { now: Date.now(), ...toUserName });
        const response = await fetch(`${url}${path}?${new URLSearchParams(query)}`, { method: 'POST', body });
        return { status: response.status, text: await response.text() };
      },
    };
  }

  const SUCCESS = { status: 200, text: 'success' };
  const at = Math.floor(Date.now() / 1_000) * 1_000;
  const common = { componentAppid: COMPONENT, at };

  it('stores tickets and authorizations, of which tokens are made', async () => {
    const { push, platform, wechat, log } = await given();
    const ticket: KnownEvent = { kind: 'component_verify_ticket', ...common, ticket: wechat.ticket };
    expect(await push('/wechat/component', ticket)).toEqual(SUCCESS);
    expect(await platform.store.components.read(COMPONENT)).toMatchObject({ ticketAt: at });
    expect(await platform.tokens.component?.()).toContain('component@@@');

    wechat.codes.set('code-of-the-merchant', APP);
    const authorized: KnownEvent = {
      kind: 'authorized',
      ...common,
      app: APP,
      authorizationCode: 'code-of-the-merchant',
      authorizationCodeExpiresAt: at + 600_000,
      preAuthCode: null,
    };
    expect(await push('/wechat/component', authorized)).toEqual(SUCCESS);
    expect(wechat.apps.get(APP)?.accessTokens).toContain(await platform.tokens.get(APP));

    expect(
      await push('/wechat/component', { kind: 'unauthorized', ...common, at: at + 1_000, app: APP }),
    ).toEqual(SUCCESS);
    expect(await platform.store.authorizers.read({ component: COMPONENT, app: APP })).toMatchObject({
      state: 'unauthorized',
    });
    for (const secret of [wechat.ticket, 'code-of-the-merchant', ...wechat.secrets])
      expect(log()).not.toContain(secret);
  });

  it('keeps an audit result that reached no release', async () => {
    const { push, platform, log } = await given();
    expect(await push('/wechat/apps', rejected)).toEqual(SUCCESS);
    const rows = await platform.store.database.run((db) => db.selectFrom('pushes').selectAll().execute());
    expect(rows).toMatchObject([
      {
        app: null,
        original_id: ORIGINAL_ID,
        event: 'weapp_audit_fail',
        fields: { why: 'unknownApp', status: '1', reason: rejected.reason },
      },
    ]);
    expect(log()).not.toContain(CONTENT);
  });
});
