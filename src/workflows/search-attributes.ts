/** A release's search attributes as typed keys, and their values for a status. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { RELEASE_SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';
import type { ReleaseStatus } from '../domain/status.js';

type Name = keyof typeof RELEASE_SEARCH_ATTRIBUTES;
type Value = string | number | boolean | null;

const TYPES = {
  Keyword: SearchAttributeType.KEYWORD,
  Int: SearchAttributeType.INT,
  Bool: SearchAttributeType.BOOL,
} as const;

const NAMES = Object.keys(RELEASE_SEARCH_ATTRIBUTES) as Name[];

export const SEARCH_KEYS = NAMES.map((name) =>
  defineSearchAttributeKey(name, TYPES[RELEASE_SEARCH_ATTRIBUTES[name]]),
);

/** The values that a status is listed under; null takes an attribute away. */
export function searchValues(status: ReleaseStatus): Record<string, Value> {
  const values: Record<Name, Value> = {
    WeappAppId: status.app,
    WeappVersion: status.version,
    ReleasePhase: status.phase,
    GrayPercentage: status.percentage,
    ReleasePaused: status.paused.length > 0,
    ReleaseAttention: status.attention !== null,
    ReleaseOutcome: status.outcome,
  };
  return values;
}
