/** One thin activity per row of the catalogue, derived from it: `wechat_grayrelease({ app, params })` and so on. */
import { ApplicationFailure } from '@temporalio/common';
import {
  type EndpointName,
  type EndpointRequest,
  type EndpointResponse,
  endpointNames,
  endpoints,
} from '../wechat/catalogue.js';
import type { AppOf, WechatClient } from '../wechat/client.js';
import { WechatError, type WechatFailure } from '../wechat/errors.js';
import { beginAttempt } from './attempt.js';
import { type FileReader, type UploadParams, uploadOf } from './upload.js';

/** The calls whose input and answer may stand in a history: all but those that carry credentials. */
type Recordable = {
  [Name in EndpointName]: (typeof endpoints)[Name]['secret'] extends true ? never : Name;
}[EndpointName];

/** What an activity is given: the call's own request; a file may be named instead of given. */
type Params<Name extends Recordable> = Name extends 'uploadmedia' ? UploadParams : EndpointRequest<Name>;

export type EndpointActivities = {
  [Name in Recordable as `wechat_${Name}`]: (
    input: { params: Params<Name> } & AppOf<Name>,
  ) => Promise<EndpointResponse<Name>>;
};

/** Whether asking again is harmless, and can help without a person; a write of unknown outcome must be read first. */
function isRetryable(name: Recordable, { action }: WechatFailure): boolean {
  if (action === 'unknownOutcome') return endpoints[name].kind === 'read';
  return action === 'retryAfter' || action === 'notNow';
}

/** A video of 10 MB on a slow line; the attempt's own deadline still ends it. */
const UPLOAD_TIMEOUT_MS = 60_000;

export function createEndpointActivities(client: WechatClient, files: FileReader): EndpointActivities {
  const call =
    (name: Recordable) =>
    async ({ app, params: given }: { app: string; params: never }) => {
      try {
        // Each activity is called with its own row's request; the compiler sees only that there are many.
        const params = name === 'uploadmedia' ? await uploadOf(app, given, files) : given;
        const signal = beginAttempt<never>().untilCancelled;
        const slow = endpoints[name].in === 'form' ? { timeoutMs: UPLOAD_TIMEOUT_MS } : {};
        return await client.call(name, { app, params: params as never, signal, ...slow });
      } catch (error) {
        throw error instanceof WechatError ? asFailure(name, error) : error;
      }
    };
  return Object.fromEntries(
    endpointNames.filter(isRecordable).map((name) => [`wechat_${name}`, call(name)]),
  ) as EndpointActivities;
}

function isRecordable(name: EndpointName): name is Recordable {
  return !endpoints[name].secret;
}

/** The client's error as Temporal's: its union as details, retried only where a retry is harmless. */
function asFailure(name: Recordable, error: WechatError): ApplicationFailure {
  const { action, retryAfterMs } = error.failure;
  return ApplicationFailure.create({
    message: error.message,
    type: `Wechat.${action}`,
    nonRetryable: !isRetryable(name, error.failure),
    details: [error.failure],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
