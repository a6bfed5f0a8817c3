/** The write protocol on the fake WeChat: read, decide, write, verify; and everything that can go wrong with it. */
import type { Step } from '../../../src/domain/decide.js';
import { EFFECTS, type EffectName, type EffectResult } from '../../../src/domain/effects.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import * as proofs from '../../../src/domain/proofs.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { FakeWechat } from './wechat.js';

/**
 * refuse: WeChat says no. unknown: nothing took effect and nobody can tell. lost: it took effect and nobody can tell.
 * vanish: it took effect, and the process died before it could say that it wrote.
 */
export type Fault = 'refuse' | 'unknown' | 'lost' | 'vanish';

export type EffectStep = Extract<Step, { do: 'effect' }>;

export function prove(
  wechat: FakeWechat,
  step: EffectStep,
  state: ReleaseState,
  plan: ReleasePlan,
): proofs.Proof {
  const { version } = plan;
  const { baseline } = state;
  const baselineOnlineSec = baseline?.online?.timeSec ?? null;
  const { choice } = state.wayBack;
  switch (step.effect) {
    case 'commit':
      return proofs.proveCommit(wechat.trial, { version, baselineSec: baseline?.trial?.timeSec ?? null });
    case 'submitAudit':
      return proofs.proveSubmit(wechat.audit, { version, beforeId: state.audit.beforeId });
    case 'speedupAudit':
      return wechat.spedUp ? { seen: 'applied', facts: {}, how: 'sped up' } : { seen: 'missing' };
    case 'withdrawAudit':
      return wechat.audit === null ? { seen: 'missing' } : proofs.proveWithdrawn(wechat.audit);
    case 'grayRelease':
      return proofs.proveGray(wechat.reading(), {
        version,
        auditId: state.audit.id ?? 0,
        percentage: step.percentage ?? 0,
        ownCreatedSec: state.ladder.createdSec,
        baselineCreatedSec: baseline?.grayPlan.createdSec ?? 0,
        baselineOnlineSec,
      });
    case 'release':
      return proofs.proveRelease(wechat.online, { version, baselineOnlineSec });
    case 'revertGray':
      return proofs.proveGrayReverted(wechat.gray, {
        createdSec: choice?.way === 'revertGray' ? choice.createdSec : 0,
      });
    case 'revertCode': {
      const to = choice?.way === 'revertCode' ? choice.to : null;
      return proofs.proveCodeReverted(wechat.online, { from: version, to });
    }
  }
}

/** Carries out an effect at `at`; `written` is told of every write that took effect. */
export function carryOut(
  wechat: FakeWechat,
  step: EffectStep,
  release: { state: ReleaseState; plan: ReleasePlan },
  at: number,
  fault: Fault | undefined,
  written: (step: EffectStep) => void,
): EffectResult {
  const { state, plan } = release;
  const { remedy } = EFFECTS[step.effect];
  const seen = (writes: number): EffectResult | null => {
    const proof = prove(wechat, step, state, plan);
    if (proof.seen === 'applied')
      return { status: 'applied', at, writes, answer: proof.how, facts: proof.facts };
    if (proof.seen === 'conflict')
      return {
        status: 'refused',
        at,
        writes,
        answer: proof.why,
        remedy,
        ...(proof.because && { because: proof.because }),
      };
    return null;
  };
  const found = seen(0);
  if (found !== null) return found;
  if (typeof step.freshUntil === 'number' && at > step.freshUntil)
    return { status: 'stale', at, writes: 0, answer: 'the health confirmation grew too old' };
  const changed =
    step.effect === 'submitAudit'
      ? proofs.trialProblem(wechat.trial, {
          version: plan.version,
          uploadedSec: state.trial?.uploadedSec ?? null,
        })
      : null;
  if (changed !== null)
    return { status: 'refused', at, writes: 0, answer: changed, remedy, because: 'trialChanged' };
  if (fault === 'refuse') return { status: 'refused', at, writes: 1, answer: '48001 no permission', remedy };
  const unknown: EffectResult = { status: 'unknown', at, writes: 3, answer: 'timeout', remedy };
  if (fault === 'unknown') return unknown;
  const refusal = wechat.write(step.effect, at, step.percentage);
  if (refusal !== null) return { status: 'refused', at, writes: 1, answer: refusal, remedy };
  written(step);
  if (fault === 'lost') return unknown;
  return seen(fault === 'vanish' ? 0 : 1) ?? unknown;
}

export const EFFECT_NAMES = Object.keys(EFFECTS) as EffectName[];
