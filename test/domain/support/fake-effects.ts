/** The write protocol on the fake WeChat: read, decide, write, verify; and everything that can go wrong with it. */
import type { Step } from '../../../src/domain/decide.js';
import { EFFECTS, type EffectName, type EffectResult } from '../../../src/domain/effects.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import * as proofs from '../../../src/domain/proofs.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { FakeWechat } from './wechat.js';

/**
 * refuse: WeChat says no. unknown: nothing took effect and nobody can tell. lost: it took effect and nobody can tell.
 * vanish: it took effect, and the process died before it could say that it wrote. died: the process died before it
 * wrote, and nobody can tell that it did not. defer: WeChat asks to come back in a minute.
 */
export const FAULTS = ['refuse', 'unknown', 'lost', 'vanish', 'died', 'defer'] as const;
export type Fault = (typeof FAULTS)[number];

export type EffectStep = Extract<Step, { do: 'effect' }>;

/** What an effect is begun with: activities get their input when they are scheduled, whatever happens meanwhile. */
export interface Asked {
  state: ReleaseState;
  plan: ReleasePlan;
}

export function prove(wechat: FakeWechat, step: EffectStep, { state, plan }: Asked): proofs.Proof {
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
      // No reading shows it.
      return { seen: 'missing' };
    case 'withdrawAudit': {
      const audit = wechat.auditOf(step.auditId ?? state.audit.id ?? 0);
      return audit === null ? { seen: 'missing' } : proofs.proveWithdrawn(audit);
    }
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
      return proofs.proveRelease(wechat.reading(), {
        version,
        auditId: state.audit.id ?? 0,
        baselineOnlineSec,
      });
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

/** Carries out an effect at `at`; `written` is told of every write that is sent and will take effect. */
export function carryOut(
  wechat: FakeWechat,
  step: EffectStep,
  asked: Asked,
  at: number,
  fault: Fault | undefined,
  written: () => void,
): EffectResult {
  const { state, plan } = asked;
  const { remedy } = EFFECTS[step.effect];
  const refused = (writes: number, answer: string): EffectResult => {
    return { status: 'refused', at, writes, answer, remedy };
  };
  const seen = (writes: number): EffectResult | null => {
    const proof = prove(wechat, step, asked);
    if (proof.seen === 'applied')
      return { status: 'applied', at, writes, answer: proof.how, facts: proof.facts };
    if (proof.seen === 'missing') return null;
    const { why, because } = proof;
    return { status: 'refused', at, writes, answer: why, remedy, ...(because && { because }) };
  };
  if (!wechat.authorised) return refused(0, '61003 the app has not authorised us');
  if (!wechat.readable) return refused(0, 'WeChat cannot be read');
  const found = seen(0);
  if (found !== null) return found;
  if (typeof step.freshUntil === 'number' && at > step.freshUntil)
    return { status: 'stale', at, writes: 0, answer: 'the health confirmation grew too old' };
  const uploadedSec = state.trial?.uploadedSec ?? null;
  const changed =
    step.effect === 'submitAudit'
      ? proofs.trialProblem(wechat.trial, { version: plan.version, uploadedSec })
      : null;
  if (changed !== null)
    return { status: 'refused', at, writes: 0, answer: changed, remedy, because: 'trialChanged' };
  if (fault === 'defer')
    return {
      status: 'deferred',
      at,
      writes: 0,
      answer: '45011 too many calls in this minute',
      afterMs: 60_000,
    };
  if (fault === 'refuse') return refused(1, '48001 no permission');
  const unknown: EffectResult = { status: 'unknown', at, writes: 3, answer: 'timeout', remedy };
  // What may be sent once only counts as sent.
  const given = fault === 'died' && EFFECTS[step.effect].maxWrites === 1;
  if (fault === 'unknown' || given) return unknown;
  const { percentage } = step;
  const { choice } = state.wayBack;
  const appVersion = choice?.way === 'revertCode' ? choice.appVersion : null;
  const refusal = wechat.write(step.effect, at, { percentage, appVersion });
  if (refusal !== null) return refused(1, refusal);
  written();
  if (fault === 'lost') return unknown;
  if (step.effect === 'speedupAudit') return { status: 'applied', at, writes: 1, answer: 'ok', facts: {} };
  return seen(fault === 'vanish' ? 0 : 1) ?? unknown;
}

export const EFFECT_NAMES = Object.keys(EFFECTS) as EffectName[];
