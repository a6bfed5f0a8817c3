/** What WeChat gets for each push over HTTP, and what each push does. */
import { describe, expect, it } from 'vitest';
import type { ReceiverOptions } from '../../../src/api/push/options.js';
import { encryptPush } from '../../../src/wechat/push/envelope.js';
import type { KnownEvent } from '../../../src/wechat/push/events.js';
import {
  APP,
  CONTENT,
  given,
  NOW,
  ORIGINAL_ID,
  OTHER_APP,
  pushOf,
  rejected,
  SECRETS,
  SUCCESS,
} from './support.js';

const appEvents = `/wechat/apps/${APP}`;
const common = { componentAppid: SECRETS.componentAppid, at: NOW - 5_000 };

describe('an audit result', () => {
  it.each([
    ['weapp_audit_success', 0],
    ['weapp_audit_fail', 1],
    ['weapp_audit_delay', 4],
  ] as const)('%s wakes the release of the app in the address with status %i', async (kind, status) => {
    const receiver = await given();
    const reason = kind === 'weapp_audit_success' ? null : rejected.reason;
    expect(await receiver.post(appEvents, pushOf({ ...rejected, kind, reason }))).toEqual(SUCCESS);
    const result = { status, ...(reason === null ? {} : { reason }), at: rejected.decidedAt };
    expect(receiver.signals).toEqual([[APP, result]]);
    expect(receiver.log().at(-1)).toMatchObject({
      level: 'info',
      event: kind,
      outcome: 'signalled',
      app: APP,
    });
  });

  it('finds the app by its original id when the address names none', async () => {
    const receiver = await given();
    for (const path of ['/wechat/apps', '/wechat/component'])
      expect(await receiver.post(path, pushOf(rejected))).toEqual(SUCCESS);
    expect(receiver.signals.map(([app]) => app)).toEqual([APP, APP]);
  });

  it('is believed by its address when nobody knows the original id', async () => {
    const receiver = await given({ appOf: async () => null });
    expect(await receiver.post(appEvents, pushOf(rejected))).toEqual(SUCCESS);
    expect(receiver.signals).toHaveLength(1);
  });

  it('carries no more of its reason than a signal should', async () => {
    const receiver = await given();
    await receiver.post(appEvents, pushOf({ ...rejected, reason: '😀'.repeat(20_000) }));
    expect(receiver.signals[0]?.[1].reason).toBe('😀'.repeat(1_000));
  });

  const unmatched: [string, string, Partial<ReceiverOptions>, string, string | null][] = [
    ['there is no release', appEvents, { signalAudit: async () => 'noRelease' }, 'noRelease', APP],
    ['nobody knows the original id', '/wechat/apps', { appOf: async () => null }, 'unknownApp', null],
    ['the original id is another app’s', `/wechat/apps/${OTHER_APP}`, {}, 'otherApp', OTHER_APP],
  ];
  it.each(unmatched)('is kept for a person when %s', async (_when, path, dependencies, why, app) => {
    const receiver = await given(dependencies);
    expect(await receiver.post(path, pushOf(rejected))).toEqual(SUCCESS);
    expect(receiver.signals).toEqual([]);
    const fields = { why, status: 1, reason: rejected.reason, at: rejected.decidedAt };
    expect(receiver.kept).toEqual([
      { receivedAt: NOW, app, originalId: ORIGINAL_ID, event: 'weapp_audit_fail', fields },
    ]);
    expect(receiver.log().at(-1)).toMatchObject({ level: 'warn', outcome: 'unmatched', why, kept: true });
  });

  it('is only logged when it reaches no release and there is no database', async () => {
    const receiver = await given({ keepUnmatched: null, signalAudit: async () => 'noRelease' });
    expect(await receiver.post(appEvents, pushOf(rejected))).toEqual(SUCCESS);
    expect(receiver.log().at(-1)).toMatchObject({ outcome: 'unmatched', why: 'noRelease', kept: false });
  });
});

describe('an event of the platform', () => {
  const code = `queryauthcode@@@${CONTENT}`;
  const cases: [KnownEvent, object][] = [
    [
      { kind: 'component_verify_ticket', ...common, ticket: `ticket@@@${CONTENT}` },
      { kind: 'ticket', ...common, ticket: `ticket@@@${CONTENT}` },
    ],
    [
      {
        kind: 'authorized',
        ...common,
        app: APP,
        authorizationCode: code,
        authorizationCodeExpiresAt: null,
        preAuthCode: null,
      },
      { kind: 'authorized', ...common, app: APP, authorizationCode: code },
    ],
    [
      {
        kind: 'updateauthorized',
        ...common,
        app: APP,
        authorizationCode: code,
        authorizationCodeExpiresAt: NOW,
        preAuthCode: 'p',
      },
      { kind: 'authorized', ...common, app: APP, authorizationCode: code },
    ],
    [
      { kind: 'unauthorized', ...common, app: APP },
      { kind: 'unauthorized', ...common, app: APP },
    ],
  ];
  it.each(cases)('$kind is stored before WeChat gets its success', async (event, expected) => {
    const receiver = await given();
    expect(await receiver.post('/wechat/component', pushOf(event))).toEqual(SUCCESS);
    expect(receiver.stored).toEqual([expected]);
    expect(receiver.log().at(-1)).toMatchObject({ event: event.kind, outcome: 'stored' });
  });

  it('of an app that cannot be is refused for good', async () => {
    const receiver = await given();
    for (const app of ['../../wx', 'wx 1', 'x'.repeat(65)]) {
      const push = pushOf({ kind: 'unauthorized', ...common, app });
      expect(await receiver.post('/wechat/component', push)).toMatchObject({ status: 400 });
      expect(receiver.log().at(-1)).toMatchObject({ reason: 'badEvent' });
    }
    expect(receiver.stored).toEqual([]);
  });

  it('is acknowledged and not used where nothing keeps credentials', async () => {
    const receiver = await given({ events: null });
    const [[ticket] = []] = cases;
    expect(ticket && (await receiver.post('/wechat/component', pushOf(ticket)))).toEqual(SUCCESS);
    expect(receiver.log().at(-1)).toMatchObject({ level: 'warn', outcome: 'ignored', why: 'notConfigured' });
  });

  it('that names another platform inside is refused', async () => {
    const receiver = await given();
    const foreign = pushOf({ kind: 'unauthorized', ...common, componentAppid: OTHER_APP, app: APP });
    expect(await receiver.post('/wechat/component', foreign)).toMatchObject({ status: 403 });
    expect(receiver.stored).toEqual([]);
  });
});

describe('any other event', () => {
  it('is acknowledged, and only its name is logged', async () => {
    const receiver = await given();
    const message = `<xml><MsgType>event</MsgType><Event>wxa_nickname_audit</Event><a>${CONTENT}</a></xml>`;
    expect(await receiver.post(appEvents, encryptPush(message, SECRETS, { now: NOW }))).toEqual(SUCCESS);
    expect(receiver.log().at(-1)).toMatchObject({ event: 'wxa_nickname_audit', outcome: 'ignored' });
  });

  it('whose name is no name is not quoted', async () => {
    const receiver = await given();
    const message = `<xml><MsgType><![CDATA[${CONTENT} \n]]></MsgType></xml>`;
    expect(await receiver.post(appEvents, encryptPush(message, SECRETS, { now: NOW }))).toEqual(SUCCESS);
    expect(receiver.log().at(-1)).toMatchObject({ event: '(no plain name)' });
  });
});

it('takes a push with the previous key, with any Content-Type and with none', async () => {
  const current = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  const receiver = await given({ secrets: { ...SECRETS, keys: [current, ...SECRETS.keys] } });
  for (const type of ['text/xml', 'application/json; charset=gbk', 'text/plain', '']) {
    const { query, body } = pushOf(rejected);
    const response = await fetch(`${receiver.url}${appEvents}?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: type === '' ? {} : { 'content-type': type },
      body: Buffer.from(body),
    });
    expect(await response.text(), type).toBe('success');
  }
});
