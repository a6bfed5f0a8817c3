/** What a command's end tells a script: one table for all commands. */
import type { Outcome, ReleaseStatus } from '../domain/status.js';

export const EXIT = {
  /** Released, or: the command was accepted, the thing was shown. */
  ok: 0,
  /** This tool or its connection. */
  tool: 1,
  /** Wrong usage, or a plan that may not be started. */
  usage: 2,
  /** Users were taken back. */
  takenBack: 3,
  /** WeChat rejected the audit. */
  rejected: 4,
  /** Nothing goes on until a person acts. */
  waiting: 5,
  aborted: 6,
  failed: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Each in words, for documentation. */
export const EXIT_MEANINGS: Record<ExitCode, string> = {
  [EXIT.ok]: 'released; or the command was accepted, the thing was shown',
  [EXIT.tool]: 'this tool or its connection; a command was refused',
  [EXIT.usage]: 'wrong usage, or a plan that may not be started',
  [EXIT.takenBack]: 'users were taken back (reverted, rolledBack)',
  [EXIT.rejected]: 'WeChat rejected the audit',
  [EXIT.waiting]:
    'waits for a person: paused, held, an approval, a resubmission after a rejection, or someone must look',
  [EXIT.aborted]: 'aborted before any user saw it',
  [EXIT.failed]: "failed, or ended by Temporal's `terminate`",
};

export const OUTCOME_EXIT: Record<Outcome, ExitCode> = {
  released: EXIT.ok,
  reverted: EXIT.takenBack,
  rolledBack: EXIT.takenBack,
  rejected: EXIT.rejected,
  aborted: EXIT.aborted,
  failed: EXIT.failed,
};

/** For `--exit-code` and the end of `--watch`: by outcome, or whether it waits for a person. */
export function exitCodeOf(
  status: Pick<ReleaseStatus, 'outcome' | 'attention' | 'paused' | 'stages' | 'gate' | 'audit'>,
): ExitCode {
  if (status.outcome !== null) return OUTCOME_EXIT[status.outcome];
  return waitsForPerson(status) ? EXIT.waiting : EXIT.ok;
}

/** A freeze and a window end by themselves; these do not. */
function waitsForPerson({
  attention,
  paused,
  gate,
  audit,
  stages,
}: Parameters<typeof exitCodeOf>[0]): boolean {
  if (attention !== null || paused.length > 0 || gate !== null) return true;
  return audit.state === 'rejected' || stages.some(({ state }) => state === 'holding');
}

/** The table for `--help`. */
export const EXIT_CODES_HELP = `Exit codes:
  0  released; or accepted, shown       4  WeChat rejected the audit
  1  this tool, or its connection       5  waits for a person (pause, approval, hold,
  2  wrong usage, or an invalid plan       attention, resubmit after a rejection)
  3  users were taken back              6  aborted before any user saw it
                                        7  failed
  status ends with 0 unless it is told --watch or --exit-code.`;
