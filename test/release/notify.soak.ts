/** A release that has ended waits for its last messages, but not for ever. It takes two minutes: the rest is notify.test.ts. */
import { expect, it } from 'vitest';
import { NOTIFY_EVENT_NAMES } from '../../src/domain/notifying/events.js';
import { channelTo, startRobots } from '../notify/robots.js';
import { givenWorld, planFor } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';

describeWorkflows('a release whose messages do not come through', () => {
  it('closes two minutes after its end, with what was not sent', async () => {
    const robots = await startRobots();
    const env = {
      ...robots.env,
      PLAN_SHUT: 'http://127.0.0.1:9/cgi-bin/webhook/send?key=nobody-is-there',
    };
    const world = await givenWorld([{}], { env });
    try {
      const [app = ''] = world.apps;
      const shut = { ...channelTo('wecom', NOTIFY_EVENT_NAMES), address: 'env:PLAN_SHUT' };
      const handle = await world.start(planFor(app, { notify: [shut, channelTo('feishu', ['released'])] }));
      const status = await handle.result();
      expect(status).toMatchObject({
        outcome: 'released',
        notifications: {
          channels: [
            { sent: 0, waiting: 0, notSent: 8 },
            { sent: 1, waiting: 0, notSent: 0 },
          ],
          waiting: [],
        },
      });
      expect(status.notices.at(-1)).toContain('could not be sent within 2 minutes; it may have arrived');
      const { closeTime } = await handle.describe();
      const waited = (closeTime?.getTime() ?? 0) - (status.closedAt ?? 0);
      expect(waited).toBeGreaterThan(115_000);
      expect(waited).toBeLessThan(150_000);
    } finally {
      await world.close();
      await robots.close();
    }
  }, 300_000);
});
