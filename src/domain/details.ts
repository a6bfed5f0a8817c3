/**
 * Current Details for the Temporal Web UI: Markdown that a person who knows only that page can act on.
 * Its renderer turns `2/5` into a fraction, `$…$` into mathematics and `--` into a dash and passes HTML through,
 * so numbers stand in backticks and other people's words are escaped. Kept under 4 KB: some proxies cut more.
 * What a person must know first stands first, so that cutting loses the least.
 */
import { afterwards, backStoryOf, deciderText, standing, theirsText } from './back-story.js';
import { commands, notTaken, refusedLast } from './details-commands.js';
import { health } from './details-health.js';
import { ladder } from './details-ladder.js';
import { type Block, block, code, escapeText, sayText, time, within } from './details-text.js';
import { readable } from './readable.js';
import { refusalOf } from './refusal.js';
import type { PauseReason, ReleaseStatus } from './status.js';
import { isReasonTold, nextAt } from './told.js';
import { foldRepeats, type TriedEffect, triedWord } from './tried.js';

export { escapeText } from './details-text.js';

const MAX_BYTES = 4_000;

/** The page's Markdown at `now` (milliseconds since the epoch), under 4 KB. */
export function currentDetails(status: ReleaseStatus, now: number): string {
  return within(
    [
      title(status),
      headline(status),
      ...notTaken(status),
      ...attention(status),
      ...wentBack(status),
      ...after(status),
      ...rejected(status),
      ...trial(status),
      ...gate(status),
      ...status.paused.map((pause) => paused(pause, status)),
      ...frozen(status),
      ...next(status),
      ladder(status, now),
      ...health(status),
      block(`**Way back:** ${sayText(status.wayBack.text)}`),
      ...window(status),
      ...deadline(status),
      ...commands(status),
      ...notes(status),
    ],
    MAX_BYTES,
  );
}

function title({ kind, app, version, previousVersion }: ReleaseStatus): Block {
  const what =
    kind === 'rollback'
      ? `Rollback of ${escapeText(version, 64)} to ${escapeText(previousVersion ?? 'the version before', 64)}`
      : escapeText(version, 64);
  return block(`## ${what} for ${escapeText(app)}`);
}

function headline(status: ReleaseStatus): Block {
  const { reason } = status;
  const why = isReasonTold(status) ? '' : `: ${escapeText(readable(reason))}`;
  const instead = status.theirs ? `, in its place ${escapeText(theirsText(status.theirs))}` : '';
  const { word, where, percent } = standing(status);
  const holding = status.stages.some(({ state }) => state === 'holding');
  const holds = holding && status.allowed.some(({ verb }) => verb === 'promote') ? HOLDS : '';
  return block(`**${word}** ${where} ${code(percent)}${instead}${why}.${holds}`);
}

const HOLDS = ' It holds here until somebody sends `promote`.';

function attention({ attention: looked }: ReleaseStatus): Block[] {
  if (looked === null) return [];
  const { reason, remedy, since, covers } = looked;
  return [
    block(
      `**A person must look:** ${escapeText(reason)} (since ${time(since)})`,
      '',
      `What to do: ${sayText(remedy)}`,
    ),
    ...(covers === undefined ? [] : [block(`And once that is settled: ${escapeText(covers.reason)}`)]),
  ];
}

/** Why it went back, who decided, what was done and what users have: for someone who was woken by it. */
function wentBack(status: ReleaseStatus): Block[] {
  const story = backStoryOf(status);
  if (story === null) return [];
  const { why, percentage, at, done, usersHave } = story;
  return [
    {
      lines: [
        `**${story.metric === null ? 'Why it went back' : 'What failed'}:** ${escapeText(why)}, at \`${percentage} %\` of users`,
        '',
        `**Decided** ${time(at)} by ${escapeText(deciderText(story), 150)}.`,
        ...(usersHave === null ? [] : ['', `**Users have** ${escapeText(usersHave, 200)}.`]),
        ...foldRepeats(done).flatMap((effect) => ['', `**${triedWord(effect)}:** ${effectText(effect)}`]),
      ],
      least: 1,
    },
  ];
}

function after(status: ReleaseStatus): Block[] {
  const text = afterwards(status);
  return text === null ? [] : [block(`**What to do:** ${sayText(text)}`)];
}

function effectText({ endpoint, result, at, writes, answer, repeats }: TriedEffect): string {
  const times = writes > 1 ? `, sent \`${writes}\` times` : '';
  const often = repeats > 1 ? `, \`${repeats}\` times, last` : '';
  return `${code(endpoint)} ${result}${often} ${time(at)}${times}. ${escapeText(answer, 200)}`;
}

function rejected({ audit, outcome }: ReleaseStatus): Block[] {
  if (audit.state !== 'rejected' || outcome !== null) return [];
  const until = audit.resubmitUntil === null ? '' : ` Send \`resubmit\` until ${time(audit.resubmitUntil)}.`;
  return [block(`**Rejected by WeChat:** ${escapeText(readable(audit.reason), 400)}.${until}`)];
}

function trial({ trial: uploaded, app }: ReleaseStatus): Block[] {
  if (uploaded === null) return [];
  const since = uploaded.uploadedAt === null ? '' : ` uploaded ${time(uploaded.uploadedAt)}`;
  const command = `weapp-rollout wechat get_qrcode --app ${app} --output-file trial.jpg`;
  return [block(`**Trial version**${since}. Its QR code: ${code(command)}`)];
}

function gate(status: ReleaseStatus): Block[] {
  const { gate: waits, app } = status;
  if (waits === null) return [];
  const { percentage, approvers, count, claimed, approvals, since, timeoutAt } = waits;
  const left = approvers.filter((name) => !approvals.some(({ by }) => by === name));
  const title = percentage === null ? 'the trial version' : `\`${percentage} %\``;
  const refusal = refusalOf(status);
  if (refusal !== null)
    return [
      block(
        `**Approval:** ${title} was refused by ${escapeText(refusal.by, 60)}; asked again after \`resume\`.`,
      ),
    ];
  const until = timeoutAt === null ? '' : `, until ${time(timeoutAt)}`;
  const who = left.map((name) => escapeText(name, 60)).slice(0, 10);
  const given = approvals.map(
    ({ by, authenticated }) => `${escapeText(by, 60)} (${authenticated ? 'signed' : 'claimed'})`,
  );
  const how = claimed
    ? `Send \`approve\`: ${code(JSON.stringify({ gate: waits.gate, by: left[0] ?? 'you', reason: 'why' }))}`
    : `Approvals are signed: ${code(`weapp-rollout approve ${app} --gate ${waits.gate} --as ${quoted(left[0] ?? 'NAME')} --key FILE`)}`;
  return [
    block(
      `**Approval:** ${title} waits for \`${Math.max(0, count - approvals.length)}\` of ${who.join(', ')}, since ${time(since)}${until}.`,
      ...(given.length === 0 ? [] : ['', `Approved by ${given.slice(0, 10).join(', ')}.`]),
      '',
      how,
    ),
  ];
}

/** A name as a shell takes it. */
function quoted(name: string): string {
  return /^[\w.@-]+$/.test(name) ? name : `'${name.replaceAll("'", '')}'`;
}

function paused({ kind, metric, by, reason, at }: PauseReason, { allowed, health }: ReleaseStatus): Block {
  const who = kind === 'metric' ? `metric ${metric ?? ''}` : kind === 'drift' ? "WeChat's console" : by;
  const adopts = allowed.some(({ json }) => json.adopt === true);
  const fails = health.some(({ name, verdict }) => name === metric && verdict === 'fail');
  const named = JSON.stringify({ metric, by: 'you', reason: 'why' });
  const sent =
    kind === 'metric' ? ` Send \`resume\`: ${code(named)}${fails ? ', or `abort`: it fails now' : ''}.` : '';
  const lift = kind !== 'drift' ? sent : adopts ? ' `resume` with `adopt` takes it over.' : ` ${PRESS}`;
  return block(`**Paused** by ${escapeText(who, 100)} since ${time(at)}: ${escapeText(reason, 200)}.${lift}`);
}

/** WeChat has no call for its console's buttons. */
const PRESS =
  'Put it right in the console (mp.weixin.qq.com, 版本管理: version management); the release goes on by itself.';

function frozen({ freeze, override, outcome }: ReleaseStatus): Block[] {
  if (outcome !== null) return [];
  const rows: Block[] = [];
  if (freeze !== null) {
    const begins = override === null ? 'No stage begins.' : 'No stage begins after the next.';
    const until = `until ${time(freeze.until)}: ${escapeText(freeze.reason, 200)}`;
    rows.push(block(`**Frozen** by ${escapeText(freeze.by, 100)} ${until}. ${begins}`));
  }
  if (override !== null) {
    const { by, at, reason } = override;
    const what = 'the next stage begins in spite of freeze and window';
    rows.push(
      block(`**Override** by ${escapeText(by, 100)}, ${time(at)}: ${what}: ${escapeText(reason, 200)}.`),
    );
  }
  return rows;
}

function next(status: ReleaseStatus): Block[] {
  const { outcome, attention, next: coming } = status;
  if (outcome !== null || coming.what === attention?.remedy) return [];
  const at = nextAt(status);
  return [block(`**Next:** ${sayText(coming.what)}${at === null ? '' : `, at ${time(at)}`}`)];
}

function window({ window: opening, outcome, phase }: ReleaseStatus): Block[] {
  const over = outcome !== null || phase === 'baking' || phase === 'reverting';
  if (opening === null || over) return [];
  return [block(`**Window:** ${time(opening.opensAt)} to ${time(opening.closesAt)}`)];
}

function deadline({ platformDeadline, outcome }: ReleaseStatus): Block[] {
  if (platformDeadline === null || outcome !== null) return [];
  const { finishesAt, actsAt } = platformDeadline;
  return [
    block(
      `WeChat completes the staged release by itself at ${time(finishesAt)}; it is acted on at ${time(actsAt)}.`,
    ),
  ];
}

/** What stands further up already is not said again. */
function notes(status: ReleaseStatus): Block[] {
  const why = refusedLast(status)?.why;
  return status.notices
    .filter((text) => why === undefined || !text.endsWith(why))
    .slice(-3)
    .map((text) => block(`Note: ${sayText(text, 250)}`));
}
