/** Remembers every refused call under the rid that its answer carries, for rid/get. */
import type { Params } from '../state/machine.js';
import { isObject } from '../state/params.js';
import { Simulation } from '../state/simulation.js';
import { tooLarge } from './unreadable.js';
import { answerWechat, componentIn } from './wechat-http.js';
import { jsonOf, type Reply, type WireRequest } from './wire.js';

/** Answers a call of WeChat's API, and keeps what rid/get will be asked for. */
export async function answerTraced(simulation: Simulation, request: WireRequest): Promise<Reply> {
  const at = simulation.clock();
  const begun = performance.now();
  const reply = await answerWechat(simulation, request);
  remember(simulation, request, reply, { at, costMs: Math.round(performance.now() - begun) });
  return reply;
}

/** Answers a call of WeChat's API whose body was too long to be kept. */
export function answerTooLarge(simulation: Simulation, request: WireRequest): Reply {
  const at = simulation.clock();
  const reply = tooLarge(at);
  const { method, path, query } = request;
  const noted = { at, app: null, method, endpoint: path, params: Simulation.paramsOf(query) };
  simulation.ledger.request({ ...noted, errcode: 45002, applied: false }, Simulation.tokenIn(query));
  remember(simulation, request, reply, { at, costMs: 0 });
  return reply;
}

function remember(
  simulation: Simulation,
  request: WireRequest,
  reply: Reply,
  { at, costMs }: { at: number; costMs: number },
): void {
  if (reply.kind !== 'answer' || reply.rid === undefined) return;
  const token = Simulation.tokenIn(request.query);
  const body = fieldsOf(request);
  const { redactor } = simulation.ledger;
  const clean = (fields: Params) => redactor.fields(fields, token);
  simulation.traces.keep({
    rid: reply.rid,
    at,
    account: simulation.accountOf(token, { ...componentIn(request.query), ...body }),
    costMs,
    url: Object.entries(clean(Simulation.paramsOf(request.query)))
      .map(([key, value]) => `${key}=${String(value)}`)
      .join('&'),
    body: request.body.length === 0 ? '' : JSON.stringify(clean(body)),
    answer: String(reply.body),
    ip: request.ip,
  });
}

function fieldsOf({ body }: WireRequest): Params {
  const { value } = jsonOf(body);
  return isObject(value) ? value : {};
}
