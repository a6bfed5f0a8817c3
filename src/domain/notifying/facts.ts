/** What there is to tell of a release, in the fewest words: two of these compared are what has happened. */
import { withoutCallId } from '../attention.js';
import type { ReleaseState } from '../state.js';
import type { PauseReason, ReleaseStatus } from '../status.js';

export interface Facts {
  phase: ReleaseStatus['phase'];
  outcome: ReleaseStatus['outcome'];
  audit: string;
  /** One key a reason. */
  paused: string[];
  attention: string | null;
  /** The gate that waits, and since when it asks. */
  gate: string | null;
  /** How many stages were reached, that of everyone only once everyone has it. */
  level: number;
  freeze: string | null;
  override: boolean;
  notices: string[];
}

/** Of a release that has not begun. */
export const NO_FACTS: Facts = {
  phase: 'preparing',
  outcome: null,
  audit: 'none ',
  paused: [],
  attention: null,
  gate: null,
  level: 0,
  freeze: null,
  override: false,
  notices: [],
};

/** The facts of a status and the state that it is of. */
export function factsOf(state: ReleaseState, status: ReleaseStatus): Facts {
  const { attention, gate, freeze, audit } = status;
  return {
    phase: status.phase,
    outcome: status.outcome,
    audit: `${audit.state} ${audit.auditId ?? ''}`,
    paused: status.paused.map(pauseKey),
    attention: attention === null ? null : `${attention.step}: ${withoutCallId(attention.reason)}`,
    gate: gate === null ? null : `${gate.gate} ${gate.since}`,
    level: levelOf(status),
    freeze: freeze === null ? null : `${freeze.until} ${freeze.by} ${freeze.reason}`,
    override: status.override !== null,
    // Not the status': it counts messages that nothing could be made of, and what was not sent.
    notices: state.notices,
  };
}

export const pauseKey = ({ kind, metric, reason }: PauseReason): string =>
  `${kind} ${metric ?? ''} ${reason}`;

function levelOf({ phase, stages }: ReleaseStatus): number {
  if (phase === 'baking') return stages.length;
  return stages.slice(0, -1).findLastIndex(({ confirmedAt }) => confirmedAt !== null) + 1;
}
