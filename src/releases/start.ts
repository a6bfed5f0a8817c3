/** Starts a release: what goes into its workflow, and what the server shows of it before a worker has touched it. */
import { escapeText } from '../domain/details.js';
import { formatDuration } from '../domain/duration.js';
import type { Approval, ReleasePlan, Windows } from '../domain/plan.js';
import { RELEASE_WORKFLOW, type ReleaseInput } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { ReleaseError } from './errors.js';
import { type Launch, launch, type Started } from './launch.js';
import { hashOf } from './plan-hash.js';

/** How a release is started. */
export interface Starting {
  by: string;
  /** Told of what does no harm. */
  say: (text: string) => void;
  /**
   * With it, a start that is asked for again starts nothing and answers the first one's run, also when that is closed.
   * The server forgets the key with the run, when its retention is over.
   */
  key?: string | undefined;
  /** `hashOf` what the plan's file says. Default: of the plan as it was read. */
  planHash?: string;
}

/**
 * Starts a release. The workflow id is the lock: one live release for each app.
 * @throws ReleaseError running; usage when a gate could be opened by nobody but who starts it, or when the key was used for
 *   another plan
 */
export async function startRelease(
  temporal: Temporal,
  plan: ReleasePlan,
  { by, say, key, planHash = hashOf(plan) }: Starting,
): Promise<Started> {
  const { app, version } = plan;
  refuseOnlyApprover(plan, by);
  const zone = plan.rollout.windows?.timezone;
  const launched: Launch = {
    workflow: RELEASE_WORKFLOW,
    input: (searchAttributes): ReleaseInput => ({ plan, searchAttributes, startedBy: by }),
    memo: { app, version, ...(zone === undefined ? {} : { zone }) },
    summary: `${version} for ${app}`,
    details: detailsOf(plan, by),
  };
  return launch(temporal, launched, { key, planHash, called: 'Idempotency-Key' }, say);
}

/** Found out at a gate weeks later, it could only be aborted. */
function refuseOnlyApprover({ trial, rollout }: ReleasePlan, by: string): void {
  const gates: [string, Approval | null | undefined][] = [
    ['trial.approval', trial?.approval],
    ...rollout.stages.map(({ approval }, index): [string, Approval | null] => [
      `rollout.stages[${index}].approval`,
      approval,
    ]),
  ];
  for (const [field, approval] of gates)
    if (approval?.count === 1 && approval.approvers.every((name) => name === by))
      throw new ReleaseError(
        'usage',
        `${field}: ${by} is its only approver, and who starts a release cannot be that`,
        'name another approver, or let somebody else start it',
      );
}

/** The plan in Markdown; the Web UI shows it beside the release. */
function detailsOf(plan: ReleasePlan, by: string): string {
  const stages = plan.rollout.stages.map(({ percentage, soakMs, hold, approval }) => {
    const soak = soakMs > 0 ? `, ${formatDuration(soakMs)}` : '';
    const asks = approval === null ? '' : `, begins once ${approvalText(approval)} approve`;
    return `- \`${percentage} %\`${soak}${hold ? ', until promoted' : ''}${asks}`;
  });
  const { trial } = plan;
  const { windows } = plan.rollout;
  const metrics = plan.health.map(
    (metric) => `- ${escapeText(metric.name, 64)}: ${metric.onFailure} on failure`,
  );
  return [
    `Started by ${escapeText(by, 100)}. ${escapeText(plan.description)}`,
    '',
    '**Stages**',
    '',
    ...(trial === null ? [] : [`- trial version, until ${approvalText(trial.approval)} approve`]),
    ...stages.slice(0, 50),
    `- bake, ${formatDuration(plan.rollout.bakeMs)}`,
    ...(windows === null ? [] : ['', `Stages begin ${windowText(windows)}.`]),
    '',
    '**Health**',
    '',
    ...(metrics.length > 0 ? metrics.slice(0, 50) : ['- none']),
  ].join('\n');
}

function approvalText({ approvers, count }: Approval): string {
  return `\`${count}\` of ${approvers
    .slice(0, 10)
    .map((name) => escapeText(name, 100))
    .join(', ')}`;
}

function windowText({ days, hours, timezone }: Windows): string {
  return `${days.join(', ')} \`${hours.from}-${hours.to}\` ${escapeText(timezone, 64)}`;
}
