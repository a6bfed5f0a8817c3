/** Carries out one step of a decision and says what came of it. */
import type { ReleaseEvent } from '../domain/apply.js';
import { type Step, stepSummary } from '../domain/decide.js';
import type { EffectResult } from '../domain/effects.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { ReleaseState } from '../domain/state.js';
import { commits, reads, writes } from './activities.js';

type Doing = Exclude<Step, { do: 'wait' } | { do: 'close' }>;
type EffectStep = Extract<Step, { do: 'effect' }>;

export async function perform(step: Doing, state: ReleaseState, plan: ReleasePlan): Promise<ReleaseEvent> {
  const summary = stepSummary(step);
  try {
    switch (step.do) {
      case 'survey': {
        const result = await reads.survey.executeWithOptions({ summary }, [
          { app: plan.app, version: plan.version, health: plan.health },
        ]);
        return result.ok
          ? { type: 'surveyed', baseline: result.baseline, metrics: result.metrics }
          : { type: 'blocked', step: step.do, blocked: result.blocked };
      }
      case 'surveyWayBack': {
        const result = await reads.surveyWayBack.executeWithOptions({ summary }, [
          { app: plan.app, withAudit: state.ladder.createdSec === null && state.kind === 'release' },
        ]);
        return result.ok
          ? { type: 'wayBackRead', reading: result.reading }
          : { type: 'blocked', step: step.do, blocked: result.blocked };
      }
      case 'nextOpening': {
        const opening = await reads.nextOpening.executeWithOptions({ summary }, [{ windows: step.windows }]);
        return 'blocked' in opening
          ? { type: 'blocked', step: step.do, blocked: opening.blocked }
          : { type: 'opening', opening };
      }
      case 'effect': {
        const result = await write(step, state, plan, summary).catch(unknownEnd);
        const { effect, stage, percentage } = step;
        return {
          type: 'effect',
          effect,
          result,
          ...(stage === undefined ? {} : { stage }),
          ...(percentage === undefined ? {} : { percentage }),
        };
      }
    }
  } catch (error) {
    const reason = `${summary} stopped: ${String(error)}`;
    return { type: 'blocked', step: step.do, blocked: { reason, remedy: '`retry` tries the step again' } };
  }
}

/** Activities return what WeChat said; only a bug or an operator's hand ends one with an error, and it may have written. */
function unknownEnd(error: unknown): EffectResult {
  const remedy = 'look at the app in the console; `retry` reads first and tries the step again';
  return {
    status: 'unknown',
    at: Date.now(),
    writes: 1,
    answer: `the step stopped: ${String(error)}`,
    remedy,
  };
}

function write(
  step: EffectStep,
  state: ReleaseState,
  plan: ReleasePlan,
  summary: string,
): Promise<EffectResult> {
  const { app, version } = plan;
  const baseline = state.baseline;
  const baselineOnlineSec = baseline?.online?.timeSec ?? null;
  const auditId = state.audit.id ?? 0;
  const { choice } = state.wayBack;
  switch (step.effect) {
    case 'commit':
      return commits.commit.executeWithOptions({ summary }, [
        {
          app,
          version,
          description: plan.description,
          template: state.audit.template ?? plan.template ?? 0,
          ext: plan.ext,
          // Seconds tell one upload from another of the same version; another version tells itself.
          baselineSec: baseline?.trial?.version === version ? baseline.trial.timeSec : null,
        },
      ]);
    case 'submitAudit':
      return writes.submitAudit.executeWithOptions({ summary }, [
        {
          app,
          version,
          body: state.audit.body ?? plan.audit.body,
          beforeId: state.audit.beforeId,
          uploadedSec: state.trial?.uploadedSec ?? null,
        },
      ]);
    case 'withdrawAudit':
      return writes.withdrawAudit.executeWithOptions({ summary }, [
        { app, auditId: step.auditId ?? auditId },
      ]);
    case 'speedupAudit':
      return writes.speedupAudit.executeWithOptions({ summary }, [{ app, auditId }]);
    case 'grayRelease':
      return writes.grayRelease.executeWithOptions({ summary }, [
        {
          app,
          version,
          auditId,
          percentage: step.percentage ?? 0,
          members: plan.rollout.stages[step.stage ?? 0]?.members ?? [],
          ownCreatedSec: state.ladder.createdSec,
          baselineCreatedSec: baseline?.grayPlan.createdSec ?? 0,
          baselineOnlineSec,
          freshUntil: step.freshUntil ?? null,
        },
      ]);
    case 'release':
      return writes.release.executeWithOptions({ summary }, [
        { app, version, auditId, baselineOnlineSec, freshUntil: step.freshUntil ?? null },
      ]);
    case 'revertGray': {
      const createdSec = choice?.way === 'revertGray' ? choice.createdSec : 0;
      return writes.revertGray.executeWithOptions({ summary }, [{ app, createdSec }]);
    }
    case 'revertCode': {
      const target = choice?.way === 'revertCode' ? choice : { appVersion: null, to: null };
      return writes.revertCode.executeWithOptions({ summary }, [
        { app, from: version, to: target.to, appVersion: target.appVersion },
      ]);
    }
  }
}
