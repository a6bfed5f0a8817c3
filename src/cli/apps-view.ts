/** How stored Mini Programs and imports are shown. */
import type { Imported } from '../credentials/import.js';
import type { AuthorizerFacts } from '../database/authorizer-rows.js';
import { align, type Colors } from './render.js';
import { moment, safe } from './words.js';

/** What releases need: development and data analysis. */
const RELEASES = 18;

/** One stored Mini Program for programs: times in ISO 8601, null for what is not known. */
export interface AppRow {
  appid: string;
  name: string | null;
  originalId: string | null;
  permissionSets: readonly number[] | null;
  /** Whether permission set 18 was granted. */
  permissionSet18: boolean | null;
  /** `refused`: stored as authorised, but WeChat answered 61003. */
  state: 'authorized' | 'unauthorized' | 'refused';
  authorizedSince: string | null;
  hasRefreshToken: boolean;
  tokenValidUntil: string | null;
  component: string;
}

export function rowOf(facts: AuthorizerFacts): AppRow {
  const { app, component, nickName, originalId, permissionSets, state, stateAt, refusedAt } = facts;
  return {
    appid: app,
    name: nickName,
    originalId,
    permissionSets,
    permissionSet18: permissionSets?.includes(RELEASES) ?? null,
    state: state === 'authorized' && refusedAt !== null ? 'refused' : state,
    authorizedSince: state === 'authorized' ? iso(stateAt) : null,
    hasRefreshToken: facts.refreshTokenAt !== null,
    tokenValidUntil: iso(facts.accessExpiresAt),
    component,
  };
}

/** A table; empty for none. */
export function renderApps(apps: readonly AuthorizerFacts[], now: number): string[] {
  if (apps.length === 0) return [];
  const cells = apps.map((facts) => {
    const row = rowOf(facts);
    return [
      row.appid,
      safe(row.name ?? '-'),
      row.originalId ?? '-',
      row.permissionSet18 === null ? '?' : row.permissionSet18 ? 'yes' : 'no',
      row.state === 'refused' ? 'refused (61003)' : row.state,
      row.authorizedSince === null ? '-' : moment(Date.parse(row.authorizedSince)),
      token(row, now),
    ];
  });
  return align([
    ['appid', 'name', 'original id', 'set 18', 'state', 'authorised since', 'token until'],
    ...cells,
  ]);
}

function token({ hasRefreshToken, tokenValidUntil }: AppRow, now: number): string {
  if (tokenValidUntil !== null && Date.parse(tokenValidUntil) > now)
    return moment(Date.parse(tokenValidUntil));
  return hasRefreshToken ? 'made when needed' : '-';
}

/** What an import came to: appids by result. */
export type AppsReport = Record<Imported, string[]> & {
  refused: string[];
  problems: string[];
  interrupted: boolean;
};

export function emptyReport(): AppsReport {
  const none = { added: [], updated: [], unchanged: [], kept: [], left: [] };
  return { ...structuredClone(none), refused: [], problems: [], interrupted: false };
}

const MOST_NAMED = 10;

/** One line for the counts, one for each thing to know. */
export function renderReport(report: AppsReport, colors: Colors): string[] {
  const { added, updated, unchanged, kept, left, refused, problems } = report;
  const all = added.length + updated.length + unchanged.length + kept.length + left.length;
  const sign = problems.length > 0 || report.interrupted ? colors.yellow('⚠') : colors.green('✔');
  const counts = `${added.length} new, ${updated.length} updated, ${unchanged.length + kept.length} as they were`;
  return [
    `${sign} ${all} Mini Program${all === 1 ? '' : 's'}: ${counts}`,
    ...named(kept, 'has a token already, which stays (--overwrite replaces it)'),
    ...named(left, 'took the authorization back later, and stays so'),
    ...named(refused, 'is listed, but WeChat refuses calls for it (61003): ask for a new authorization'),
    ...problems.map((problem) => `${colors.red('✖')} ${safe(problem)}`),
  ];
}

function named(apps: readonly string[], what: string): string[] {
  if (apps.length === 0) return [];
  const more = apps.length > MOST_NAMED ? ` and ${apps.length - MOST_NAMED} more` : '';
  return [`→ ${what}: ${apps.slice(0, MOST_NAMED).join(', ')}${more}`];
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
