/** What a person can do about what someone did elsewhere, per kind. */
import { RETRY_UPLOAD } from './anew.js';
import type { ReleasePlan } from './plan.js';
import type { Observed } from './readings.js';
import type { ReleaseState } from './state.js';

/** After a newer audit. */
const ANEW =
  'a new release has its own audit, or takes the newer one by `source: approved` if that is of this version and passed';

/** Drift that a person must look at in this phase, and what helps. */
export function remedyOf(
  { phase, baseline }: ReleaseState,
  { source, version }: ReleasePlan,
  { kind }: Exclude<Observed, { kind: 'ours' }>,
): string {
  if (kind === 'newCommit') return RETRY_UPLOAD[source];
  if (phase === 'preparing' || phase === 'auditing' || phase === 'ready')
    return kind === 'newAudit' && phase === 'ready'
      ? `\`abort\`, then start again: ${ANEW}`
      : 'put it right in the console (it is read again by itself), or `retry` to begin from what is there, or `abort`';
  switch (kind) {
    case 'advanced':
    case 'started':
    case 'finished':
      return 'take it over by `resume` with {"adopt":true}, or `abort` to take users back';
    case 'cancelled':
      return `it cannot go on, and nothing is urgent: users have ${baseline?.online?.version ?? 'the version before'}. \`abort\` ends it; to try again start with \`source: approved\`, the audit stands`;
    case 'otherVersion':
      return `bring ${version} back in the console (it is read again by itself), or \`abort\` to end this release: what is not ours is left alone`;
    case 'paused':
      return 'resume it in the console (mp.weixin.qq.com, version management; it is read again by itself), or `abort` to take users back';
    case 'absent':
      return 'nothing of ours is there: `retry` reads, and sends it again; `giveUp` closes';
    case 'newAudit':
      // Not even withdrawing it makes ours the latest again.
      return `WeChat releases what passed last, so nothing of ours is raised past it: \`abort\` takes users back; then start again: ${ANEW}`;
    case 'unreadable':
      return 'it is read again by itself, and goes on once it can be; `abort` takes users back as soon as WeChat answers';
  }
}
