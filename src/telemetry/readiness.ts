/** Whether a process can do its work now: for `/readyz`. `/livez` asks none of this. */

/** `why` is one line for whoever looks. */
export interface Readiness {
  ready: boolean;
  why: string;
}

/** As much of a connection to Temporal as is asked; that of a client and that of a worker both fit. */
export interface AskableConnection {
  withDeadline<T>(deadline: number, ask: () => Promise<T>): Promise<T>;
  workflowService: { getSystemInfo(request: object): Promise<unknown> };
}

/** How long a server has to answer, and how long its answer counts. Milliseconds. */
const ANSWER_MS = 2_000;
const KEPT_MS = 5_000;

/** Whether the Temporal server answers, asked at most every five seconds. Never rejects. */
export function serverAnswers(
  connection: AskableConnection,
  now: () => number = Date.now,
): () => Promise<boolean> {
  let last: { at: number; answers: Promise<boolean> } | null = null;
  return () => {
    if (last === null || now() - last.at >= KEPT_MS) {
      const asked = connection.withDeadline(Date.now() + ANSWER_MS, () =>
        connection.workflowService.getSystemInfo({}),
      );
      last = { at: now(), answers: asked.then(yes, no) };
    }
    return last.answers;
  };
}

const yes = () => true;
const no = () => false;

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
