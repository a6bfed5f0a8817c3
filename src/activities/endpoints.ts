/** One thin activity per row of the catalogue, derived from it: `wechat_grayrelease({ app, params })` and so on. */
import { ApplicationFailure } from '@temporalio/common';
import {
  type EndpointName,
  type EndpointRequest,
  type EndpointResponse,
  endpointNames,
} from '../wechat/catalogue.js';
import type { WechatClient } from '../wechat/client.js';
import { WechatError } from '../wechat/errors.js';
import { beginAttempt } from './attempt.js';

export type EndpointActivities = {
  [Name in EndpointName as `wechat_${Name}`]: (input: {
    app: string;
    params: EndpointRequest<Name>;
  }) => Promise<EndpointResponse<Name>>;
};

/** Whether asking again can help without a person; a write of unknown outcome must be read first. */
const RETRYABLE = new Set(['retryAfter', 'notNow']);

export function createEndpointActivities(client: WechatClient): EndpointActivities {
  const call = (name: EndpointName) => async (input: { app: string; params: never }) => {
    try {
      return await client.call(name, { ...input, signal: beginAttempt<never>().untilCancelled });
    } catch (error) {
      throw error instanceof WechatError ? asFailure(error) : error;
    }
  };
  return Object.fromEntries(
    endpointNames.map((name) => [`wechat_${name}`, call(name)]),
  ) as EndpointActivities;
}

/** The client's error as Temporal's: its union as details, retried only where a retry is harmless. */
function asFailure(error: WechatError): ApplicationFailure {
  const { action, retryAfterMs } = error.failure;
  return ApplicationFailure.create({
    message: error.message,
    type: `Wechat.${action}`,
    nonRetryable: !RETRYABLE.has(action),
    details: [error.failure],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
