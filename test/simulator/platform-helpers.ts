/** A world with third-party platforms, served over real HTTP, on a clock that only the test moves. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { answerTraced } from '../../src/simulator/http/traced.js';
import { splitTarget } from '../../src/simulator/http/wire.js';
import { Simulation } from '../../src/simulator/state/simulation.js';
import { parseWorld, type WorldInput } from '../../src/simulator/world/world.js';
import { type EndpointName, endpoints } from '../../src/wechat/catalogue.js';
import type { Endpoint } from '../../src/wechat/endpoint.js';
import { type Answer, APP, OTHER } from './helpers.js';

export const PLATFORM = 'wxp1aaaaaaaaaaaaaa';
export const SECRET = 'secret-of-the-platform-0001';
export const TICKET = 'ticket@@@of-the-world-0001';
export const REFRESH = 'refreshtoken@@@of-the-world-0001';

/** One platform and two Mini Programs that authorised it, without any access token. */
export function platformWorld(rest: Partial<WorldInput> = {}, app: object = {}): WorldInput {
  return {
    components: { [PLATFORM]: { secret: SECRET, ticket: TICKET } },
    apps: { [APP]: { refreshToken: REFRESH, originalId: 'gh_000000000001', ...app }, [OTHER]: {} },
    templates: [{ id: 42 }],
    ...rest,
  };
}

/** Query fields, besides those of the row, and how to send the body. */
interface Sent {
  token?: string | undefined;
  field?: string;
  query?: Record<string, string>;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as it is, instead of the fields as JSON. */
  raw?: string;
}

/** Opens a world that ends with the test. */
export async function openPlatforms(world: WorldInput = platformWorld()) {
  let now = Date.parse('2026-03-10T02:00:00Z');
  const simulation = new Simulation(parseWorld(world), () => now);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = 'GET', url: target = '/', headers, socket } = request;
      const body = Buffer.concat(chunks);
      const type = headers['content-type'] ?? '';
      const ip = socket.remoteAddress ?? '';
      try {
        const reply = await answerTraced(simulation, { method, ...splitTarget(target), type, body, ip });
        response.end(reply.kind === 'answer' ? reply.body : undefined);
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Calls a row of the catalogue; what it accepts is read by the row's own schema. */
  async function call(name: EndpointName, fields: object = {}, sent: Sent = {}): Promise<Answer> {
    const row: Endpoint = endpoints[name];
    const query = new URLSearchParams({ ...row.fixedQuery, ...sent.query });
    if (sent.token !== undefined) query.set(sent.field ?? row.tokenField, sent.token);
    const method = sent.method ?? row.method;
    if (method === 'GET') for (const [key, value] of Object.entries(fields)) query.set(key, String(value));
    const response = await fetch(`${url}${row.path}?${query}`, {
      method,
      ...(method === 'POST' && { body: Buffer.from(sent.raw ?? JSON.stringify(fields)) }),
      ...(sent.headers && { headers: sent.headers }),
    });
    const answer = (await response.json()) as Answer;
    if (answer.errcode === undefined || answer.errcode === 0) row.response.parse(answer);
    return answer;
  }

  /** The platform's own token, from the ticket. */
  async function componentToken(component = PLATFORM, secret = SECRET): Promise<string> {
    const answer = await call('api_component_token', {
      component_appid: component,
      component_appsecret: secret,
      component_verify_ticket: simulation.platforms.ticketOf(component),
    });
    return String(answer.component_access_token);
  }

  /** What api_authorizer_token answers. */
  async function refresh(token: string, refreshToken: string = REFRESH, app = APP, component = PLATFORM) {
    const fields = {
      component_appid: component,
      authorizer_appid: app,
      authorizer_refresh_token: refreshToken,
    };
    const answer = await call('api_authorizer_token', fields, { token });
    return {
      answer,
      errcode: answer.errcode,
      token: String(answer.authorizer_access_token),
      refreshToken: String(answer.authorizer_refresh_token),
    };
  }

  const pass = (ms: number) => {
    now += ms;
  };
  return { url, simulation, call, componentToken, refresh, pass, now: () => now };
}
