/** WeChat's pushes at the API's server: they carry no token, and prove themselves by their signature. */
import { expect, it, onTestFinished } from 'vitest';
import { createApi } from '../../../src/api/server.js';
import { lazyTemporal } from '../../../src/releases/connection.js';
import { APP, NOW, ORIGINAL_ID, pushOf, rejected, SECRETS } from './support.js';

async function givenApi() {
  const temporal = lazyTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const signals: unknown[] = [];
  const server = await createApi(
    {
      temporal,
      tokens: [],
      // Few: what is open to all is not counted.
      limits: { requests: 1, healthReports: 1, checks: 100_000, streams: 1 },
      vouchKey: null,
      audit: null,
      metrics: null,
      push: {
        secrets: SECRETS,
        events: null,
        signalAudit: async (...signal) => {
          signals.push(signal);
          return 'signalled';
        },
        keepUnmatched: null,
        appOf: async (originalId) => (originalId === ORIGINAL_ID ? APP : null),
        clock: () => NOW,
      },
    },
    false,
  );
  onTestFinished(async () => {
    await server.close();
    await temporal.close();
  });
  const push = (
    event: Parameters<typeof pushOf>[0],
    change: (query: string) => string = (query) => query,
  ) => {
    const { query, body } = pushOf(event);
    return server.inject({
      method: 'POST',
      url: `/wechat/apps/${APP}?${change(new URLSearchParams(query).toString())}`,
      headers: { 'content-type': 'text/xml' },
      payload: body,
    });
  };
  return { server, signals, push };
}

it('takes a push without a token, and as many as come', async () => {
  const { push, signals } = await givenApi();
  for (let index = 0; index < 20; index++) {
    const { statusCode, body } = await push({ ...rejected, at: rejected.at - index });
    expect([statusCode, body]).toEqual([200, 'success']);
  }
  expect(signals).toHaveLength(20);
});

it('refuses one whose signature is broken, and tells nobody', async () => {
  const { push, signals } = await givenApi();
  const broken = await push(rejected, (query) =>
    query.replace(/msg_signature=[\da-f]{4}/, 'msg_signature=0000'),
  );
  expect(broken.statusCode).toBe(403);
  expect(signals).toEqual([]);
});

it('has its addresses for GET and POST alone', async () => {
  const { server } = await givenApi();
  expect((await server.inject({ url: `/wechat/apps/${APP}` })).statusCode).toBe(200);
  expect((await server.inject({ method: 'PUT', url: `/wechat/apps/${APP}` })).statusCode).toBe(405);
  expect((await server.inject({ method: 'POST', url: '/wechat/elsewhere' })).statusCode).toBe(401);
});
