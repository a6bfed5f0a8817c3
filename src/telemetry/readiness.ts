/** Whether a process can do its work now: for `/readyz`. `/livez` asks none of this. */
import { type AskableConnection, whyUnreachable } from '../servers/grpc.js';

/** `why` is one line for whoever looks. */
export interface Readiness {
  ready: boolean;
  why: string;
}

/** How long a server has to answer, and how long its answer counts. Milliseconds. */
const ANSWER_MS = 2_000;
const KEPT_MS = 5_000;

/** Why the Temporal server does not answer, null when it does; asked at most every five seconds. Never rejects. */
export function serverTrouble(
  connection: AskableConnection,
  now: () => number = Date.now,
): () => Promise<string | null> {
  let last: { at: number; why: Promise<string | null> } | null = null;
  return () => {
    if (last === null || now() - last.at >= KEPT_MS)
      last = { at: now(), why: whyUnreachable(connection, ANSWER_MS) };
    return last.why;
  };
}

/** Whether it answers, likewise. */
export function serverAnswers(connection: AskableConnection, now?: () => number): () => Promise<boolean> {
  const trouble = serverTrouble(connection, now);
  return async () => (await trouble()) === null;
}

/** What a worker says of itself (`worker.getStatus()`). */
export interface WorkerState {
  runState: string;
  workflowPollerState: string;
  activityPollerState: string;
}

/**
 * A worker is ready when it runs, polls for both kinds of tasks, and its server answers. The moment it is told to stop it
 * no longer is.
 * @param state null until there is a worker
 */
export function workerReadiness(
  state: () => WorkerState | null,
  answers: () => Promise<boolean>,
): () => Promise<Readiness> {
  return async () => {
    const before = unready(state());
    if (before !== null) return before;
    if (!(await answers())) return { ready: false, why: 'the Temporal server does not answer' };
    return unready(state()) ?? { ready: true, why: 'polling' };
  };
}

function unready(state: WorkerState | null): Readiness | null {
  if (state === null) return { ready: false, why: 'starting' };
  const { runState, workflowPollerState, activityPollerState } = state;
  if (runState !== 'RUNNING') return { ready: false, why: `the worker is ${runState.toLowerCase()}` };
  if (workflowPollerState !== 'POLLING') return { ready: false, why: 'it does not poll for workflow tasks' };
  if (activityPollerState !== 'POLLING') return { ready: false, why: 'it does not poll for activities' };
  return null;
}
