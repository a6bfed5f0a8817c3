/** What has gone wrong ends by itself: when the cause ends, and for as few apps as can be. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { describeWithPostgres } from '../support/postgres.js';
import { wayTo } from '../support/way.js';
import { failureOf } from '../wechat/fake-server.js';
import { APP, COMPONENT } from './support/fake-platform.js';
import { authorised, MINUTE, START, scene, storeApp } from './support/opened.js';

const REFRESH = 'api_authorizer_token';

describeWithPostgres('tokens are had again', (postgres) => {
  it('at once when the ticket arrives whose lack was the failure', async () => {
    const made = await scene(postgres());
    const [worker, receiver] = [await made.open(), await made.open()];
    await storeApp(worker, made.wechat, APP);
    expect((await failureOf(worker.tokens.get(APP))).message).toContain('no component_verify_ticket');
    const { ticket } = made.wechat;
    await receiver.events.ticket({ componentAppid: COMPONENT, ticket, at: START });
    expect(await worker.tokens.get(APP)).toContain('access@@@');
  });

  it('at once when the app authorises again while WeChat’s 61003 is on its way', async () => {
    const { platform, wechat } = await authorised(postgres());
    const app = wechat.apps.get(APP);
    if (app) app.authorized = false;
    let answer = () => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    wechat.trouble(REFRESH, { kind: 'held', until });
    const refused = failureOf(platform.tokens.get(APP));
    await expect.poll(() => wechat.calls(REFRESH)).toBe(1);
    wechat.codes.set('again', APP);
    const event = { componentAppid: COMPONENT, app: APP, authorizationCode: 'again', at: START + MINUTE };
    const stored = platform.events.authorized(event);
    // The event waits for the row that the refresh holds.
    await expect.poll(() => waitingFor(platform)).toBe(1);
    answer();
    expect(await refused).toMatchObject({ code: 61003 });
    await stored;
    expect(await platform.tokens.get(APP)).toBe(app?.accessTokens[0]);
    expect(await platform.store.authorizers.list()).toMatchObject([{ state: 'authorized', refusedAt: null }]);
  });

  it('by a new one when a stored component token cannot be read', async () => {
    const { platform, clock } = await authorised(postgres());
    await platform.tokens.get(APP);
    await platform.store.database.run((db) =>
      sql`update weapp_rollout.component_tokens set sealed_token =
        (select sealed_ticket from weapp_rollout.component_tickets)`.execute(db),
    );
    clock.advance(3 * 60 * MINUTE);
    expect(await platform.tokens.get(APP)).toContain('access@@@');
  });

  it('of all others when one row cannot be read, and the start says which one', async () => {
    const { platform, open, clock } = await authorised(postgres());
    await platform.store.database.run((db) =>
      sql`insert into weapp_rollout.authorizers (component, app, state, sealed_refresh_token, updated_at)
        values (${COMPONENT}, 'wxbroken', 'authorized', 'v1:older:AAAA', now())`.execute(db),
    );
    const other = await open();
    expect(clock.warnings).toEqual([expect.stringContaining('wxbroken')]);
    expect(await other.tokens.get(APP)).toContain('access@@@');
    expect(await failureOf(other.tokens.get('wxbroken'))).toMatchObject({
      action: 'permission',
      remedy: expect.stringContaining('apps import'),
    });
  });

  it('from memory while the database is away, unless WeChat has refused them', async () => {
    const made = await authorised(postgres());
    const way = await wayTo(made.url);
    const worker = await made.open({ DATABASE_URL: way.url });
    const token = await worker.tokens.get(APP);
    way.cut();
    made.clock.advance(60 * MINUTE);
    expect(await worker.tokens.get(APP)).toBe(token);
    expect(await failureOf(worker.tokens.get(APP, { rejected: token }))).toMatchObject({
      kind: 'credential',
      action: 'retryAfter',
    });
  });
});

/** How many wait for a row that somebody else holds. */
async function waitingFor({ store }: Awaited<ReturnType<typeof authorised>>['platform']): Promise<number> {
  const { rows } = await store.database.run((db) =>
    sql`select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`.execute(db),
  );
  return rows.length;
}
