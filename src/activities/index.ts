/** Every activity of a worker, made from what it needs. */
import type { ProviderAccess } from '../health/measure.js';
import type { WechatClient } from '../wechat/client.js';
import { createCheckActivities } from './check.js';
import { createEndpointActivities } from './endpoints.js';
import { createHealthActivities } from './health.js';
import { createEffectActivities } from './release.js';
import { createSurveyActivities } from './survey.js';
import type { FileReader } from './upload.js';
import { createWatchActivities } from './watch.js';

export interface ActivityDependencies {
  client: WechatClient;
  providers: ProviderAccess;
  /** Files that activities are given by name. */
  files: FileReader;
}

export function createActivities({ client, providers, files }: ActivityDependencies) {
  return {
    ...createSurveyActivities(client, providers),
    ...createEffectActivities(client),
    ...createWatchActivities(client),
    ...createHealthActivities(client, providers),
    ...createCheckActivities(client, providers),
    ...createEndpointActivities(client, files),
  };
}

export type ReleaseActivities = ReturnType<typeof createActivities>;
