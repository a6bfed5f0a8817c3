/** What WeChat gets when an effect fails, when a push comes again, and at other addresses. */
import { describe, expect, it } from 'vitest';
import type { ReceiverOptions } from '../../../src/api/push/options.js';
import { DatabaseError, type DatabaseTrouble } from '../../../src/database/errors.js';
import type { KnownEvent } from '../../../src/wechat/push/events.js';
import { APP, CONTENT, given, NOW, pushOf, rejected, SECRETS, SUCCESS } from './support.js';

const appEvents = `/wechat/apps/${APP}`;
const common = { componentAppid: SECRETS.componentAppid, at: NOW - 5_000 };

describe('a push whose effect fails', () => {
  const down = async () => {
    throw new Error(`connection lost while storing ${CONTENT}`, {
      cause: Object.assign(new Error(CONTENT), { code: 'ECONNREFUSED' }),
    });
  };
  const ticket: KnownEvent = { kind: 'component_verify_ticket', ...common, ticket: CONTENT };
  const failing: [string, Partial<ReceiverOptions>, KnownEvent][] = [
    ['Temporal is not reached', { signalAudit: down }, rejected],
    ['the database does not tell whose original id it is', { appOf: down }, rejected],
    ['it cannot be kept', { signalAudit: async () => 'noRelease', keepUnmatched: down }, rejected],
    [
      'the ticket cannot be stored',
      { events: { ticket: down, authorized: down, unauthorized: down } },
      ticket,
    ],
  ];
  it.each(failing)('because %s gets 503 and may come again', async (_why, dependencies, event) => {
    const receiver = await given(dependencies);
    const push = pushOf(event);
    for (let time = 0; time < 2; time += 1)
      expect(await receiver.post(appEvents, push)).toEqual({ status: 503, text: 'not taken, send it again' });
    expect(receiver.log().at(-1)).toMatchObject({
      level: 'error',
      reason: 'notTaken',
      cause: 'Error < Error ECONNREFUSED',
    });
  });

  it('is taken by the app in its address when the database is away for a moment, and only then', async () => {
    const appOf = (trouble: DatabaseTrouble) => async () => {
      throw new DatabaseError(trouble, CONTENT, 'Start it.');
    };
    const away = await given({ appOf: appOf('unreachable') });
    expect(await away.post('/wechat/apps', pushOf(rejected))).toMatchObject({ status: 503 });
    expect(away.signals).toEqual([]);
    expect(await away.post(appEvents, pushOf(rejected))).toEqual(SUCCESS);
    expect(away.signals).toMatchObject([[APP, { status: 1 }]]);
    const wrong = await given({ appOf: appOf('refused') });
    expect(await wrong.post(appEvents, pushOf(rejected))).toMatchObject({ status: 503 });
  });

  it('because it takes longer than WeChat waits gets 503', async () => {
    const receiver = await given({ answerWithinMs: 20, signalAudit: () => new Promise(() => {}) });
    expect(await receiver.post(appEvents, pushOf(rejected))).toMatchObject({ status: 503 });
    expect(receiver.log().at(-1)).toMatchObject({ cause: 'TooSlow' });
  });

  it('is taken when it comes again and the effect succeeds', async () => {
    let times = 0;
    const receiver = await given({
      signalAudit: async () => {
        times += 1;
        return times === 1 ? down() : 'signalled';
      },
    });
    const push = pushOf(rejected);
    expect(await receiver.post(appEvents, push)).toMatchObject({ status: 503 });
    expect(await receiver.post(appEvents, push)).toEqual(SUCCESS);
    expect(await receiver.post(appEvents, push)).toMatchObject({ status: 409 });
    expect(times).toBe(2);
  });
});

describe('a push that comes again', () => {
  it('is refused once it was taken, at whatever address', async () => {
    const receiver = await given();
    const push = pushOf(rejected);
    expect(await receiver.post(appEvents, push)).toEqual(SUCCESS);
    for (const path of [appEvents, '/wechat/apps', '/wechat/component'])
      expect(await receiver.post(path, push)).toEqual({ status: 409, text: 'refused: taken before' });
    expect(receiver.signals).toHaveLength(1);
  });

  it('is refused while the first one is in hand', async () => {
    let finish = (_result: 'signalled') => {};
    const receiver = await given({ signalAudit: () => new Promise((resolve) => (finish = resolve)) });
    const push = pushOf(rejected);
    const first = receiver.post(appEvents, push);
    await expect.poll(async () => (await receiver.post(appEvents, push)).status).toBe(409);
    finish('signalled');
    expect(await first).toEqual(SUCCESS);
  });

  it('is refused later for its timestamp', async () => {
    let now = NOW;
    const receiver = await given({ clock: () => now });
    const push = pushOf(rejected);
    expect(await receiver.post(appEvents, push)).toEqual(SUCCESS);
    now += 10 * 60_000 + 1;
    expect(await receiver.post(appEvents, push)).toMatchObject({ status: 403 });
    expect(receiver.log().at(-1)).toMatchObject({ level: 'warn', reason: 'staleTimestamp' });
  });
});

describe('the addresses', () => {
  it('say what they are to a person who looks', async () => {
    const { url } = await given();
    for (const path of ['/wechat/component', '/wechat/apps', appEvents]) {
      const response = await fetch(`${url}${path}`);
      expect([response.status, await response.text()]).toEqual([
        200,
        expect.stringContaining('WeChat pushes'),
      ]);
    }
    const health = await fetch(`${url}/healthz`);
    expect(await health.json()).toEqual({ status: 'ok' });
  });

  it('take nothing but POST', async () => {
    const { url } = await given();
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await fetch(`${url}${appEvents}`, {
        method,
        ...(method === 'OPTIONS' ? {} : { body: 'x' }),
      });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    }
  });

  it('must end with an appid, not with what the console was to put in place of $APPID$', async () => {
    const receiver = await given();
    for (const name of ['$APPID$', 'gh_97417a04a28d', 'wx1', '%00', '__proto__'])
      expect(await receiver.post(`/wechat/apps/${name}`, pushOf(rejected))).toMatchObject({ status: 404 });
    expect(receiver.signals).toEqual([]);
  });

  it('are all there is', async () => {
    const receiver = await given();
    expect(await receiver.post(`/${CONTENT}`, pushOf(rejected))).toEqual({
      status: 404,
      text: 'nothing is here',
    });
    for (const path of ['/wechat/%zz', `/wechat/apps/${'x'.repeat(101)}`])
      expect(await receiver.post(path, pushOf(rejected))).toEqual({
        status: 400,
        text: 'refused: no valid address',
      });
  });
});
