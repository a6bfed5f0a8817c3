/** The read-only preflight of `check`: the same rules as the start of a release, and whether providers answer. */
import type { ReleasePlan } from '../domain/plan.js';
import { type Finding, preflight } from '../domain/preflight.js';
import type { ProviderAccess } from '../health/measure.js';
import type { NotifyAccess } from '../notify/send.js';
import type { WechatClient } from '../wechat/client.js';
import { beginAttempt } from './attempt.js';
import { describe, needsPerson } from './failures.js';
import { channelFindings } from './notify.js';
import { metricFindings } from './providers.js';
import { readerOf } from './readings.js';
import { readBaseline } from './survey.js';

export function createCheckActivities(client: WechatClient, access: ProviderAccess, notify: NotifyAccess) {
  async function findingsOf(
    plan: ReleasePlan,
    clock: Parameters<typeof metricFindings>[2],
  ): Promise<Finding[]> {
    const metrics = await metricFindings(plan, access, clock);
    // A command line of an earlier version names nobody.
    return [...metrics, ...(await channelFindings(plan.notify ?? [], notify))];
  }

  return {
    /** Everything that would be refused or is worth knowing before a start. Changes nothing, asks once. */
    async check({ plan }: { plan: ReleasePlan }): Promise<Finding[]> {
      const attempt = beginAttempt<never>();
      const clock = { now: attempt.now, signal: attempt.untilCancelled };
      const others = findingsOf(plan, clock);
      try {
        const baseline = await readBaseline(
          readerOf(client, plan.app, attempt.untilCancelled),
          attempt.now(),
        );
        const token: Finding = {
          level: 'ok',
          subject: 'token',
          text: 'accepted, and permission set 18 (code management) answers',
        };
        return [token, ...preflight(plan, baseline), ...(await others)];
      } catch (error) {
        const blocked = needsPerson(error);
        const text = blocked === null ? describe(error) : `${blocked.reason}; ${blocked.remedy}`;
        return [{ level: 'refuse', subject: 'WeChat', text }, ...(await others)];
      }
    },
  };
}
