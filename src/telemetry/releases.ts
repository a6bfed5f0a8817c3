/**
 * Releases by phase and outcome, as Temporal's visibility counts them: the same from every process and after every restart.
 * Servers group counts by nothing but ExecutionStatus (1.32), so each value is counted on its own.
 */
import { inTime } from '../credentials/waiting.js';
import { OUTCOMES, type Outcome, PHASES, type Phase } from '../domain/status.js';
import { GRPC, grpcCode } from '../servers/grpc.js';
import { RELEASE_WORKFLOW, ROLLBACK_WORKFLOW } from '../workflows/messages.js';

/** As much of a client as is asked. */
export interface CountingClient {
  withDeadline<T>(deadline: number, ask: () => Promise<T>): Promise<T>;
  workflow: {
    count(query: string): Promise<{ count: number; groups: { count: number; groupValues: unknown[] }[] }>;
  };
}

export type OpenPhase = Exclude<Phase, 'closed'>;
export const OPEN_PHASES = PHASES.filter((phase): phase is OpenPhase => phase !== 'closed');

/** One look at all releases that the namespace still knows. */
export interface Counted {
  /** `unknown`: it runs, and does not write search attributes. */
  running: Record<OpenPhase | 'unknown', number>;
  paused: number;
  attention: number;
  /** `none`: Temporal ended it (terminated, timed out, failed), or it closed without search attributes. */
  closed: Record<Outcome | 'none', number>;
}

/** Why there are no numbers: `unregistered`, the namespace lacks the search attributes; `unavailable`, no answer in time. */
export type CountTrouble = 'unregistered' | 'unavailable';

const EVERY = `WorkflowType IN ('${RELEASE_WORKFLOW}', '${ROLLBACK_WORKFLOW}')`;
const RUNNING = `${EVERY} AND ExecutionStatus = 'Running'`;
/** A run that goes on as another is no end of a release. */
const ENDED = `${EVERY} AND ExecutionStatus NOT IN ('Running', 'ContinuedAsNew')`;

/** Counts, all within `limitMs`. Never rejects. */
export async function countReleases(
  client: CountingClient,
  limitMs: number,
): Promise<Counted | CountTrouble> {
  const count = async (query: string) => (await client.workflow.count(query)).count;
  const each = async <Name extends string>(names: readonly Name[], query: (name: Name) => string) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await count(query(name))] as const)),
    ) as Record<Name, number>;
  const ask = async (): Promise<Counted> => {
    const [running, unknown, paused, attention, closed, none] = await Promise.all([
      each(OPEN_PHASES, (phase) => `${RUNNING} AND ReleasePhase = '${phase}'`),
      count(`${RUNNING} AND ReleasePhase IS NULL`),
      count(`${RUNNING} AND ReleasePaused = true`),
      count(`${RUNNING} AND ReleaseAttention = true`),
      each(OUTCOMES, (outcome) => `${ENDED} AND ReleaseOutcome = '${outcome}'`),
      count(`${ENDED} AND ReleaseOutcome IS NULL`),
    ]);
    return { running: { ...running, unknown }, paused, attention, closed: { ...closed, none } };
  };
  try {
    const counted = client.withDeadline(Date.now() + limitMs, ask);
    // A connection that has not come about yet knows no deadline.
    return (await inTime(limitMs, counted)) ?? 'unavailable';
  } catch (error) {
    return grpcCode(error) === GRPC.invalidArgument ? 'unregistered' : 'unavailable';
  }
}
