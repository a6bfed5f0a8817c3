/** What people see of a release must always be there, be short enough, and tell a way out. */
import { isDeepStrictEqual } from 'node:util';
import { EXIT, exitCodeOf } from '../../../src/cli/exit-codes.js';
import type { Decided, Step } from '../../../src/domain/decide.js';
import { stepSummary } from '../../../src/domain/decide.js';
import { currentDetails } from '../../../src/domain/details.js';
import { gateStatus } from '../../../src/domain/gates.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import type { ReleaseStatus } from '../../../src/domain/status.js';
import { statusOf } from '../../../src/domain/view.js';
import { check } from './check.js';

const IDS = { workflowId: 'release:wx0123456789abcdef', runId: 'run' };

/** Current Details are cut beyond this by some proxies, bytes. */
const MOST_BYTES = 4_096;

/** What a step is, without the moments in it. */
export function waitsFor(step: Step): string {
  return stepSummary(step).replace(/\d+/g, '#');
}

/** The gate that people are told to open. */
export function gateOf(state: ReleaseState, plan: ReleasePlan, now: number): string | null {
  return gateStatus(state, plan, now)?.gate ?? null;
}

/** The clock of human wait runs exactly while the command line would say that a person is waited for. */
function checkDurations(state: ReleaseState, status: ReleaseStatus): void {
  const { totalMs = 0, progressMs = -1, humanWaitMs = -1 } = status.durations ?? {};
  check(
    progressMs >= 0 && humanWaitMs >= 0 && progressMs + humanWaitMs === totalMs,
    () => `${totalMs} ms are not ${progressMs} and ${humanWaitMs}`,
  );
  if (state.phase === 'closed') return;
  const runs = (state.humanWait?.since ?? null) !== null;
  const waits = exitCodeOf(status) === EXIT.waiting;
  check(runs === waits, () => `human wait is ${runs ? '' : 'not '}counted: ${status.reason}`);
}

export function checkShown(
  state: ReleaseState,
  plan: ReleasePlan,
  { step, watches }: Decided,
  now: number,
): void {
  check(isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state), () => 'the state is not plain JSON');
  const status = statusOf(state, plan, IDS, now);
  check(isDeepStrictEqual(JSON.parse(JSON.stringify(status)), status), () => 'the status is not plain JSON');
  const details = Buffer.byteLength(currentDetails(status, now));
  check(details < MOST_BYTES, () => `the details have ${details} bytes`);
  check(status.reason !== '', () => 'the status has no reason');
  check(status.next.what !== '', () => 'the status says not what is next');
  checkDurations(state, status);
  if (step.do !== 'wait') return;
  const ways = (step.until === null ? 0 : 1) + watches.length + status.allowed.length;
  check(ways > 0, () => `nothing can end the wait: ${step.why}`);
  if (state.attention === null) return;
  const verbs = status.allowed.map(({ verb }) => verb);
  check(verbs.includes('retry'), () => `a person must look, and may send ${verbs.join(', ') || 'nothing'}`);
  check(state.attention.remedy !== '', () => 'a person must look, and is told nothing');
}
