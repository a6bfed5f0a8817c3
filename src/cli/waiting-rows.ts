/** What a release waits for, as rows: each says for whom or what, since and until when, and what lifts it. */

import { commandLine } from '../domain/command-line.js';
import type { Verb } from '../domain/commands.js';
import { readable } from '../domain/readable.js';
import { refusalOf } from '../domain/refusal.js';
import type { GateApproval, GateStatus, PauseReason, ReleaseStatus } from '../domain/status.js';
import { spelled } from './verb-table.js';
import type { Row } from './view.js';
import { ago, brief, moment, safe, zoned } from './words.js';

/** Rows, and the verbs that they have told already. */
export interface Told {
  rows: Row[];
  verbs: Verb[];
}

/** Where buttons are that WeChat has no call for. */
export const CONSOLE = "WeChat's console (mp.weixin.qq.com, 版本管理: version management)";

const toDo = (text: string, verbatim = true): Row => ({ key: 'What to do', text, verbatim });

/** `until 2026-11-24 10:00:00 UTC (1d 22h left)`. */
function untilText(at: number, now: number): string {
  return `until ${moment(at)} (${brief(at - now)} left)`;
}

/** Everything that waits and that a person could lift; what a person must look at is attentionRows. */
export function waitingRows(status: ReleaseStatus, now: number): Told {
  const parts = [rejection, trial, gate, hold, pauses, freeze, override].map((part) => part(status, now));
  return { rows: parts.flatMap(({ rows }) => rows), verbs: parts.flatMap(({ verbs }) => verbs) };
}

const NOTHING: Told = { rows: [], verbs: [] };

/** Why a person must look, and what can be done. */
export function attentionRows({ attention }: ReleaseStatus, now: number): Row[] {
  if (attention === null) return [];
  const { reason, remedy, since, covers } = attention;
  return [
    { key: 'Attention', text: `${safe(reason)} (${ago(since, now)})`, tone: 'warn' },
    toDo(safe(spelled(remedy)), false),
    ...(covers === undefined ? [] : [{ key: 'And then', text: safe(covers.reason) }]),
  ];
}

function rejection({ audit, app, outcome }: ReleaseStatus, now: number): Told {
  if (audit.state !== 'rejected' || outcome !== null) return NOTHING;
  const waits =
    audit.resubmitUntil === null ? '' : `; a resubmit is waited for ${untilText(audit.resubmitUntil, now)}`;
  return {
    rows: [
      { key: 'Rejected', text: `${safe(readable(audit.reason)) || 'no reason given'}${waits}`, tone: 'bad' },
      toDo(commandLine('resubmit', app, {}, '--items FILE')),
    ],
    verbs: ['resubmit'],
  };
}

function trial({ trial: uploaded, app }: ReleaseStatus, now: number): Told {
  if (uploaded === null) return NOTHING;
  const since = uploaded.uploadedAt === null ? 'uploaded' : `uploaded ${ago(uploaded.uploadedAt, now)}`;
  return {
    rows: [
      { key: 'Trial version', text: `${since}; members open it by its QR code` },
      {
        key: 'QR code',
        text: `weapp-rollout wechat get_qrcode --app ${app} --output-file trial.jpg`,
        verbatim: true,
      },
    ],
    verbs: [],
  };
}

/** Whose agreement is still missing: `1 of release-manager, on-call`. */
export function missingText({ approvers, approvals, count }: GateStatus): string {
  const left = approvers.filter((name) => !approvals.some(({ by }) => by === name));
  return `${Math.max(0, count - approvals.length)} of ${left.map(safe).join(', ')}`;
}

/** What begins behind a gate. */
export function gateTitle({ percentage }: Pick<GateStatus, 'percentage'>): string {
  return percentage === null ? 'the trial version' : `${percentage} %`;
}

export const approvalText = ({ by, authenticated }: GateApproval): string =>
  `${safe(by)} (${authenticated ? 'signed' : 'claimed'})`;

function gate(status: ReleaseStatus, now: number): Told {
  const { gate: waits, app } = status;
  if (waits === null) return NOTHING;
  const refusal = refusalOf(status);
  if (refusal !== null) {
    const text = `${gateTitle(waits)}: refused by ${safe(refusal.by)}; asked again after resume`;
    return { rows: [{ key: 'Approval', text, tone: 'paused' }], verbs: ['approve', 'refuse'] };
  }
  const { approvals, approvers, claimed, since, timeoutAt } = waits;
  const left = approvers.find((name) => !approvals.some(({ by }) => by === name)) ?? 'NAME';
  const due = timeoutAt === null ? '' : `, ${untilText(timeoutAt, now)}`;
  const rows: Row[] = [
    {
      key: 'Approval',
      text: `${gateTitle(waits)} waits for ${missingText(waits)}; asked ${ago(since, now)}${due}`,
      tone: 'paused',
    },
  ];
  if (approvals.length > 0)
    rows.push({
      key: 'Approved by',
      text: approvals.map((given) => `${approvalText(given)} ${ago(given.at, now)}`).join(', '),
    });
  rows.push(toDo(commandLine('approve', app, { gate: waits.gate, by: left }, claimed ? '' : '--key FILE')));
  return { rows, verbs: ['approve'] };
}

function hold({ stages, app, attention, paused }: ReleaseStatus): Told {
  const holding = stages.find(({ state }) => state === 'holding');
  if (holding === undefined || attention !== null || paused.length > 0) return NOTHING;
  const expect = holding.percentage;
  return {
    rows: [
      { key: 'Holds', text: `at ${expect} % until somebody promotes it`, tone: 'paused' },
      toDo(commandLine('promote', app, { expect })),
    ],
    verbs: ['promote'],
  };
}

/** Each pause and, below it, what lifts it; what lifts several is said once, below the last of them. */
function pauses(status: ReleaseStatus, now: number): Told {
  const lifts = status.paused.map((entry) => liftText(entry, status));
  const rows = status.paused.flatMap((entry, index): Row[] => {
    const row: Row = { key: 'Paused', text: pauseText(entry, now), tone: 'paused' };
    const lift = lifts[index] ?? '';
    return lifts.lastIndexOf(lift) === index ? [row, toDo(lift, lift.startsWith('weapp-rollout '))] : [row];
  });
  const fails = status.paused.find(({ kind, metric: of }) => {
    return kind === 'metric' && status.health.some(({ name, verdict }) => name === of && verdict === 'fail');
  });
  if (fails === undefined) return { rows, verbs: rows.length > 0 ? ['resume'] : [] };
  const back: Row = { key: 'It fails now', text: commandLine('abort', status.app, {}), verbatim: true };
  return { rows: [...rows, back], verbs: ['resume', 'abort'] };
}

function pauseText({ kind, metric, by, reason, at }: PauseReason, now: number): string {
  return `by ${pauserText({ kind, by, ...(metric === undefined ? {} : { metric }) })}, ${ago(at, now)}: ${safe(reason)}`;
}

/** Who or what has paused it. */
export function pauserText({ kind, metric, by }: Pick<PauseReason, 'kind' | 'metric' | 'by'>): string {
  if (kind === 'metric') return `metric ${safe(metric ?? '')}`;
  return kind === 'drift' ? "a button in WeChat's console" : safe(by);
}

/** What lifts one pause. */
function liftText({ kind, metric }: PauseReason, { app, allowed }: ReleaseStatus): string {
  if (kind === 'metric') return commandLine('resume', app, { metric });
  if (kind !== 'drift') return commandLine('resume', app, {});
  const adopts = allowed.some(({ verb, json }) => verb === 'resume' && json.adopt === true);
  return adopts
    ? commandLine('resume', app, { adopt: true })
    : `put it right in ${CONSOLE}; the release sees it and goes on by itself`;
}

function freeze({ freeze: frozen, override: overridden, outcome }: ReleaseStatus, now: number): Told {
  if (frozen === null || outcome !== null || frozen.until <= now) return NOTHING;
  const { by, reason, until: end } = frozen;
  return {
    rows: [
      {
        key: 'Frozen',
        text: `by ${safe(by)}, ${untilText(end, now)}: ${safe(reason)}; no stage begins${overridden === null ? '' : ' after the next'}`,
        tone: 'paused',
      },
    ],
    verbs: [],
  };
}

function override({ override: overridden, outcome }: ReleaseStatus, now: number): Told {
  if (overridden === null || outcome !== null) return NOTHING;
  const { by, reason, at } = overridden;
  const what = 'the next stage begins in spite of freeze and window';
  return {
    rows: [{ key: 'Override', text: `by ${safe(by)}, ${ago(at, now)}: ${safe(reason)}; ${what}` }],
    verbs: [],
  };
}

/** When stages may begin; nothing where there are no windows, or the next is still to be looked up. */
export function windowRow(
  { window, outcome, phase }: ReleaseStatus,
  zone: string | null,
  now: number,
): Row[] {
  const over = outcome !== null || phase === 'baking' || phase === 'reverting';
  if (window === null || over || now >= window.closesAt) return [];
  const { opensAt, closesAt } = window;
  const [at, what] = now < opensAt ? [opensAt, 'opens'] : [closesAt, 'open, closes'];
  return [{ key: 'Window', text: `${what} in ${brief(at - now)} (${zoned(at, zone)})` }];
}
