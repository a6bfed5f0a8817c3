/** Asks a worker something about a plan: a short workflow, because tokens, addresses and secrets are there and not here. */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { TASK_QUEUE } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { type Cli, fired, say } from './context.js';
import { CliError } from './errors.js';

/** After this long it is said that a worker is waited for, milliseconds. */
const TELL_AFTER_MS = 2_000;

export interface Question {
  workflow: string;
  /** A noun: `check`. */
  what: string;
  plan: { app: string; version: string };
  /** The workflow's one argument. */
  input: unknown;
}

/** The answer, waited for as long as the person does. @throws CliError when they stop waiting */
export async function askWorker<Answer>(
  cli: Cli,
  { client }: Temporal,
  { workflow, what, plan, input }: Question,
): Promise<Answer> {
  const handle: WorkflowHandle = await client.workflow.start(workflow, {
    workflowId: `${workflow}:${plan.app}:${randomUUID()}`,
    taskQueue: TASK_QUEUE,
    args: [input],
    staticSummary: `${what} ${plan.version} for ${plan.app}`,
    workflowExecutionTimeout: '1h',
  });
  const timer = setTimeout(() => {
    say(
      cli,
      `waiting for a worker on task queue ${TASK_QUEUE} (\`npm run worker\` or \`weapp-rollout up\`; Ctrl-C ends)`,
    );
  }, TELL_AFTER_MS);
  const interrupted = cli.interruptible();
  try {
    const result = await Promise.race([handle.result(), fired(interrupted)]);
    if (interrupted.aborted) {
      await handle.terminate('nobody waits for the answer any more');
      throw new CliError(`stopped waiting; the ${what} was called off`);
    }
    return result as Answer;
  } finally {
    clearTimeout(timer);
  }
}
