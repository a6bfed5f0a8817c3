import type { Endpoint } from './endpoint.js';

/** A request as it goes on the wire, but for the token. */
export interface Wire {
  query: Record<string, string>;
  /** JSON text; only for calls whose fields go in the body. */
  body?: string;
  limits: { timeoutMs: number; signal?: AbortSignal };
}

/** Puts validated fields where the row wants them. Fields that are undefined are left out. */
export function toWire(row: Endpoint, fields: unknown, limits: Wire['limits']): Wire {
  if (row.in === 'body') return { query: { ...row.fixedQuery }, body: JSON.stringify(fields), limits };
  const given = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
  const query = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  return { query: { ...row.fixedQuery, ...query }, limits };
}
