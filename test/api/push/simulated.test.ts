/** The simulator pushes as WeChat does; the receiver takes what is right and refuses what is flawed. */
import { expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../../src/simulator/server.js';
import { APP, given, ORIGINAL_ID, SECRETS } from './support.js';

/** A simulator whose platform pushes to a receiver; its first ticket has arrived. */
async function givenBoth() {
  const receiver = await given({ clock: Date.now });
  const { componentAppid, token, keys } = SECRETS;
  const simulator = await startSimulator({
    world: {
      components: {
        [componentAppid]: {
          secret: 'component-secret-that-must-never-be-seen',
          messageToken: token,
          encodingAesKey: keys[0],
          pushUrls: {
            authorization: `${receiver.url}/wechat/component`,
            messages: `${receiver.url}/wechat/apps/$APPID$`,
          },
        },
      },
      apps: { [APP]: { originalId: ORIGINAL_ID } },
    },
    push: { timeoutMs: 5_000, retryAfterMs: 1 },
  });
  onTestFinished(simulator.close);
  await expect.poll(() => receiver.stored.length).toBe(1);
  return { receiver, control: simulator.control };
}

const ACCEPTED = { outcome: 'accepted', status: 200 };

it('takes every event that the simulator sends', async () => {
  const { receiver, control } = await givenBoth();
  const reason = '1:账号信息不符合规范:<br>';
  expect(await control.push({ event: 'weapp_audit_success', app: APP })).toMatchObject([ACCEPTED]);
  expect(await control.push({ event: 'weapp_audit_fail', app: APP, reason })).toMatchObject([ACCEPTED]);
  expect(await control.push({ event: 'weapp_audit_delay', app: APP, reason })).toMatchObject([ACCEPTED]);
  expect(receiver.signals).toMatchObject([
    [APP, { status: 0 }],
    [APP, { status: 1, reason }],
    [APP, { status: 4, reason }],
  ]);
  for (const event of ['authorized', 'updateauthorized', 'unauthorized'] as const)
    expect(await control.push({ event, app: APP })).toMatchObject([ACCEPTED]);
  const [ticket, ...others] = receiver.stored;
  expect(ticket).toMatchObject({ kind: 'ticket', ticket: expect.stringMatching(/^ticket@@@/) });
  expect(others).toMatchObject([
    { kind: 'authorized', app: APP },
    { kind: 'authorized', app: APP },
    { kind: 'unauthorized', app: APP },
  ]);
});

it.each([
  ['badSignature', 'badSignature'],
  ['oldTimestamp', 'staleTimestamp'],
  ['wrongKey', 'undecryptable'],
] as const)('refuses one with the flaw %s: %s', async (flaw, reason) => {
  const { receiver, control } = await givenBoth();
  expect(await control.push({ event: 'weapp_audit_success', app: APP, flaw })).toMatchObject([
    { outcome: 'refused', status: 403 },
  ]);
  expect(receiver.signals).toEqual([]);
  expect(receiver.log().at(-1)).toMatchObject({ reason });
});

it('takes one that is sent twice once', async () => {
  const { receiver, control } = await givenBoth();
  await control.push({ event: 'weapp_audit_success', app: APP, flaw: 'duplicated' });
  await control.idle();
  expect(receiver.signals).toHaveLength(1);
});
