/** Puts together what is known of how a release went. Pure: the same history gives the same file. */

import type { ReleasePlan } from '../../domain/plan.js';
import { completePlan } from '../../domain/plan-defaults.js';
import type { Decision, ReleaseStatus } from '../../domain/status.js';
import { healthOf } from './health.js';
import type { Recordings } from './recordings.js';
import type { Evidence } from './schema.js';

/** @param runs of this release, oldest first, each with its recordings */
export function evidenceOf(
  status: ReleaseStatus,
  runs: readonly { runId: string; recordings: Recordings }[],
): Evidence {
  const input = runs[0]?.recordings.input ?? {};
  const plan = input.plan === undefined ? null : withoutCredentials(completePlan(input.plan));
  const recordings = runs.map((run) => run.recordings);
  const startedBy = input.startedBy ?? input.by ?? '';
  return {
    schemaVersion: 1,
    app: status.app,
    version: status.version,
    description: status.description,
    kind: status.kind,
    workflowId: status.workflowId,
    runId: status.runId,
    runs: runs.map(({ runId }) => runId),
    startedBy,
    startedAt: status.startedAt,
    closedAt: status.closedAt,
    // Of a closed release only: the same history gives the same file.
    ...(status.closedAt === null || status.durations === undefined ? {} : { durations: status.durations }),
    phase: status.phase,
    outcome: status.outcome,
    reason: status.reason,
    percentage: status.percentage,
    previousVersion: status.previousVersion,
    plan: plan === null ? null : { ...plan },
    audit: status.audit,
    stages: status.stages,
    bake: status.bake,
    paused: status.paused,
    attention: status.attention,
    actors: actorsOf(status, startedBy),
    approvals: status.decisions.flatMap(approval),
    effects: byTime(status.effects),
    decisions: byTime(status.decisions),
    commands: byTime(status.commands),
    health: plan === null ? [] : healthOf(status, plan, recordings),
    notices: status.notices,
    timeline: timelineOf(status, startedBy),
  };
}

/** Lint refuses credentials in a plan's addresses; releases started otherwise may have them. */
function withoutCredentials(plan: ReleasePlan): ReleasePlan {
  const health = plan.health.map((metric) => {
    const { provider } = metric;
    if (provider.kind === 'push') return metric;
    const address = provider.address
      .replace(/^([a-z][\w+.-]*:\/\/)[^/?#]*@/i, '$1***@')
      .replace(/[?#].*$/s, '');
    if (provider.kind === 'prometheus') return { ...metric, provider: { ...provider, address } };
    const { header } = provider;
    const hidden = header === undefined || isReference(header.value) ? header : { ...header, value: '***' };
    return {
      ...metric,
      provider: { ...provider, address, ...(hidden === undefined ? {} : { header: hidden }) },
    };
  });
  return { ...plan, health };
}

function isReference(text: string): boolean {
  return /^(env|file):/.test(text);
}

function byTime<T extends { at: number }>(entries: readonly T[]): T[] {
  return entries.toSorted((one, other) => one.at - other.at);
}

function actorsOf(status: ReleaseStatus, startedBy: string): Evidence['actors'] {
  const actors = new Map<string, Evidence['actors'][number]>();
  const add = (by: string, via: Decision['via'] | null, authenticated: boolean, what: string) => {
    const key = JSON.stringify([by, via]);
    const known = actors.get(key) ?? { by, via: via ?? null, authenticated: false, did: [] };
    const did = known.did.includes(what) ? known.did : [...known.did, what];
    actors.set(key, { ...known, authenticated: known.authenticated || authenticated, did });
  };
  if (startedBy !== '') add(startedBy, null, false, 'start');
  for (const { by, via, authenticated, what } of byTime(status.decisions))
    add(by, via ?? null, authenticated === true, what);
  return [...actors.values()];
}

function approval({ what, at, by, why, authenticated, refused }: Decision): Evidence['approvals'] {
  if ((what !== 'approve' && what !== 'refuse') || refused === true) return [];
  return [{ at, by, what, authenticated: authenticated === true, why }];
}

/** Decisions and effects in one list; a decision that only says that an effect was applied is told by the effect. */
function timelineOf(status: ReleaseStatus, startedBy: string): Evidence['timeline'] {
  const { decisions, effects } = status;
  const isTold = ({ what }: Decision) =>
    effects.some(({ endpoint, percentage }) => what === endpoint || what === `${percentage} %`);
  return byTime([
    { at: status.startedAt, what: 'started', why: status.description, by: startedBy },
    ...decisions
      .filter((decision) => !isTold(decision))
      .map(({ at, what, why, by }) => ({ at, what, why, by })),
    ...effects.map(({ at, endpoint, percentage, result, answer }) => ({
      at,
      what: percentage === undefined ? endpoint : `${endpoint} ${percentage} %`,
      why: answer === '' ? result : `${result}: ${answer}`,
      by: 'weapp-rollout',
    })),
  ]);
}
