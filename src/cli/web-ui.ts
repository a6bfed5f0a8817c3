/** Where the Temporal Web UI shows a release. Only a hint: a server does not tell where its Web UI is. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Temporal } from '../releases/connection.js';
import { dataFolder, type Environment } from '../servers/folders.js';

/** What `up` leaves in its data folder while it runs. */
export interface UpRecord {
  address: string;
  webUi: string;
}

const file = (folder: string) => join(folder, 'up.json');

/** Notes where the server that `up` runs can be seen. */
export async function writeUpRecord(folder: string, record: UpRecord): Promise<void> {
  await writeFile(file(folder), `${JSON.stringify(record)}\n`);
}

export async function removeUpRecord(folder: string): Promise<void> {
  await rm(file(folder), { force: true });
}

/** The page of a run, or null when nobody knows where the Web UI is. */
export async function webUiLink(
  env: Environment,
  { address, namespace }: Pick<Temporal, 'address' | 'namespace'>,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<string | null> {
  const base = await baseOf(env, address);
  return base === null ? null : runPage(base, namespace, workflowId, runId);
}

/** The page of a run below a Web UI's address. */
export function runPage(base: string, namespace: string, workflowId: string, runId: string): string {
  return `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}

async function baseOf(env: Environment, address: string): Promise<string | null> {
  if (/\.(tmprl|api\.temporal)\.cloud(:|$)|\.api\.temporal\.io(:|$)/.test(address))
    return 'https://cloud.temporal.io';
  const [host, port] = address.split(':');
  if (host !== 'localhost' && host !== '127.0.0.1') return null;
  const record = await readUpRecord(dataFolder(env));
  if (record?.address.split(':')[1] === port) return record?.webUi ?? null;
  // The dev server's own choice: a thousand above its port.
  return port === '7233' ? 'http://localhost:8233' : null;
}

async function readUpRecord(folder: string): Promise<UpRecord | null> {
  try {
    const record: unknown = JSON.parse(await readFile(file(folder), 'utf8'));
    const usable = typeof record === 'object' && record !== null && 'address' in record && 'webUi' in record;
    if (!usable || typeof record.address !== 'string' || typeof record.webUi !== 'string') return null;
    return { address: record.address, webUi: record.webUi };
  } catch {
    // No `up` runs here, or an older one left half a file: then there is no hint.
    return null;
  }
}
