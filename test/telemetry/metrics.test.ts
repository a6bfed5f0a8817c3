import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.js';
import { quotaObserved } from '../../src/telemetry/observed-client.js';
import type { WechatClient } from '../../src/wechat/client.js';

const HOUR = 3_600_000;
const lines = async ({ registry }: ReturnType<typeof createMetrics>) =>
  (await registry.metrics()).split('\n');

describe('metrics', () => {
  it('count requests to WeChat by endpoint, class and code, and time them', async () => {
    const metrics = createMetrics();
    const call = { endpoint: 'grayrelease', app: 'wx1', ms: 120 } as const;
    metrics.wechatCall({ ...call, outcome: 'ok', code: 0 });
    metrics.wechatCall({ ...call, outcome: 'api', code: 85082 });
    metrics.wechatCall({ ...call, outcome: 'api', code: 123_456_789 });
    metrics.wechatCall({ ...call, outcome: 'transport', code: null });
    const text = await lines(metrics);
    for (const [outcome, code] of [
      ['ok', '0'],
      ['api', '85082'],
      ['api', 'other'],
      ['transport', 'none'],
    ])
      expect(text).toContain(
        `weapp_rollout_wechat_requests_total{endpoint="grayrelease",outcome="${outcome}",code="${code}"} 1`,
      );
    expect(text).toContain('weapp_rollout_wechat_request_duration_seconds_count{endpoint="grayrelease"} 4');
    expect(text.join('\n')).not.toContain('wx1');
  });

  it('know what is left of the month whenever anybody reads it', async () => {
    const metrics = createMetrics();
    const answers = [
      { rest: 7, limit: 20, speedup_rest: 1, speedup_limit: 3 },
      { rest: 6, limit: 20, speedup_rest: null, speedup_limit: null },
    ];
    const client = quotaObserved({ call: async () => answers.shift() } as unknown as WechatClient, metrics);
    for (const rest of [7, 6]) {
      expect(await client.call('queryquota', { app: 'wx1', params: {} })).toMatchObject({ rest });
      expect(await lines(metrics)).toContain(`weapp_rollout_wechat_quota_left{quota="audit"} ${rest}`);
    }
    expect(await lines(metrics)).toContain('weapp_rollout_wechat_quota_left{quota="speedup"} 1');
    expect(await lines(metrics)).toContain('weapp_rollout_wechat_quota_limit{quota="audit"} 20');
  });

  it('keep how long a closed release took, and waited for people', async () => {
    const metrics = createMetrics();
    const durations = { totalMs: 30 * HOUR, progressMs: 29.5 * HOUR, humanWaitMs: HOUR / 2 };
    metrics.closed({ kind: 'release', outcome: 'reverted', durations });
    const text = await lines(metrics);
    const labels = '{kind="release",outcome="reverted"}';
    expect(text).toContain(`weapp_rollout_duration_seconds_sum${labels} 108000`);
    expect(text).toContain(`weapp_rollout_progression_duration_seconds_sum${labels} 106200`);
    expect(text).toContain(`weapp_rollout_human_wait_seconds_sum${labels} 1800`);
    const bucket = (le: number) =>
      `weapp_rollout_human_wait_seconds_bucket{le="${le}",kind="release",outcome="reverted"}`;
    expect(text).toContain(`${bucket(600)} 0`);
    expect(text).toContain(`${bucket(3_600)} 1`);
  });

  it('count notifications', async () => {
    const metrics = createMetrics();
    metrics.notified('wecom', 'sent');
    expect(await lines(metrics)).toContain(
      'weapp_rollout_notifications_total{channel="wecom",result="sent"} 1',
    );
  });
});
