/** Makes the API of a configuration: its tokens, key, database and connection. */
import type { KeyObject } from 'node:crypto';
import { Registry } from 'prom-client';
import { type Environment, readSecret, SecretReferenceError } from '../credentials/references.js';
import { KeyError, readPrivateKey } from '../identity/keys.js';
import { lazyTemporal, type Temporal } from '../releases/connection.js';
import { apiRequests } from '../telemetry/api-requests.js';
import { collectReleases } from '../telemetry/collect-releases.js';
import { EXPOSITION_TYPE, exposition } from '../telemetry/exposition.js';
import type { ApiMetrics, ApiOptions } from './options.js';
import { auditSignal } from './push/audit-signal.js';
import { openKept } from './push/open.js';
import type { ReceiverOptions } from './push/options.js';
import { readPushSecrets } from './push/secrets.js';
import type { Opened, Opening } from './run-server.js';
import { createApi } from './server.js';

export interface OpenedApi extends Opened {
  /** Of Temporal. */
  address: string;
  namespace: string;
  takesPushes: boolean;
}

/**
 * Opens everything; nothing listens yet. `temporal`: a connection that is there already, which stays open at the end.
 * @throws SecretReferenceError, DatabaseError
 */
export async function openApi(
  { config, env, log, closers }: Opening,
  { temporal: given, webUi = null }: { temporal?: Temporal; webUi?: ApiOptions['webUi'] } = {},
): Promise<OpenedApi> {
  const { api } = config;
  if (api.tokens.length === 0)
    throw new SecretReferenceError(
      'the configuration has no api.tokens, so nobody could ask anything',
      '`weapp-rollout token new NAME --role operator` makes one and prints the line for the file that WEAPP_CONFIG names.',
    );
  const vouchKey = api.signingKey === undefined ? null : await readVouchKey(api.signingKey, env);
  const takesPushes = config.component?.messageToken !== undefined;
  const found = takesPushes ? await readPushSecrets(config, env) : null;
  const temporal = given ?? lazyTemporal(env);
  if (given === undefined) await closers.add('the connection to Temporal', temporal, ({ close }) => close());
  const kept = await openKept(config, env);
  await closers.add('the database', kept, ({ close }) => close());
  const push: ReceiverOptions | null =
    found === null ? null : { ...kept, secrets: found.secrets, signalAudit: auditSignal(temporal.client) };
  const { tokens, limits, behindProxy } = api;
  const audit = kept.store?.audit ?? null;
  const metrics = metricsOver(temporal);
  const server = await createApi(
    { temporal, tokens, limits, behindProxy, vouchKey, audit, push, metrics, webUi },
    log,
  );
  await closers.add('the API', server, (open) => open.close());
  const { address, namespace } = temporal;
  const notes = [
    ...(found === null ? [] : [...found.notes, ...kept.notes]),
    ...ownNotes(kept.store, vouchKey),
  ];
  return { server, address, namespace, takesPushes, notes };
}

/** Releases are counted where they are, in Temporal: once for a namespace, however many of these servers there are. */
function metricsOver({ client }: Temporal): ApiMetrics {
  const registry = new Registry();
  collectReleases(registry, client);
  const answered = apiRequests(registry);
  return {
    answered,
    read: async () => ({ contentType: EXPOSITION_TYPE, text: await exposition(registry) }),
  };
}

function ownNotes(store: object | null, vouchKey: KeyObject | null): string[] {
  const notes: string[] = [];
  if (store === null) notes.push('there is no database, so the audit log is only in the log');
  if (vouchKey === null)
    notes.push(
      'there is no api.signingKey, so approvals through the API count only where a plan takes claimed names',
    );
  return notes;
}

async function readVouchKey(reference: string, env: Environment): Promise<KeyObject> {
  const subject = 'the private key with which the API vouches for approvers, as PEM';
  const text = await readSecret(reference, env, subject);
  try {
    return readPrivateKey(text);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new SecretReferenceError(
      `what ${reference} leads to cannot be used as api.signingKey: ${error.message}`,
      '`weapp-rollout identity new api` makes one; its public line is api.publicKey of the workers.',
    );
  }
}
