/** Which releases are asked for: as a query of the server, and as a second look at each row that comes. */
import type { RELEASE_SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';
import type { Outcome, Phase } from '../domain/status.js';
import { RELEASE_WORKFLOW, ROLLBACK_WORKFLOW, releaseWorkflowId } from '../workflows/messages.js';
import { ReleaseError } from './errors.js';
import type { ReleaseRow } from './visibility.js';

/** What is left out is not asked for. */
export interface ReleaseFilter {
  /** Whoever asks may see these Mini Programs only; null for all. */
  apps?: readonly string[] | null | undefined;
  app?: string | undefined;
  version?: string | undefined;
  /** `all` unless told otherwise. */
  state?: 'running' | 'closed' | 'all' | undefined;
  phase?: Phase | undefined;
  outcome?: Outcome | undefined;
  paused?: boolean | undefined;
  attention?: boolean | undefined;
  /** Milliseconds since the epoch; that moment too. */
  startedAfter?: number | undefined;
  /** Milliseconds since the epoch; without that moment. */
  startedBefore?: number | undefined;
}

type Attribute = keyof typeof RELEASE_SEARCH_ATTRIBUTES;

export interface Asked {
  query: string;
  /** The search attributes that the query needs. */
  attributes: Attribute[];
  /** Whether the query lets rows through that `matches` does not. */
  loose: boolean;
}

/** A query of 10,000 ids would be 300 kB; of this many it is three. */
export const MOST_IDS = 100;
/**
 * What can stand between quotes and is found. The server keeps escapes as it finds them, and takes quotes away at both
 * ends, so that a value with a backslash or some quotes can be asked for in no way: such a value is looked for in the rows.
 */
export const isPlain = (value: string): boolean => /^[^'"\\`\p{C}]{1,200}$/u.test(value);

/** The server's query, in its SQL. Whatever it cannot say is left to `matches`. @throws ReleaseError usage */
export function queryOf(filter: ReleaseFilter): Asked {
  const { apps, app, version, state = 'all', phase, outcome, paused, attention } = filter;
  const attributes: Attribute[] = [];
  let loose = false;
  const parts = [`WorkflowType IN ('${RELEASE_WORKFLOW}', '${ROLLBACK_WORKFLOW}')`];
  const equals = (key: string, value: string | undefined, attribute?: Attribute): void => {
    if (value === undefined) return;
    if (!isPlain(value)) {
      loose = true;
      return;
    }
    parts.push(`${key} = '${value}'`);
    if (attribute !== undefined) attributes.push(attribute);
  };
  const flag = (attribute: Attribute, value: boolean | undefined): void => {
    if (value === undefined) return;
    // A release that no worker has touched yet has no value.
    parts.push(value ? `${attribute} = true` : `(${attribute} = false OR ${attribute} IS NULL)`);
    attributes.push(attribute);
  };
  equals('WorkflowId', app === undefined ? undefined : releaseWorkflowId(app));
  if (apps && app === undefined) {
    if (apps.length <= MOST_IDS && apps.every(isPlain))
      parts.push(
        `WorkflowId IN (${apps
          .toSorted()
          .map((one) => `'${releaseWorkflowId(one)}'`)
          .join(', ')})`,
      );
    else loose = true;
  }
  if (state === 'running') parts.push("ExecutionStatus = 'Running'");
  // A run that went on in a new one is no release that ended.
  if (state === 'closed') parts.push('CloseTime IS NOT NULL');
  if (state !== 'running') parts.push("ExecutionStatus != 'ContinuedAsNew'");
  equals('WeappVersion', version, 'WeappVersion');
  equals('ReleasePhase', phase, 'ReleasePhase');
  equals('ReleaseOutcome', outcome, 'ReleaseOutcome');
  flag('ReleasePaused', paused);
  flag('ReleaseAttention', attention);
  if (filter.startedAfter !== undefined) parts.push(`StartTime >= '${momentOf(filter.startedAfter)}'`);
  if (filter.startedBefore !== undefined) parts.push(`StartTime < '${momentOf(filter.startedBefore)}'`);
  return { query: parts.join(' AND '), attributes, loose };
}

/** Whether nothing can be found, so that nobody needs to be asked. */
export function isEmpty({ apps, app }: ReleaseFilter): boolean {
  return apps != null && (apps.length === 0 || (app !== undefined && !apps.includes(app)));
}

/** A row's second look: what a query lets through must never be somebody else's release. */
export function matcherOf({ apps, app, version, phase, outcome, paused, attention }: ReleaseFilter) {
  const scope = apps ? new Set(apps) : null;
  return (row: ReleaseRow): boolean =>
    row.workflowId === releaseWorkflowId(row.app) &&
    (scope === null || scope.has(row.app)) &&
    (app === undefined || row.app === app) &&
    (version === undefined || row.version === version) &&
    (phase === undefined || row.phase === phase) &&
    (outcome === undefined || row.outcome === outcome) &&
    (paused === undefined || row.paused === paused) &&
    (attention === undefined || row.attention === attention);
}

function momentOf(ms: number): string {
  const moment = new Date(ms);
  if (Number.isNaN(moment.getTime()))
    throw new ReleaseError('usage', 'a moment must be milliseconds since the epoch');
  return moment.toISOString();
}
