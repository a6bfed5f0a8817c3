/** From the plan file's shape to the plan the rules work with. */

import type { Metric, MetricProvider, ReleasePlan, Stage } from '../domain/plan.js';
import { completePlan } from '../domain/plan-defaults.js';
import type { PlanFile } from './schema.js';

/** submit_audit's field for each of the plan's; the wire is spelled in snake case. */
const WIRE_FIELDS = {
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
  return completePlan({
    app: file.app,
    version: file.version,
    description: file.description ?? file.version,
    template: file.template,
    ext: file.ext,
    audit: {
      body: auditBody(file.audit),
      pollMs: file.audit.poll,
      deadlineMs: file.audit.deadline,
      onDeadline: file.audit.onDeadline,
    },
    rollout: {
      stages: file.rollout.stages.map(toStage),
      bakeMs: file.rollout.bake,
      firstRelease: file.rollout.firstRelease,
      onPlatformDeadline: file.rollout.onPlatformDeadline,
    },
    health: file.health === 'none' ? [] : file.health.map(toMetric),
  });
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
    approval: null,
  };
}

type MetricFile = Exclude<PlanFile['health'], 'none'>[number];

function toMetric(metric: MetricFile): Metric {
  return {
    name: metric.name,
    provider: toProvider(metric.provider),
    intervalMs: metric.interval,
    initialDelayMs: metric.initialDelay,
    thresholdRange: metric.thresholdRange,
    ...(metric.minSamples && { minSamples: metric.minSamples }),
    failureLimit: metric.failureLimit,
    inconclusiveLimit: metric.inconclusiveLimit,
    consecutiveErrorLimit: metric.consecutiveErrorLimit,
    from: metric.from,
    onFailure: metric.onFailure,
    successCondition: null,
    failureCondition: null,
    count: 0,
    consecutiveSuccessLimit: 0,
    onInconclusive: 'pause',
    onError: 'pause',
    dryRun: false,
  };
}

function toProvider({ prometheus, web }: MetricFile['provider']): MetricProvider {
  if (web) return { kind: 'web', ...web };
  return prometheus ? { kind: 'prometheus', ...prometheus } : { kind: 'push' };
}
