/** What the statuses said along the way and at the end. */
import { OUTCOMES, type ReleaseStatus, type StageStatus } from '../../src/domain/status.js';
import { OURS } from './random-plans.js';
import type { Known } from './random-rules.js';

/** Who presses a button just while the last reading is taken is not seen by it. */
const LAST_READING_MS = 60_000;

export function brokenStatuses(known: Known): string[] {
  const { seen, refusals } = known.played;
  return [
    ...seen.flatMap(({ status, granted }) => [
      ...shown(status),
      ...(status.percentage > granted
        ? [`it told ${status.percentage} %, and WeChat had granted ${granted} %`]
        : []),
    ]),
    ...seen.flatMap(({ status }, index) => following(seen[index - 1]?.status, status)),
    ...refusals.flatMap(({ verb, json, message, before, after }) =>
      after !== null && isUnchanged(before, after)
        ? [`${verb} ${JSON.stringify(json)} was offered and is refused: ${message}`]
        : [],
    ),
    ...soaks(known),
    ...ended(known),
  ];
}

/** Each open status has a reason, what is next, and a way out. */
function shown(status: ReleaseStatus): string[] {
  const { phase, reason, next, allowed, attention, outcome, closedAt } = status;
  const closed = phase === 'closed';
  const told = [
    ...(closed === (outcome !== null) && closed === (closedAt !== null) ? [] : [`${phase} with ${outcome}`]),
    ...(reason === '' ? [`${phase} has no reason`] : []),
    ...(next.what === '' ? [`${phase} says not what is next`] : []),
  ];
  if (closed) return told;
  const ways =
    allowed.length + (next.at === null ? 0 : 1) + (phase === 'reverting' && attention === null ? 1 : 0);
  const retry = attention === null || allowed.some(({ verb }) => verb === 'retry');
  return [
    ...told,
    ...(ways > 0 ? [] : [`nothing can end it: ${reason}`]),
    ...(retry ? [] : [`a person must look, and may not retry: ${reason}`]),
    ...(attention !== null && attention.remedy === ''
      ? [`a person must look, and is told nothing: ${reason}`]
      : []),
  ];
}

/** One outcome; and what is left of a soak stands still while paused, and else runs no faster than time. */
function following(before: ReleaseStatus | undefined, after: ReleaseStatus): string[] {
  if (before === undefined) return [];
  const broken: string[] = [];
  if (before.outcome !== null && after.outcome !== before.outcome)
    broken.push(`${before.outcome}, then ${after.outcome}`);
  const steered = after.decisions.some(
    ({ at, what, refused }) => !refused && at >= lastAt(before) && /promote|resume|adopt/.test(what),
  );
  for (const [index, stage] of after.stages.entries()) {
    const earlier = before.stages[index];
    if (earlier === undefined || steered || earlier.confirmedAt !== stage.confirmedAt) continue;
    broken.push(...clockOf(earlier, stage, before.paused.length > 0 && after.paused.length > 0));
  }
  return broken;
}

function clockOf(before: StageStatus, after: StageStatus, paused: boolean): string[] {
  const { remainingMs: was, soakEndsAt: ended } = before;
  const { remainingMs: is, soakEndsAt: ends } = after;
  if (was === null || is === null) return [];
  const soak = `the soak at ${after.percentage} %`;
  if (paused && is !== was) return [`${soak} went from ${was} to ${is} ms while paused`];
  if (paused && ends !== null) return [`${soak} runs while paused`];
  return ended !== null && ends !== null && ends < ended ? [`${soak} ends ${ended - ends} ms sooner`] : [];
}

const lastAt = ({ decisions }: ReleaseStatus): number => decisions.at(-1)?.at ?? 0;

/** No stage was left, and no bake ended, before its soak was over. */
function soaks({ played, story }: Known): string[] {
  const { final, history, plan } = played;
  if (story.told(/adopt/)) return [];
  return final.stages.flatMap(({ confirmedAt, percentage, soakMs }, index) => {
    if (confirmedAt === null) return [];
    const last = index === final.stages.length - 1;
    const left = last
      ? final.outcome === 'released' && final.closedAt
      : history.find(
          ({ type, activity, at, data }) =>
            type === 'scheduled' &&
            activity === 'grayRelease' &&
            at > confirmedAt &&
            (data.percentage as number) > percentage,
        )?.at;
    if (!left || story.told(/^promote/, confirmedAt, left)) return [];
    const lasted = story.unpausedMs(confirmedAt, left);
    const planned = last ? plan.rollout.bakeMs : soakMs;
    return lasted < planned ? [`${percentage} % was left after ${lasted} of ${planned} ms`] : [];
  });
}

/** Nothing has happened but the refusal itself. */
function isUnchanged(before: ReleaseStatus, after: ReleaseStatus): boolean {
  const facts = ({
    phase,
    attention,
    paused,
    gate,
    freeze,
    percentage,
    effects,
    audit,
    commands,
  }: ReleaseStatus) =>
    JSON.stringify([
      phase,
      attention,
      paused,
      gate?.gate,
      gate?.approvals,
      freeze,
      percentage,
      effects.length,
      audit,
      commands.length,
    ]);
  return facts(before) === facts(after);
}

/** One outcome, and it agrees with what WeChat serves, unless someone else had the last word. */
function ended({ played }: Known): string[] {
  const { final, state, ledger, closed } = played;
  const { outcome, closedAt } = final;
  if (!closed) return [`it is stuck: ${final.reason}`];
  if (outcome === null || !OUTCOMES.includes(outcome)) return [`it closed with ${outcome}`];
  const lastWord = ledger.events.some(
    ({ what, at }) =>
      /^console(Finish|Publish|Delete|Advance|Resume)$/.test(what) && at > (closedAt ?? 0) - LAST_READING_MS,
  );
  const served = state.serving[OURS] ?? null;
  const runs = state.gray !== null && (state.gray.status === 1 || state.gray.status === 2);
  const says = `it is ${outcome}, and WeChat serves ${JSON.stringify(state.serving)}`;
  switch (outcome) {
    case 'released':
      return served === 100 || lastWord ? [] : [says];
    case 'failed':
      return runs ? [says] : [];
    default:
      return served === null || lastWord ? [] : [says];
  }
}
