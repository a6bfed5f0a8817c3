/** What a process counts and measures itself, as Prometheus reads it; docs/metrics.md explains each. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecord } from '../wechat/client.js';
import { errorCodes } from '../wechat/error-codes.js';
import type { Closed } from '../workflows/sinks.js';

/** What is left of the platform's month, as queryquota answers it. */
export interface Quota {
  rest: number;
  limit: number;
  speedup_rest?: number | null | undefined;
  speedup_limit?: number | null | undefined;
}

/** Where the parts of a process tell what they did. None of it ever throws or waits. */
export interface Metrics {
  registry: Registry;
  /** One HTTP request to WeChat: `onCall` of a client. */
  wechatCall(record: CallRecord): void;
  quota(quota: Quota): void;
  /** A try to send a notification: `wecom`, `sent`. Both are labels: few different values. */
  notified(channel: string, result: string): void;
  /** A release's last moment. */
  closed(closed: Closed): void;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From a rehearsal to WeChat's 15 days and an audit before them; seconds. The first one tells "nobody was waited for". */
const LENGTHS = [
  1,
  MINUTE,
  10 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  ...[1, 2, 3, 5, 7, 14, 30].map((days) => days * DAY),
];
/** A request ends by `wechat.timeoutMs`, 12 at most; seconds. */
const LATENCIES = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A process' own numbers, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const lengthOf = (name: string, help: string) =>
    new Histogram({ name, help, labelNames: ['kind', 'outcome'], buckets: LENGTHS, registers });
  const duration = lengthOf(
    'weapp_rollout_duration_seconds',
    'How long closed releases took, from start to end.',
  );
  const progression = lengthOf(
    'weapp_rollout_progression_duration_seconds',
    'How long closed releases took without the time they waited for people.',
  );
  const humanWait = lengthOf(
    'weapp_rollout_human_wait_seconds',
    'How long closed releases waited for people: pauses, approvals, holds, rejections, attention.',
  );
  const requests = new Counter({
    name: 'weapp_rollout_wechat_requests_total',
    help: 'HTTP requests to WeChat by endpoint, error class and errcode.',
    labelNames: ['endpoint', 'outcome', 'code'],
    registers,
  });
  const latency = new Histogram({
    name: 'weapp_rollout_wechat_request_duration_seconds',
    help: 'How long HTTP requests to WeChat took, failed ones included.',
    labelNames: ['endpoint'],
    buckets: LATENCIES,
    registers,
  });
  const left = new Gauge({
    name: 'weapp_rollout_wechat_quota_left',
    help: "What is left of the platform's month, as queryquota last answered.",
    labelNames: ['quota'],
    registers,
  });
  const limit = new Gauge({
    name: 'weapp_rollout_wechat_quota_limit',
    help: "What the platform's month has in all, as queryquota last answered.",
    labelNames: ['quota'],
    registers,
  });
  const notifications = new Counter({
    name: 'weapp_rollout_notifications_total',
    help: 'Tries to send a notification, by channel and what came of them.',
    labelNames: ['channel', 'result'],
    registers,
  });
  return {
    registry,
    wechatCall({ endpoint, outcome, code, ms }) {
      requests.inc({ endpoint, outcome, code: codeLabel(code) });
      latency.observe({ endpoint }, ms / 1_000);
    },
    quota({ rest, speedup_rest, ...limits }) {
      left.set({ quota: 'audit' }, rest);
      limit.set({ quota: 'audit' }, limits.limit);
      if (typeof speedup_rest === 'number') left.set({ quota: 'speedup' }, speedup_rest);
      if (typeof limits.speedup_limit === 'number') limit.set({ quota: 'speedup' }, limits.speedup_limit);
    },
    notified: (channel, result) => notifications.inc({ channel, result }),
    closed({ kind, outcome, durations }) {
      duration.observe({ kind, outcome }, durations.totalMs / 1_000);
      progression.observe({ kind, outcome }, durations.progressMs / 1_000);
      humanWait.observe({ kind, outcome }, durations.humanWaitMs / 1_000);
    },
  };
}

/** Codes that nobody has described are one: whatever an endpoint answers must not become ever more series. */
function codeLabel(code: number | null): string {
  if (code === null) return 'none';
  return code === 0 || errorCodes[code] !== undefined ? String(code) : 'other';
}
