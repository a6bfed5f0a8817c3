/** Why a release went back: what a person who is woken by it must know first. Built from the status alone. */

import { EFFECTS } from './effects.js';
import type { Actor, Decision, EffectRecord, MetricStatus, ReleaseStatus } from './status.js';
import { percentText } from './unproven.js';

export interface BackStory {
  /** What made it go back: the metric with its value and limit, or a person's reason. */
  why: string;
  /** Who or what decided, as the release recorded it: a name, `metric NAME`, or the plan's field. */
  by: string;
  /** Through what a person's command came, `start` for a rollback that was started for it; null when nobody gave one. */
  via: Actor['via'] | 'start' | null;
  /** When it was decided, milliseconds since the epoch. */
  at: number;
  /** The metric that asked for it, as it was measured last. */
  metric: MetricStatus | null;
  /** Percent of users that the version had reached by then. */
  percentage: number;
  /** What was written to WeChat to take users back, in order. */
  done: EffectRecord[];
  /** What users have now; null where only the reason for the end can tell. */
  usersHave: string | null;
}

const BACK = new Set<string>([EFFECTS.revertGray.endpoint, EFFECTS.revertCode.endpoint]);

/** The story of the way back; null when the release goes, or went, forward, or no user saw it. */
export function backStoryOf(status: ReleaseStatus): BackStory | null {
  const { phase, outcome, kind, decisions } = status;
  if (outcome === 'aborted') return null;
  const turn = decisions.findLast(({ what }) => what === 'taking users back');
  const back = phase === 'reverting' || outcome === 'reverted' || outcome === 'rolledBack';
  if (!back && turn === undefined) return null;
  const { by, why, at } = turn ?? decisions[0] ?? { by: '', why: status.reason, at: status.startedAt };
  const name = by.startsWith('metric ') ? by.slice('metric '.length) : null;
  return {
    why,
    by,
    via: turn === undefined && kind === 'rollback' ? 'start' : (commandOf(decisions, by, why)?.via ?? null),
    at,
    metric: status.health.find((metric) => metric.name === name) ?? null,
    percentage: kind === 'rollback' ? 100 : reached(status),
    done: status.effects.filter(({ endpoint }) => BACK.has(endpoint)),
    usersHave: usersHave(status),
  };
}

/** The command behind an ending: its own line says through what it came. */
function commandOf(decisions: Decision[], by: string, why: string): Decision | undefined {
  return decisions.findLast((line) => line.via !== undefined && line.by === by && line.why === why);
}

function reached({ stages }: ReleaseStatus): number {
  return stages.findLast(({ confirmedAt }) => confirmedAt !== null)?.percentage ?? 0;
}

/** Whose version it is that is not ours. */
export const theirsText = (theirs: string): string => `${theirs}, not ours`;

function usersHave(status: ReleaseStatus): string | null {
  const { outcome, phase, percentage, version, previousVersion, theirs } = status;
  const before = previousVersion ?? 'nothing';
  if (theirs) return theirsText(theirs);
  if (outcome === 'reverted' || outcome === 'rolledBack') return `${before}, all of them`;
  if (phase !== 'reverting') return null;
  if (percentage === 0) return `${before} as far as it was read; it is read once more before the end`;
  return percentage === 100
    ? `${version}, all of them, until it is taken back`
    : `${version} at ${percentage} % until it is taken back, the others ${before}`;
}

const VIA: Record<Actor['via'] | 'start', string> = {
  signal: 'a Signal',
  update: 'an Update',
  start: 'its start',
  cancel: "Temporal's cancel",
  system: 'the system',
};

/** Who decided, in words. A name in a command is only what its sender wrote. */
export function deciderText({ by, via }: Pick<BackStory, 'by' | 'via'>): string {
  if (by.startsWith('metric ')) return `the plan, for ${by}`;
  if (by.startsWith('plan: ')) return `the plan (${by.slice('plan: '.length)})`;
  if (via === null || via === 'cancel') return by;
  return `${by} (the name is claimed), through ${VIA[via]}`;
}

/** How far it stands, or how it ended: `reverted` and from which percentage. */
export function standing(status: ReleaseStatus): { word: string; where: 'at' | 'from'; percent: string } {
  const { outcome, phase, percentage, perhaps } = status;
  const story = backStoryOf(status);
  const word = outcome ?? phase;
  if (story === null || (outcome !== 'reverted' && outcome !== 'rolledBack'))
    return { word, where: 'at', percent: percentText(percentage, perhaps) };
  return { word, where: 'from', percent: `${story.percentage} %` };
}

/** The same in words: `reverted from 10 %`. */
export function standsText(status: ReleaseStatus): string {
  const { word, where, percent } = standing(status);
  return `${word} ${where} ${percent}`;
}

/** The same where no reason follows: `reverted from 10 %; everyone has 1.3.0`. */
export function headlineText(status: ReleaseStatus): string {
  const went = status.outcome === 'reverted' || status.outcome === 'rolledBack';
  const before = went && status.percentage === 0 ? status.previousVersion : null;
  return `${standsText(status)}${before === null ? '' : `; everyone has ${before}`}`;
}

/** What to do after a release that did not stay; null where it is open, or where nothing is left to do. */
export function afterwards({
  app,
  outcome,
  percentage,
  previousVersion,
  theirs,
  audit,
  kind,
}: ReleaseStatus): string | null {
  if (outcome !== 'reverted' && outcome !== 'rolledBack' && outcome !== 'failed') return null;
  const back = percentage === 0 && !theirs;
  const now = back
    ? `${previousVersion ?? 'What was there before'} serves everyone; nothing is urgent.`
    : 'See in the console what users have, and decide there.';
  const stands =
    audit.state === 'approved' && outcome === 'reverted' ? ', or `source: approved`: the audit stands' : '';
  const again = back && kind === 'release' ? ` Fix it, then start again (another version${stands}).` : '';
  return `${now}${again} \`weapp-rollout evidence ${app}\` writes it down.`;
}
