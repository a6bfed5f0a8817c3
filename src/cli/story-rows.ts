/** Why a release went back, as rows: the first thing to read for someone who was woken by it. */
import { type BackStory, backStoryOf, deciderText } from '../domain/back-story.js';
import type { EffectRecord, ReleaseStatus } from '../domain/status.js';
import { foldRepeats, type TriedEffect } from '../domain/tried.js';
import type { Row } from './view.js';
import { ago, brief, moment, safe } from './words.js';

/** The rows at `now`; empty when it goes, or went, forward. */
export function storyRows(status: ReleaseStatus, now: number): Row[] {
  const story = backStoryOf(status);
  if (story === null) return [];
  const rows: Row[] = [
    { key: story.metric === null ? 'Why' : 'What failed', text: whyText(story), tone: 'bad' },
    { key: 'When', text: `${moment(story.at)}, ${ago(story.at, now)}` },
    { key: 'Decided by', text: safe(deciderText(story)) },
    ...foldRepeats(story.done).map((effect) => ({ key: doneKey(effect), text: doneText(effect, story.at) })),
  ];
  if (story.done.length === 0)
    rows.push({
      key: 'What was done',
      text: status.outcome === null ? 'nothing yet' : 'nothing: there was nothing to take back any more',
    });
  if (story.usersHave !== null) rows.push({ key: 'Users have', text: safe(story.usersHave) });
  return rows;
}

function whyText({ why, percentage }: BackStory): string {
  return `${safe(why)}, at ${percentage} % of users`;
}

const doneKey = ({ result }: EffectRecord): string => (result === 'applied' ? 'What was done' : 'Tried');

function doneText({ endpoint, result, at, writes, answer, repeats }: TriedEffect, decidedAt: number): string {
  const times = writes > 1 ? `, sent ${writes} times` : '';
  const often = repeats > 1 ? ` ${repeats} times, last` : '';
  return `${endpoint}: ${result}${often} ${brief(at - decidedAt)} later${times}${answer === '' ? '' : ` (${safe(answer)})`}`;
}
