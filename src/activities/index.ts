/** Every activity of a worker, made from what it needs. */
import type { ProviderAccess } from '../health/measure.js';
import type { Identities } from '../identity/identities.js';
import type { NotifyAccess } from '../notify/send.js';
import type { WechatClient } from '../wechat/client.js';
import { createCheckActivities } from './check.js';
import { createEndpointActivities } from './endpoints.js';
import { createHealthActivities } from './health.js';
import { createIdentityActivities } from './identity.js';
import { createNotifyActivities, type NotifyTry } from './notify.js';
import { createEffectActivities } from './release.js';
import { createSurveyActivities } from './survey.js';
import type { FileReader } from './upload.js';
import { createWatchActivities } from './watch.js';
import { createWindowActivities } from './windows.js';

export interface ActivityDependencies {
  client: WechatClient;
  providers: ProviderAccess;
  /** Files that activities are given by name. */
  files: FileReader;
  /** Whose signatures are known. */
  identities: Identities;
  /** Where messages may go. */
  notify: NotifyAccess;
  /** Told of every try to send one, for metrics. */
  onNotified?: ((tried: NotifyTry) => void) | undefined;
}

export function createActivities(dependencies: ActivityDependencies) {
  const { client, providers, files, identities, notify, onNotified } = dependencies;
  return {
    ...createSurveyActivities(client, providers),
    ...createEffectActivities(client),
    ...createWatchActivities(client),
    ...createWindowActivities(),
    ...createHealthActivities(client, providers),
    ...createCheckActivities(client, providers, notify),
    ...createEndpointActivities(client, files),
    ...createIdentityActivities(identities),
    ...createNotifyActivities({ ...notify, onNotified }),
  };
}

export type ReleaseActivities = ReturnType<typeof createActivities>;
