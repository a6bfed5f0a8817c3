/** What a reading of the ways back does to a release. */
import type { Blocked } from './attention.js';
import { needPerson } from './attention.js';
import { EFFECTS } from './effects.js';
import { nextPhase } from './phase.js';
import type { ReleasePlan } from './plan.js';
import type { WayBackReading } from './readings.js';
import { close, whyEnded } from './settle.js';
import { type ReleaseState, tell } from './state.js';
import { chooseWayBack, type WayBackChoice } from './way-back.js';

/** Readings of a full release that does not come online before a person must look: about five minutes. */
const MAX_PENDING_READS = 30;

/** The state after the way back was read; an abort before the first stage looks too, for someone may have begun it. */
export function wayBackRead(
  state: ReleaseState,
  plan: ReleasePlan,
  reading: WayBackReading,
  now: number,
): ReleaseState {
  const { baseline, target } = state;
  const wasOnline =
    state.ladder.everOnline || state.effects.some(({ endpoint }) => endpoint === EFFECTS.revertCode.endpoint);
  const { version } = plan;
  const own = { version, createdSec: state.ladder.createdSec, auditId: state.audit.id, wasOnline, target };
  const before = {
    online: baseline?.online ?? null,
    // A rollback of its own has no staged release to take back: any that runs is someone else's.
    grayCreatedSec: baseline?.grayPlan.createdSec ?? reading.grayPlan.createdSec,
  };
  const choice = chooseWayBack(reading, own, before);
  const loops = state.wayBack.loops + (choice.way === 'pending' ? 1 : 0);
  const next = { ...state, wayBack: { ...state.wayBack, choice, loops, readAt: reading.at } };
  if (state.phase === 'ready') return abortReady(next, choice, reading, now);
  if (choice.way === 'pending' && loops > MAX_PENDING_READS)
    return needPerson(
      next,
      'wayBack',
      {
        reason: `the staged release is finished, and ${plan.version} is not online: it can neither be cancelled nor rolled back`,
        remedy: 'look at the staged release in the console, then `retry`',
      },
      now,
    );
  if (choice.way !== 'foreign') return next;
  const reason = `users were not taken back: ${choice.text}`;
  // A rollback of its own that finds something else than it was started for has changed nothing: it need not wait.
  if (state.kind === 'rollback' && state.effects.length === 0) return close(next, 'failed', reason, now);
  // Who ended it had been told of what is not ours: nothing is left to ask.
  if (plan.rules >= 2 && choice.theirs !== undefined && endedKnowing(state))
    return close(next, 'failed', `${whyEnded(state)}; ${choice.text}, and is left alone`, now);
  return needPerson(next, 'wayBack', { reason, remedy: choice.remedy }, now);
}

/** A person ended it, after someone else's version or staged release was seen in place of ours. */
function endedKnowing({ guard, ending }: ReleaseState): boolean {
  const byPerson = ending !== null && !/^(metric |plan: )/.test(ending.by);
  return guard.observed.kind === 'otherVersion' && byPerson;
}

/** Nobody saw it, unless somebody else released our audit: then users are taken back first, or were by them. */
function abortReady(
  state: ReleaseState,
  choice: WayBackChoice,
  { grayPlan }: WayBackReading,
  now: number,
): ReleaseState {
  const { ladder, wayBack } = state;
  if (choice.way === 'nothing' || choice.way === 'foreign') {
    if (!ladder.begunByOthers)
      return close(state, 'aborted', `${whyEnded(state)}; no user saw it; ${AUDIT_STAYS}`, now);
    const gone: WayBackChoice = { way: 'nothing', text: `${choice.text}; ${AUDIT_STAYS}` };
    const back = { ...state, wayBack: { ...wayBack, choice: gone } };
    return turnBack(back, TAKEN_BACK, now);
  }
  const percentage = choice.way === 'revertGray' ? grayPlan.percentage : 100;
  const createdSec = choice.way === 'revertGray' ? choice.createdSec : null;
  return turnBack(
    { ...state, ladder: { ...ladder, percentage, createdSec } },
    `somebody else had released it to ${percentage} % meanwhile`,
    now,
  );
}

function turnBack(state: ReleaseState, because: string, now: number): ReleaseState {
  const { reason = '', by = '' } = state.ending ?? {};
  return tell(
    { ...state, phase: nextPhase(state.phase, 'takeBack'), pauses: [] },
    { at: now, what: 'taking users back', why: `${reason}; ${because}`, by },
  );
}

/** Nothing of ours was ever written, so that nobody has to wait until WeChat can be read again. */
export function abortUnread(state: ReleaseState, { reason }: Blocked, now: number): ReleaseState {
  const { begunByOthers } = state.ladder;
  const others = begunByOthers ? 'does so again' : 'did';
  const text = `${whyEnded(state)}; we released it to no user, and it could not be read whether somebody else ${others} (${reason}); ${AUDIT_STAYS}`;
  return begunByOthers
    ? close(turnBack(state, TAKEN_BACK, now), 'reverted', text, now)
    : close(state, 'aborted', text, now);
}

const TAKEN_BACK = 'somebody else had released it, and took it back';
const AUDIT_STAYS = 'the approved audit stays and can still be released in the console';
