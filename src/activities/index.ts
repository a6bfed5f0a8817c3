/** Every activity of a worker, made from what it needs. */
import type { ProviderAccess } from '../health/measure.js';
import type { Identities } from '../identity/identities.js';
import type { WechatClient } from '../wechat/client.js';
import { createCheckActivities } from './check.js';
import { createEndpointActivities } from './endpoints.js';
import { createHealthActivities } from './health.js';
import { createIdentityActivities } from './identity.js';
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
}

export function createActivities({ client, providers, files, identities }: ActivityDependencies) {
  return {
    ...createSurveyActivities(client, providers),
    ...createEffectActivities(client),
    ...createWatchActivities(client),
    ...createWindowActivities(),
    ...createHealthActivities(client, providers),
    ...createCheckActivities(client, providers),
    ...createEndpointActivities(client, files),
    ...createIdentityActivities(identities),
  };
}

export type ReleaseActivities = ReturnType<typeof createActivities>;
