/** What the configuration gives the receiver: secrets, and somewhere to store what comes. */
import type { WorkerConfig } from '../../config/worker-config.js';
import { openPlatform, openStore, type Store } from '../../credentials/open.js';
import type { Environment } from '../../credentials/references.js';
import type { ReceiverOptions } from './options.js';

/** What is kept, and what a person should know about it. */
export type Kept = Pick<ReceiverOptions, 'events' | 'keepUnmatched' | 'appOf'> & {
  /** The database; null when there is none. */
  store: Store | null;
  notes: string[];
  close(): Promise<void>;
};

/** What is stored, as far as the configuration has somewhere to store it. */
export async function openKept(config: WorkerConfig, env: Environment): Promise<Kept> {
  if (config.tokens.component !== undefined) {
    const { events, store, close } = await openPlatform(config, env);
    return { events, keepUnmatched: store.pushes.keepUnmatched, appOf: store.appOf, store, notes: [], close };
  }
  const notes = ['there is no tokens.component, so tickets and authorizations are acknowledged and not used'];
  const store = await openStore(config, env);
  if (store !== null)
    return {
      events: null,
      keepUnmatched: store.pushes.keepUnmatched,
      appOf: store.appOf,
      store,
      notes,
      close: store.close,
    };
  notes.push('there is no database, so audit results that reach no release are only logged');
  return {
    events: null,
    keepUnmatched: null,
    appOf: async () => null,
    store: null,
    notes,
    close: async () => {},
  };
}
