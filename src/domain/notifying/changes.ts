/** What has happened from one look to the next: one piece of news for a change, however much of the state it moved. */
import { standsText } from '../back-story.js';
import { isAgreed, titleOf } from '../gates.js';
import type { ReleasePlan } from '../plan.js';
import { readable } from '../readable.js';
import type { ReleaseState } from '../state.js';
import type { Decision, PauseReason, ReleaseStatus } from '../status.js';
import type { NotifyEvent } from './events.js';
import { type Facts, pauseKey } from './facts.js';
import { deciderOf, moment, type News } from './message.js';

/** What is looked at. */
export interface Look {
  before: Facts;
  after: Facts;
  state: ReleaseState;
  plan: ReleasePlan;
  status: ReleaseStatus;
}

/** In this order they are told when several came at once. */
const KINDS = [audited, approved, staged, frozen, overridden, noticed, resumed, paused, asked, looked];

/** The news, in order; empty when nothing is to be told. */
export function newsOf(look: Look): News[] {
  const { before, after } = look;
  if (after.outcome !== null) return before.outcome === null ? [ended(look)] : [];
  const back: News[] = after.phase === 'reverting' && before.phase !== 'reverting' ? [takingBack(look)] : [];
  return [...back, ...KINDS.flatMap((kind) => kind(look))];
}

/** A release as it begins. */
export const BEGUN: News = { event: 'started', title: 'started' };

function ended({ status }: Look): News {
  const { outcome, reason } = status;
  const event: NotifyEvent = outcome ?? 'failed';
  const back = outcome === 'reverted' || outcome === 'rolledBack';
  return { event, title: back ? standsText(status) : event, why: reason, who: deciderOf(status) };
}

function takingBack({ status, state }: Look): News {
  const { ending } = state;
  return {
    event: 'reverting',
    title: `taking users back from ${status.percentage} %`,
    why: ending?.reason ?? '',
    who: deciderOf(status) || (ending?.by ?? ''),
  };
}

const AUDIT_WORDS: Partial<Record<ReleaseStatus['audit']['state'], string>> = {
  auditing: 'the audit was submitted',
  delayed: 'WeChat delays the audit',
  approved: 'WeChat approved the audit',
  withdrawn: 'the audit was withdrawn',
};

function audited({ before, after, status }: Look): News[] {
  const { state, reason, resubmitUntil } = status.audit;
  if (before.audit === after.audit) return [];
  if (state === 'rejected') {
    const until = resubmitUntil === null ? '' : `, until ${moment(resubmitUntil)}`;
    const remedy = `Send resubmit with corrected items or another template${until}`;
    return [{ event: 'rejected', title: 'WeChat rejected the audit', why: readable(reason), remedy }];
  }
  const title = AUDIT_WORDS[state];
  return title === undefined ? [] : [{ event: 'audit', title, why: readable(reason) }];
}

function approved({ before, after, state, plan }: Look): News[] {
  const gate = before.gate?.split(' ')[0];
  if (gate === undefined || after.gate?.split(' ')[0] === gate || !isAgreed(state, plan, gate)) return [];
  const who = (state.gates[gate]?.approvals ?? []).map(({ by }) => by).join(', ');
  return [{ event: 'approved', title: `${titleOf(plan, gate)} approved`, who }];
}

function staged({ before, after, status }: Look): News[] {
  if (after.level <= before.level) return [];
  const title = after.phase === 'baking' ? 'online for everyone' : `at ${status.percentage} %`;
  const ends = after.phase === 'baking' ? status.bake.endsAt : soakEnd(status);
  return [
    {
      event: 'stage',
      title,
      why: ends === null ? '' : `${after.phase === 'baking' ? 'watched' : 'soaks'} until ${moment(ends)}`,
    },
  ];
}

const soakEnd = ({ stages }: ReleaseStatus): number | null =>
  stages.findLast(({ confirmedAt }) => confirmedAt !== null)?.soakEndsAt ?? null;

function frozen({ before, after, status: { freeze } }: Look): News[] {
  if (before.freeze === after.freeze) return [];
  if (freeze === null) return [{ event: 'freeze', title: 'no longer frozen' }];
  const { until, reason, by } = freeze;
  return [{ event: 'freeze', title: `frozen until ${moment(until)}`, why: reason, who: by }];
}

function overridden({ before, after, status: { override } }: Look): News[] {
  if (before.override || !after.override || override === null) return [];
  const title = 'the next stage begins in spite of freeze and window';
  return [{ event: 'freeze', title, why: override.reason, who: override.by }];
}

/** Of these there is a line in the story, and something will come of them if nobody acts. */
const DEADLINES = ['audit overdue', 'approval overdue', 'platform deadline near'];

function noticed({ before, after, status }: Look): News[] {
  const fresh = after.notices.filter((text) => !before.notices.includes(text));
  const told = fresh.flatMap((text): { text: string; line: Decision | undefined }[] => {
    const line = status.decisions.findLast(({ why }) => why === text);
    // What the first reading hints at, whoever started it was told by `check`.
    return line === undefined && status.phase === 'preparing' ? [] : [{ text, line }];
  });
  const late = told.filter(({ line }) => DEADLINES.includes(line?.what ?? ''));
  const rest = told.filter((entry) => !late.includes(entry));
  return [
    ...late.map(
      ({ text, line }): News => ({
        event: 'deadline',
        title: line?.what ?? '',
        why: text,
        who: line?.by ?? '',
      }),
    ),
    ...(rest.length === 0
      ? []
      : [{ event: 'notice' as const, title: 'a note', why: rest.map(({ text }) => text).join('; ') }]),
  ];
}

function paused({ before, after, status }: Look): News[] {
  const fresh = status.paused.filter((pause) => !before.paused.includes(pauseKey(pause)));
  if (fresh.length === 0) return [];
  const more = after.paused.length > fresh.length ? ', for one more reason' : '';
  return [
    {
      event: 'paused',
      title: `paused at ${status.percentage} %${more}`,
      why: fresh.map(({ reason }) => reason).join('; '),
      who: [...new Set(fresh.map(({ by }) => by))].join(', '),
      remedy: fresh.map(remedyOf).find((text) => text !== '') ?? '',
    },
  ];
}

function remedyOf({ kind, metric }: PauseReason): string {
  if (kind === 'metric') return `See whether ${metric} is right: resume names it, abort takes users back`;
  return kind === 'drift'
    ? 'Put it right in WeChat’s console, take it over with resume --adopt, or abort'
    : '';
}

function resumed({ before, after, state, status }: Look): News[] {
  const was = before.paused.length > 0 || before.attention !== null;
  const is = after.paused.length > 0 || after.attention !== null;
  if (!was || is || after.phase === 'reverting' || state.ending !== null) return [];
  const line = status.decisions.findLast(
    ({ what }) => what === 'resume' || what === 'retry' || what === 'adopt',
  );
  const why = line?.why ?? '';
  return [{ event: 'resumed', title: `goes on at ${status.percentage} %`, why, who: line?.by ?? '' }];
}

function asked(look: Look): News[] {
  const { before, after } = look;
  return after.gate === null || after.gate === before.gate ? [] : askedNow(look);
}

/** The gate that waits, as it is asked, and asked again. */
export function askedNow({ status: { gate, version } }: Pick<Look, 'status'>): News[] {
  if (gate === null) return [];
  const { approvals, count, timeoutAt, percentage } = gate;
  const left = gate.approvers.filter((name) => !approvals.some(({ by }) => by === name));
  const what = percentage === null ? `the trial version of ${version}` : `${percentage} %`;
  const until = timeoutAt === null ? '' : `, until ${moment(timeoutAt)}`;
  return [
    {
      event: 'approvalNeeded',
      title: `${what} waits for approval`,
      why: `${count - approvals.length} of ${left.join(', ')} must agree${until}`,
    },
  ];
}

function looked(look: Look): News[] {
  const { before, after } = look;
  return after.attention === null || after.attention === before.attention ? [] : lookedNow(look);
}

/** What a person must look at, as it is told, and told again. */
export function lookedNow({ status: { attention } }: Pick<Look, 'status'>): News[] {
  if (attention === null) return [];
  const { reason, remedy } = attention;
  return [{ event: 'attention', title: 'a person must look', why: reason, remedy }];
}
