import type { Endpoint } from './endpoint.js';

/** A request as it goes on the wire, but for the token. */
export interface Wire {
  query: Record<string, string>;
  /** Only for calls whose fields go in the body. */
  body?: WireBody;
  limits: { timeoutMs: number; signal?: AbortSignal };
}

/** What a POST carries, and how it is announced. */
export interface WireBody {
  /** Bytes as a Buffer: axios takes no other kind of them. */
  content: string | Buffer;
  type: string;
}

/** A file as callers pass it: plain JSON, so that it can be an activity's input. */
interface Upload {
  filename: string;
  contentType: string;
  base64: string;
}

/** The multipart field that WeChat reads files from (page of uploadmedia). */
const FILE_FIELD = 'media';

/** Puts validated fields where the row wants them. Fields that are undefined are left out. */
export async function toWire(row: Endpoint, fields: unknown, limits: Wire['limits']): Promise<Wire> {
  const fixed = { ...row.fixedQuery };
  if (row.in === 'body') {
    return { query: fixed, body: { content: JSON.stringify(fields), type: 'application/json' }, limits };
  }
  // The schema of every form row is that of an upload; a test holds the catalogue to it.
  if (row.in === 'form') return { query: fixed, body: await multipart(fields as Upload), limits };
  const given = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
  const query = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  return { query: { ...fixed, ...query }, limits };
}

async function multipart({ filename, contentType, base64 }: Upload): Promise<WireBody> {
  const form = new FormData();
  form.set(FILE_FIELD, new Blob([Buffer.from(base64, 'base64')], { type: contentType }), filename);
  // The platform's own encoder: it chooses the boundary and names it in the type.
  const encoded = new Response(form);
  return {
    content: Buffer.from(await encoded.arrayBuffer()),
    type: encoded.headers.get('content-type') ?? 'multipart/form-data',
  };
}
