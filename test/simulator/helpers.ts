/** A simulator in this process on a clock that only the test moves, called with plain fetch. */
import { onTestFinished } from 'vitest';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/server.js';
import { type EndpointName, endpoints } from '../../src/wechat/catalogue.js';

export const APP = 'wx0123456789abcdef';
export const OTHER = 'wxfedcba9876543210';
export const TOKEN = 'token-healthy';

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const DAY = 24 * HOUR;

type World = SimulatorOptions['world'];

export type Answer = Record<string, unknown> & { errcode: number; errmsg: string };

/** One item that the default world accepts. */
export const ITEM = {
  address: 'pages/index/index',
  tag: '工具 备忘',
  first_class: '工具',
  second_class: '备忘录',
  first_id: 1,
  second_id: 2,
  title: '首页',
};

/** Two apps with 1.3.0 online; `app` and `rest` override the first one and the world. */
export function worldWith(app: Partial<World['apps'][string]> = {}, rest: Partial<World> = {}): World {
  const base = {
    online: { version: '1.3.0', appVersion: 13 },
    history: [{ version: '1.2.0', appVersion: 12, released: '60d' }],
  };
  return {
    templates: [
      { id: 42, pages: ['pages/index/index', 'pages/cart/cart'] },
      { id: 43, error: 85043 },
      { id: 44, error: 85044 },
    ],
    apps: { [APP]: { token: TOKEN, ...base, ...app }, [OTHER]: { token: 'token-unhealthy', ...base } },
    ...rest,
  };
}

/** Starts a simulator that ends with the test. */
export async function open(world: World = worldWith(), startAt = Date.parse('2026-03-10T02:00:00Z')) {
  let now = startAt;
  const simulator = await startSimulator({ world, clock: () => now });
  onTestFinished(simulator.close);
  const { url, control } = simulator;

  /** Calls an endpoint of the catalogue as any client would. */
  async function call(
    name: EndpointName,
    params: Record<string, unknown> = {},
    token = TOKEN,
  ): Promise<Answer> {
    const row: { method: string; path: string; fixedQuery?: Record<string, string> } = endpoints[name];
    const inUrl = row.method === 'GET' ? params : {};
    const query = new URLSearchParams({ ...row.fixedQuery, access_token: token });
    for (const [key, value] of Object.entries(inUrl)) query.set(key, String(value));
    const response = await fetch(`${url}${row.path}?${query}`, {
      method: row.method,
      ...(row.method === 'POST' && { body: JSON.stringify(params) }),
    });
    const answer = (await response.json()) as Answer;
    // What our own client could not read would be no faithful answer.
    if (answer.errcode === 0) endpoints[name].response.parse(answer);
    return answer;
  }

  const pass = (ms: number) => {
    now += ms;
  };
  const commit = (version = '1.4.0', more: Record<string, unknown> = {}) =>
    call('commit', { template_id: 42, ext_json: '{}', user_version: version, user_desc: 'test', ...more });
  /** Given a committed, scanned version with an audit on its way. */
  const submitted = async (version = '1.4.0') => {
    await commit(version);
    pass(2 * SECOND);
    return call('submit_audit', { item_list: [ITEM] });
  };
  /** Given a version whose audit has passed. */
  const approved = async (version = '1.4.0') => {
    const answer = await submitted(version);
    pass(2 * SECOND);
    return answer;
  };
  const gray = (gray_percentage: unknown, flags = {}) => call('grayrelease', { gray_percentage, ...flags });
  const plan = async () => (await call('getgrayreleaseplan')).gray_release_plan as Record<string, unknown>;
  const online = async () => {
    const info = (await call('getversioninfo')).release_info as { release_version: string } | undefined;
    return info?.release_version;
  };
  return {
    ...simulator,
    url,
    control,
    call,
    pass,
    commit,
    submitted,
    approved,
    gray,
    plan,
    online,
    now: () => now,
  };
}

/** Posts JSON to the control API. */
export async function post(url: string, path: string, body: unknown, method = 'POST') {
  const response = await fetch(`${url}/_simulator/${path}`, {
    method,
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
