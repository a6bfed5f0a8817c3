/** The watches of a release as activities carry them out, on the fake WeChat: one look at a time, each says when the next is due. */
import type { Watch } from '../../../src/domain/decide.js';
import { isOnline } from '../../../src/domain/proofs.js';
import { isAuditOpen } from '../../../src/domain/readings.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import { confirmation, guard } from './fake-guard.js';
import { SECOND } from './given.js';
import { type Look, type Running, type Surroundings, UNAUTHORISED } from './surroundings.js';

export function startWatch(watch: Watch, state: ReleaseState, around: Surroundings, now: number): Running {
  switch (watch.watch) {
    case 'audit':
      return { due: now, look: (at) => lookAtAudit(watch, around, at) };
    case 'online':
      return { due: now, look: (at) => lookForOnline(watch.until, state, around, at) };
    case 'signature': {
      // A signature is good when it says so.
      const { commandId, signature } = watch.signed;
      const result = { commandId, ok: signature === 'good', why: 'the signature is not of this key' };
      const due = now + SECOND + around.verifyMs;
      return { due, look: () => ({ event: { type: 'authenticated', result } }) };
    }
    case 'confirm':
      return confirmation(watch, state, around, now);
    case 'guard':
      return guard(watch.guard, state, around, now);
  }
}

function lookAtAudit(watch: Extract<Watch, { watch: 'audit' }>, { wechat }: Surroundings, at: number): Look {
  if (!wechat.authorised) return { event: { type: 'blocked', step: 'watchAudit', blocked: UNAUTHORISED } };
  const reading = wechat.auditOf(watch.auditId);
  if (!wechat.readable || reading === null) return { again: at + 30 * SECOND };
  if (isAuditOpen(reading.status) && reading.status === watch.known) return { again: at + watch.pollMs };
  return { event: { type: 'audit', reading, at } };
}

function lookForOnline(until: number, state: ReleaseState, around: Surroundings, at: number): Look {
  const { plan, wechat } = around;
  const baselineOnlineSec = state.baseline?.online?.timeSec ?? null;
  const readable = wechat.readable && wechat.authorised;
  if (readable && isOnline(wechat.online, { version: plan.version, baselineOnlineSec }))
    return { event: { type: 'online', online: true, at } };
  if (at >= until) return { event: { type: 'online', online: false, at } };
  return { again: at + Math.min(5 * SECOND, until - at) };
}
