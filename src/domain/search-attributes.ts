/** The kinds of search attribute a release uses, spelled as the server and its command line spell them. */
export type SearchAttributeKind = 'Keyword' | 'Int' | 'Bool';

/** Names of search attributes and their kinds. */
export type SearchAttributeTable = Readonly<Record<string, SearchAttributeKind>>;

/**
 * What a release shows in lists and filters of the Temporal Web UI. Every kind stays within what an SQL
 * visibility store has room for per namespace (10 Keyword, 3 Int, 3 Bool).
 */
export const RELEASE_SEARCH_ATTRIBUTES = {
  /** The Mini Program's appid. */
  WeappAppId: 'Keyword',
  /** `user_version` of the version that is on its way. */
  WeappVersion: 'Keyword',
  /** preparing, auditing, ready, rolling, baking, reverting or closed. */
  ReleasePhase: 'Keyword',
  /** Percentage of users who have the version now, 0 to 100. */
  GrayPercentage: 'Int',
  /** True while someone or something has paused the release. */
  ReleasePaused: 'Bool',
  /** True while a person must look. */
  ReleaseAttention: 'Bool',
  /** released, reverted, rolledBack, rejected, aborted or failed; absent while the release runs. */
  ReleaseOutcome: 'Keyword',
} as const satisfies SearchAttributeTable;
