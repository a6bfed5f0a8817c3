/** How a person at a terminal waits for a release's answer. */
import type { Patience } from '../releases/deliver.js';
import { type Cli, say } from './context.js';

const WAITS = {
  signal: 'accepted by Temporal; waiting for a worker to act on it (Ctrl-C stops waiting, not the command)',
  update:
    'no worker has answered yet; waiting for one (`npm run worker` or `weapp-rollout up`; Ctrl-C stops waiting)',
};

/** Until Ctrl-C; says after a moment what is waited for. */
export function patienceOf(cli: Cli): Patience {
  return { stop: cli.interruptible(), waits: (via) => say(cli, WAITS[via]) };
}
