/** Everyone does what the status says may be done, and nothing goes wrong any more: every release comes to its end. */
import type { Verb } from '../../../src/domain/commands.js';
import { check } from './check.js';
import type { Driver } from './driver.js';
import { HOUR, MINUTE, OURS } from './given.js';
import type { Story } from './happen.js';

/** What people who want it to go on send, when the status offers it. */
const ONWARD = ['resume', 'retry', 'resubmit', 'unfreeze', 'promote'];
const ROUNDS = 60;

export function bringToItsEnd(story: Story): void {
  const { driver } = story;
  for (let round = 0; round < ROUNDS && driver.state.phase !== 'closed'; round += 1) {
    putRight(story);
    doAsOffered(driver);
    driver.run(30 * MINUTE);
  }
  const { state } = driver;
  if (state.phase === 'closed') return;
  const looks = state.attention === null ? 'it goes nowhere' : 'a person must look for ever';
  check(story.spoilt, () => `${looks}: ${driver.status.reason}`);
  endIt(story);
}

/** WeChat and the providers work, and colleagues undo what they did. */
function putRight(story: Story): void {
  const { wechat, faults, delays, doing, around, plan, now, state } = story.driver;
  wechat.readable = true;
  wechat.authorised = true;
  wechat.unpause();
  wechat.verdict = { after: 0, status: 'approved', reason: '', delayedMs: 0 };
  wechat.laterVerdicts = [];
  const step = state.attention?.step;
  const wayBack = step === 'wayBack';
  // A staged release that someone else began is in the way, whatever it brings.
  if (wayBack || step === 'survey' || wechat.grayVersion !== OURS) wechat.cancel();
  // A full release that never comes online by itself is pushed in the console.
  if (wayBack && wechat.gray.status === 'finished') wechat.finish(now);
  // Whoever uploaded our version uploads it again.
  if (plan.source === 'uploaded' && wechat.trial?.version !== OURS) wechat.upload(OURS, now);
  faults.clear();
  delays.clear();
  doing.broken.clear();
  around.verifyMs = 0;
  story.heal();
}

/** What the status offers is sent as it stands; approvals come from those who are asked. */
export function doAsOffered(driver: Driver): void {
  for (const { name, provider } of driver.plan.health)
    if (provider.kind === 'push') driver.push({ metric: name, value: 0.001 });
  let { status } = driver;
  for (const verb of ONWARD) {
    const offered = status.allowed.find((entry) => entry.verb === verb);
    const held = status.stages.some(({ state }) => state === 'holding');
    if (offered === undefined || (verb === 'promote' && !held)) continue;
    const steered = driver.signal(verb as Verb, offered.json);
    ({ status } = driver);
    check(
      typeof steered !== 'string' && steered.accepted,
      () => `${verb} ${JSON.stringify(offered.json)} is offered and refused`,
    );
  }
  const { gate } = status;
  for (const by of gate?.approvers ?? [])
    driver.signal('approve', { by, reason: 'looks good', ...(gate?.claimed ? {} : { signature: 'good' }) });
}

/** Nobody can put it right: users are taken back, or somebody gives up once no staged release of ours runs. */
function endIt(story: Story): void {
  const { driver } = story;
  for (const verb of ['abort', 'retry', 'giveUp'] as const) {
    if (driver.state.phase === 'closed') return;
    putRight(story);
    driver.signal(verb, { by: 'ann', reason: 'it must end', withdrawAudit: true });
    driver.run(HOUR);
  }
  check(driver.state.phase === 'closed', () => `it is stuck: ${driver.status.reason}`);
}
