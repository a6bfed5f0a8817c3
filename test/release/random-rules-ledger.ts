/** What WeChat's ledger shows, held against what the release told. Everything in it that a request caused is ours. */
import type { LedgerEffect, LedgerEvent } from '../../src/simulator/state/ledger.js';
import { OURS } from './random-plans.js';
import type { Known } from './random-rules.js';

/** What makes an upload, and a submission, once more: somebody said so, or another's audit took the place of ours. */
const UPLOADS = /^(retry|resubmit|waits for the audit|withdraws the audit)$/;
const BACK: ReadonlySet<string> = new Set(['revertgrayrelease', 'revertcoderelease']);

export function brokenLedger(known: Known): string[] {
  return [...rising(known), ...told(known), ...wished(known), ...owned(known)];
}

const titleOf = ({ endpoint, percentage }: Pick<LedgerEffect, 'endpoint' | 'percentage'>): string =>
  endpoint === 'grayrelease' ? `${endpoint} ${percentage}` : endpoint;

/** Our percentages only rise until someone cancels what runs; nothing of ours goes out after users were taken back. */
function rising({ played }: Known): string[] {
  const { effects, events } = played.ledger;
  const entries: (LedgerEffect | LedgerEvent)[] = [...effects, ...events].sort((a, b) => a.at - b.at);
  const broken: string[] = [];
  let highest = -1;
  let reverted = false;
  for (const entry of entries) {
    if ('what' in entry) {
      if (entry.what === 'consoleDelete') highest = -1;
      if (entry.what === 'consoleAdvance') highest = Math.max(highest, entry.percentage ?? 0);
      continue;
    }
    if (BACK.has(entry.endpoint)) {
      reverted = true;
      continue;
    }
    if (reverted) broken.push(`${titleOf(entry)} after users were taken back`);
    if (entry.endpoint !== 'grayrelease') continue;
    const { percentage = 0 } = entry;
    if (percentage <= highest) broken.push(`${titleOf(entry)} after ${highest}`);
    highest = percentage;
  }
  return broken;
}

/** Every effect is told, none is told that was none, and none was brought about twice by one step. */
function told({ played }: Known): string[] {
  const { effects, events } = played.ledger;
  const titles = new Set([...effects.map(titleOf), ...played.final.effects.map(titleOf)]);
  return [...titles].flatMap((title) => {
    const there = effects.filter((effect) => titleOf(effect) === title).length;
    const records = played.final.effects.filter((record) => titleOf(record) === title);
    const applied = records.filter(({ result }) => result === 'applied').length;
    const possible = records.filter(({ result }) => result !== 'refused').length;
    // Somebody else may have done just that, with a button.
    const elsewhere = events.filter(({ what }) => what.startsWith('console')).length;
    return [
      ...(there > possible
        ? [`${title} is ${there} times in the ledger and ${possible} times in the status`]
        : []),
      ...(applied > there + elsewhere
        ? [`${title} is told ${applied} times and happened ${there} times`]
        : []),
    ];
  });
}

/** No upload, submission, speed-up or withdrawal that nobody asked for. */
function wished({ played, story }: Known): string[] {
  const count = (endpoint: string) =>
    played.ledger.effects.filter((effect) => effect.endpoint === endpoint).length;
  const wishes = 1 + story.count(UPLOADS);
  const { audit } = played.plan;
  const withdraws =
    audit.onForeignAudit === 'withdraw' || audit.onDeadline === 'withdraw' || story.told(/^abort$/);
  return [
    ...(count('commit') > wishes ? [`${count('commit')} uploads, and ${wishes} were asked for`] : []),
    ...(count('submit_audit') > wishes
      ? [`${count('submit_audit')} audits, and ${wishes} were asked for`]
      : []),
    ...(count('speedupaudit') > 0 && !audit.speedup
      ? ['an audit was sped up, and the plan says nothing of it']
      : []),
    ...(count('undocodeaudit') > 0 && !withdraws ? ['an audit was withdrawn, and nobody said so'] : []),
  ];
}

/** Nobody else's version or staged release was touched. */
function owned({ played }: Known): string[] {
  return played.ledger.effects.flatMap(({ endpoint, version, from }) => {
    const theirs = endpoint === 'revertcoderelease' ? from : version;
    return endpoint === 'undocodeaudit' || theirs === undefined || theirs === OURS
      ? []
      : [`${endpoint} of ${theirs}, which is not ours`];
  });
}
