/** Messages of whole releases on a real server: sent beside everything else, in order, and never in the way. */
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOTIFY_EVENT_NAMES } from '../../src/domain/notifying/events.js';
import { channelTo, HIDDEN, type Robots, startRobots } from '../notify/robots.js';
import {
  givenWorld,
  type Handle,
  holdingAt1,
  LADDER,
  planFor,
  type ReleaseWorld,
} from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';
import { reaches, send } from './people.js';

const ALL = NOTIFY_EVENT_NAMES;

describeWorkflows('a release with channels', () => {
  let world: ReleaseWorld;
  let robots: Robots;
  const app = (index: number) => world.apps[index] ?? '';
  const textsFor = (id: string) => robots.arrived.filter((entry) => entry.id.startsWith(id));
  /** The whole history, what payloads hold among it. */
  const historyText = async (handle: Handle) => {
    const json = historyToJSON(await handle.fetchHistory());
    const text = json.replace(/"data": ?"([A-Za-z0-9+/=]+)"/g, (_, data) => atob(data));
    expect(text).toContain('env:PLAN_');
    return text;
  };

  beforeAll(async () => {
    robots = await startRobots();
    const env = {
      ...robots.env,
      PLAN_GONE: `${robots.url}/cgi-bin/webhook/send?key=wecom-key-of-a-robot-that-is-gone`,
      PLAN_SHUT: 'http://127.0.0.1:9/hook',
      PLAN_SHUT_SECRET: robots.env.PLAN_WEBHOOK_SECRET ?? '',
    };
    world = await givenWorld(
      Array.from({ length: 5 }, () => ({})),
      { env },
    );
  });
  afterAll(async () => {
    await world.close();
    await robots.close();
  });

  it.concurrent('tells all four kinds each step, in order, with the same ids', async () => {
    const notify = [
      channelTo('wecom', ALL),
      channelTo('feishu', ALL),
      channelTo('dingtalk', ALL),
      channelTo('webhook', ALL),
    ];
    const handle = await world.start(planFor(app(0), { notify }));
    const status = await handle.result();
    expect(status).toMatchObject({ outcome: 'released', notices: [] });
    expect(world.effects(app(0))).toEqual(LADDER);
    const arrived = textsFor(app(0));
    for (const kind of ['wecom', 'feishu', 'dingtalk', 'webhook'])
      expect(arrived.filter((entry) => entry.kind === kind).map(({ id }) => id.split('-').at(-1))).toEqual([
        '1',
        '2',
        '3',
        '4',
        '5',
        '6',
        '7',
        '8',
      ]);
    const bodies = arrived.filter(({ kind }) => kind === 'webhook').map(({ text }) => JSON.parse(text));
    expect(bodies.map(({ type }) => type)).toEqual([
      'release.started',
      'release.audit',
      'release.audit',
      'release.stage',
      'release.stage',
      'release.stage',
      'release.stage',
      'release.released',
    ]);
    expect(status.notifications).toMatchObject({
      channels: [1, 2, 3, 4].map((channel) => ({ channel, sent: 8, waiting: 0, notSent: 0 })),
      waiting: [],
      notSent: [],
    });
    const history = await historyText(handle);
    for (const hidden of [...HIDDEN, robots.url.replace('http://', '')])
      expect(history).not.toContain(hidden);
  });

  it.concurrent('that lead nowhere is released all the same, and says what was not sent', async () => {
    const gone = { ...channelTo('wecom', ALL), address: 'env:PLAN_GONE' };
    const missing = { ...channelTo('feishu', ALL), address: 'env:PLAN_NOWHERE' };
    const handle = await world.start(planFor(app(1), { notify: [gone, missing] }));
    const status = await handle.result();
    expect(status.outcome).toBe('released');
    expect(world.effects(app(1))).toEqual(LADDER);
    expect(status.notifications).toMatchObject({
      channels: [
        { channel: 1, sent: 0, notSent: 8 },
        { channel: 2, sent: 0, notSent: 8 },
      ],
      waiting: [],
    });
    expect(status.notices).toEqual([
      expect.stringMatching(
        /^8 messages were not sent to channel 1 \(wecom\); the last: it answered 93000 .*copy it anew/,
      ),
      expect.stringMatching(
        /^8 messages were not sent to channel 2 \(feishu\); the last: .*env:PLAN_NOWHERE/,
      ),
    ]);
    expect(await historyText(handle)).not.toContain('robot-that-is-gone');
  });

  it.concurrent('while a message is tried again and again: verbs act at once, and the rest is told later', async () => {
    const shut = { ...channelTo('webhook', ALL), address: 'env:PLAN_SHUT', secret: 'env:PLAN_SHUT_SECRET' };
    const handle = await world.start(holdingAt1(app(2), { notify: [shut, channelTo('wecom', ALL)] }));
    await reaches(handle, ({ stages }) => stages[0]?.state === 'holding');
    const before = await reaches(handle, ({ notifications }) => notifications?.channels[1]?.waiting === 0);
    expect(before.notifications?.channels[0]).toMatchObject({ sent: 0, waiting: 4 });
    await send(handle, 'pause', { by: 'ann', reason: 'lunch' });
    await reaches(handle, ({ paused }) => paused.length === 1);
    const asked = Date.now();
    await send(handle, 'abort', { by: 'ann', reason: 'never' });
    const status = await reaches(handle, ({ outcome }) => outcome !== null);
    expect(status.outcome).toBe('reverted');
    expect(Date.now() - asked).toBeLessThan(40_000);
    expect(world.effects(app(2)).at(-1)).toBe('revertgrayrelease');
    await reaches(handle, ({ notifications }) => notifications?.channels[1]?.waiting === 0);
    expect(textsFor(app(2)).map(({ text }) => /: ([^*]+)\*\*/.exec(text)?.[1])).toEqual([
      'started',
      'the audit was submitted',
      'WeChat approved the audit',
      'at 1 %',
      'paused at 1 %',
      'taking users back from 1 %',
      'reverted from 1 %',
    ]);
    // It waits two minutes for its last messages (notify.soak.ts); what is left is plain to see.
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect(status.notifications?.channels[0]).toMatchObject({ sent: 0, waiting: 7 });
    await handle.terminate('the test is over');
  });

  it.concurrent('costs six events a message and channel: its activity, and a workflow task', async () => {
    const plans = [planFor(app(3)), planFor(app(4), { notify: [channelTo('wecom', ALL)] })];
    const handles = await Promise.all(plans.map((plan) => world.start(plan)));
    const [without = 0, told = 0] = await Promise.all(
      handles.map(async (handle) => {
        await handle.result();
        return (await handle.describe()).historyLength;
      }),
    );
    expect(told - without).toBeGreaterThanOrEqual(8 * 3);
    // Two releases never take quite the same way.
    expect(told - without).toBeLessThanOrEqual(8 * 6 + 12);
  });
});
