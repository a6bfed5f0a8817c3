/** A WeChat client whose answers are looked at for what they say about the platform's month. */

import type { EndpointName, EndpointResponse } from '../wechat/catalogue.js';
import type { CallOptions, WechatClient } from '../wechat/client.js';
import type { Metrics, Quota } from './metrics.js';

/** The client, telling the quota to the metrics whenever it is read, by whoever asked. */
export function quotaObserved(client: WechatClient, metrics: Pick<Metrics, 'quota'>): WechatClient {
  return {
    async call<Name extends EndpointName>(name: Name, options: CallOptions<Name>) {
      const answer: EndpointResponse<Name> = await client.call(name, options);
      // The catalogue's schema has seen to its fields; a generic name does not let the compiler see that.
      if (name === 'queryquota') metrics.quota(answer as EndpointResponse<'queryquota'> satisfies Quota);
      return answer;
    },
  };
}
