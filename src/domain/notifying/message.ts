/** What a message says, built from the status alone: enough to act on without opening anything else. */
import { afterwards, backStoryOf, deciderText, theirsText } from '../back-story.js';
import { commandLine, shellWord } from '../command-line.js';
import { VERBS, type Verb } from '../commands.js';
import { readable } from '../readable.js';
import type { ReleaseStatus } from '../status.js';
import { nextAt } from '../told.js';
import { percentText } from '../unproven.js';
import type { NotifyEvent } from './events.js';
import type { Announcement } from './notified.js';

/** One thing to tell. */
export interface News {
  event: NotifyEvent;
  /** What comes after the version in the title. */
  title: string;
  /** Why, in the words of whoever decided. */
  why?: string;
  who?: string;
  /** What a person can do about it. */
  remedy?: string;
}

/** Which of the commands that would be taken now is offered first. */
const COMMANDS: Partial<Record<NotifyEvent, Verb[]>> = {
  rejected: ['resubmit'],
  approvalNeeded: ['approve'],
  deadline: ['approve', 'abort'],
  notice: ['pause'],
  paused: ['resume'],
  attention: ['retry', 'giveUp', 'abort'],
  stage: ['pause'],
};

/** Characters of one line, whatever people and WeChat write. */
const LONGEST = 300;

/** The message of a piece of news. */
export function messageOf(
  news: News,
  status: ReleaseStatus,
  which: Pick<Announcement, 'sequence' | 'at' | 'reminder'>,
): Announcement {
  const { app, version, phase, outcome, percentage, startedAt } = status;
  const again = which.reminder === 0 ? '' : `reminder ${which.reminder}: `;
  return {
    id: `${app}-${startedAt}-${which.sequence}`,
    ...which,
    event: news.event,
    ...{ app, version, phase, outcome, percentage },
    title: short(`${version}: ${again}${news.title}`, 150),
    lines: linesOf(news, status, which.at).filter(({ text }) => text !== ''),
    command: commandOf(news.event, status),
  };
}

function linesOf(news: News, status: ReleaseStatus, now: number): Announcement['lines'] {
  const { app, description, version, outcome } = status;
  const named = description === version ? app : `${app}, ${description}`;
  return [
    { label: 'App', text: short(named, 120) },
    { label: 'Why', text: short(news.why ?? '') },
    { label: 'Who', text: short(news.who ?? '', 150) },
    { label: 'Users have', text: short(usersHave(status), 150) },
    { label: 'What to do', text: short(news.remedy ?? afterwards(status) ?? '') },
    { label: 'Next', text: outcome === null ? short(nextText(status, now), 200) : '' },
  ];
}

/** Whose version how many users have, as it was last read. */
function usersHave(status: ReleaseStatus): string {
  const { version, percentage, perhaps, previousVersion, theirs, phase } = status;
  const told = backStoryOf(status)?.usersHave;
  if (told) return told;
  if (theirs) return theirsText(theirs);
  // Nothing is online, or nobody has looked yet.
  if (previousVersion === null && percentage === 0) return '';
  const before = previousVersion ?? 'nothing';
  if (percentage === 100) return `${version}, all of them`;
  const members = phase === 'rolling' && status.stages[0]?.percentage === 0 ? 'members only' : 'none of them';
  if (percentage === 0 && !perhaps) return `${before}; ${version}: ${members}`;
  return `${version} at ${percentText(percentage, perhaps)}, the others ${before}`;
}

function nextText(status: ReleaseStatus, now: number): string {
  const { next, attention } = status;
  // The remedy is said already.
  if (attention !== null) return '';
  const at = nextAt(status);
  return at === null || at <= now ? next.what : `${next.what}, ${moment(at)}`;
}

function commandOf(event: NotifyEvent, { app, allowed }: ReleaseStatus): string {
  const wanted = (COMMANDS[event] ?? []).flatMap((verb) => allowed.filter((entry) => entry.verb === verb));
  const [command] = wanted;
  const verb = VERBS.find((name) => name === command?.verb);
  if (command === undefined || verb === undefined) return `weapp-rollout status ${shellWord(app)}`;
  // Which items are right, only a person knows.
  if (verb === 'resubmit') return commandLine(verb, app, {}, '--items items.yaml');
  return commandLine(verb, app, command.json);
}

/** Who took users back, or ended it; empty when it went by itself. */
export function deciderOf(status: ReleaseStatus): string {
  const story = backStoryOf(status);
  return story === null ? '' : deciderText(story);
}

/** A moment, milliseconds since the epoch, to the minute. */
export const moment = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Other people's words on one line, without what moves a cursor or turns the writing's direction, at most so long. */
export function short(text: string, length = LONGEST): string {
  const flat = readable(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' '));
  const chars = [...flat];
  return chars.length > length ? `${chars.slice(0, length - 1).join('')}…` : flat;
}
