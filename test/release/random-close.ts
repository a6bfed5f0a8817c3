/** A person on call brings a release to its end, with nothing but what its status offers. */
import type { ReleaseStatus } from '../../src/domain/status.js';
import { clearFaults, ifPossible } from './random-happen.js';
import { OURS, SERIES } from './random-plans.js';
import { type Observed, sleep } from './random-release.js';

/** What people who want it to go on send, when the status offers it. */
const ONWARD = ['unfreeze', 'resume', 'retry', 'resubmit', 'approve'];
const ROUND_MS = 1_500;
/** Rounds without a change after which the person ends it, and how long that may take. */
const PATIENCE = 5;
const MOST_ROUNDS = 40;
const ENDING_ROUNDS = 50;

/** Resolves true when the release closed. Until it is calm, people only do what they are asked for, and nobody puts anything right. */
export async function bringToItsEnd(release: Observed, isCalm: () => boolean): Promise<boolean> {
  let idle = 0;
  let before = '';
  for (let round = 0; round < MOST_ROUNDS && idle < PATIENCE && release.broken.size === 0; round += 1) {
    const calm = isCalm();
    if (calm) putRight(release);
    await goOn(release);
    await sleep(ROUND_MS);
    const status = await release.look();
    if (release.isClosed) return true;
    const now = status === null ? '' : situationOf(status);
    idle = calm && now === before && !isOnItsWay(status) ? idle + 1 : 0;
    before = now;
  }
  return endIt(release);
}

async function endIt(release: Observed): Promise<boolean> {
  for (let round = 0; round < ENDING_ROUNDS && release.broken.size === 0; round += 1) {
    putRight(release);
    // Where a try again has not helped, it is given up.
    for (const verb of ['abort', round % 2 === 0 ? 'retry' : 'giveUp'])
      if (!release.isClosed) await release.doAsOffered(verb);
    await sleep(ROUND_MS);
    await release.look();
    if (release.isClosed) return true;
  }
  return false;
}

async function goOn(release: Observed): Promise<void> {
  await release.report(0.001);
  for (const verb of ONWARD) if (!release.isClosed) await release.doAsOffered(verb);
  const { gate, stages } = release.last ?? {};
  // Everyone who is asked agrees.
  if (gate) for (const _name of gate.approvers) await release.doAsOffered('approve');
  if (stages?.some(({ state }) => state === 'holding')) await release.doAsOffered('promote');
}

/** WeChat and the providers work, and colleagues undo what they did. */
function putRight(release: Observed): void {
  const { world, app, last } = release;
  const { simulator } = world;
  const { control } = simulator;
  clearFaults(simulator, app);
  for (const name of Object.values(SERIES)) release.measures(name, 0.002);
  control.metrics({ app, name: 'launches', version: OURS, value: 40_000 });
  ifPossible(() => control.console({ app, action: 'resume' }));
  const running = control.state(app).audits.find(({ status }) => status === 2 || status === 4);
  if (running?.foreign) ifPossible(() => control.console({ app, action: 'withdraw' }));
  else if (running !== undefined) ifPossible(() => control.audit({ app, verdict: 'approve' }));
  if (last?.phase === 'reverting' && last.attention !== null)
    ifPossible(() => control.console({ app, action: 'delete' }));
}

/** What would be different if anything had happened. */
function situationOf({ phase, reason, effects }: ReleaseStatus): string {
  return JSON.stringify([phase, reason, effects.length]);
}

/** It goes on by itself: nobody is waited for. */
function isOnItsWay(status: ReleaseStatus | null): boolean {
  return status === null || (status.attention === null && status.paused.length === 0);
}
