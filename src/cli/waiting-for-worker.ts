/** What takes a worker takes long where there is none: it is said. */
import { TASK_QUEUE } from '../workflows/messages.js';
import { type Cli, say } from './context.js';

/** After this long, milliseconds. */
const TELL_AFTER_MS = 2_000;

/** The answer of a worker; meanwhile it is said what is waited for. */
export async function sayingThatItWaits<Answer>(cli: Cli, answer: Promise<Answer>): Promise<Answer> {
  const timer = setTimeout(() => {
    say(
      cli,
      `waiting for a worker on task queue ${TASK_QUEUE} (\`npm run worker\` or \`weapp-rollout up\`; Ctrl-C ends)`,
    );
  }, TELL_AFTER_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
