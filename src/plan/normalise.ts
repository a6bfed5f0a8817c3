/** From the plan file's shape to the plan the rules work with. */

import type { NotifyChannel } from '../domain/notifying/events.js';
import type { Approval, Metric, MetricProvider, ReleasePlan, Stage } from '../domain/plan.js';
import { DEFAULT_REJECT_TIMEOUT_MS } from '../domain/plan-defaults.js';
import type { ApprovalFile } from './approval.js';
import type { PlanFile } from './schema.js';

/** submit_audit's field for each of the plan's; the wire is spelled in snake case. */
export const WIRE_FIELDS = {
  items: 'item_list',
  versionDesc: 'version_desc',
  feedbackInfo: 'feedback_info',
  feedbackStuff: 'feedback_stuff',
  previewInfo: 'preview_info',
  ugcDeclare: 'ugc_declare',
  privacyApiNotUse: 'privacy_api_not_use',
  orderPath: 'order_path',
} as const satisfies Partial<Record<keyof PlanFile['audit'], string>>;

/** The plan as the rules see it. A description that was left out is the version, since WeChat wants one. */
export function normalise(file: PlanFile): ReleasePlan {
  const { audit, rollout } = file;
  return {
    rules: 2,
    app: file.app,
    version: file.version,
    description: file.description ?? file.version,
    source: file.source,
    template: file.template ?? null,
    ext: file.ext,
    trial: file.trial === undefined ? null : { approval: toApproval(file.trial.approval) },
    audit: {
      body: auditBody(audit),
      pollMs: audit.poll,
      deadlineMs: audit.deadline,
      onDeadline: audit.onDeadline,
      speedup: audit.speedup,
      onReject: audit.onReject,
      rejectTimeoutMs: audit.rejectTimeout ?? DEFAULT_REJECT_TIMEOUT_MS,
      onForeignAudit: audit.onForeignAudit,
    },
    rollout: {
      stages: rollout.stages.map(toStage),
      bakeMs: rollout.bake,
      firstRelease: rollout.firstRelease,
      onPlatformDeadline: rollout.onPlatformDeadline,
      windows: rollout.windows ?? null,
      onDrift: rollout.onDrift,
    },
    health: file.health === 'none' ? [] : file.health.map(toMetric),
    notify: file.notify.map(toChannel),
  };
}

function auditBody(audit: PlanFile['audit']): ReleasePlan['audit']['body'] {
  const given = Object.entries(WIRE_FIELDS).flatMap(([field, wire]) => {
    const value = audit[field as keyof typeof WIRE_FIELDS];
    return value === undefined ? [] : [[wire, value] as const];
  });
  return Object.fromEntries(given);
}

function toStage(stage: PlanFile['rollout']['stages'][number]): Stage {
  return {
    percentage: stage.percentage,
    members: [...new Set(stage.members)],
    soakMs: stage.soak ?? 0,
    hold: stage.hold,
    approval: stage.approval === undefined ? null : toApproval(stage.approval),
  };
}

function toApproval({ timeout, ...rest }: ApprovalFile): Approval {
  return { ...rest, timeoutMs: timeout ?? null };
}

function toChannel({ wecom, feishu, dingtalk, webhook, events }: PlanFile['notify'][number]): NotifyChannel {
  const robot = (kind: NotifyChannel['kind'], given: { webhook: string; secret?: string }) => ({
    kind,
    address: given.webhook,
    secret: given.secret ?? null,
    events,
  });
  if (feishu) return robot('feishu', feishu);
  if (dingtalk) return robot('dingtalk', dingtalk);
  if (webhook) return { kind: 'webhook', address: webhook.url, secret: webhook.secret, events };
  return robot('wecom', wecom ?? { webhook: '' });
}

type MetricFile = Exclude<PlanFile['health'], 'none'>[number];

function toMetric(metric: MetricFile): Metric {
  return {
    name: metric.name,
    provider: toProvider(metric.provider),
    intervalMs: metric.interval,
    initialDelayMs: metric.initialDelay,
    thresholdRange: metric.thresholdRange ?? null,
    successCondition: metric.successCondition ?? null,
    failureCondition: metric.failureCondition ?? null,
    ...(metric.minSamples && { minSamples: metric.minSamples }),
    count: metric.count,
    failureLimit: metric.failureLimit,
    consecutiveSuccessLimit: metric.consecutiveSuccessLimit,
    inconclusiveLimit: metric.inconclusiveLimit,
    consecutiveErrorLimit: metric.consecutiveErrorLimit,
    from: metric.from,
    onFailure: metric.onFailure,
    onInconclusive: metric.onInconclusive,
    onError: metric.onError,
    dryRun: metric.dryRun,
  };
}

function toProvider({ prometheus, web }: MetricFile['provider']): MetricProvider {
  if (web) return { kind: 'web', ...web };
  return prometheus ? { kind: 'prometheus', ...prometheus } : { kind: 'push' };
}
