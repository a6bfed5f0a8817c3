/** Remembers every refused call under the rid that its answer carries, for rid/get. */
import type { Params } from '../state/machine.js';
import { isObject } from '../state/params.js';
import { Simulation } from '../state/simulation.js';
import { answerWechat } from './wechat-http.js';
import { jsonOf, type Reply, type WireRequest } from './wire.js';

/** In the answer's own errmsg: that of rid/get quotes another answer. */
const RID = /"errmsg":"[^"]* rid: ([0-9a-f]{8}(?:-[0-9a-f]{8}){2})/;

/** Answers a call of WeChat's API, and keeps what rid/get will be asked for. */
export async function answerTraced(simulation: Simulation, request: WireRequest): Promise<Reply> {
  const at = simulation.clock();
  const begun = performance.now();
  const reply = await answerWechat(simulation, request);
  const answer = reply.kind === 'answer' && typeof reply.body === 'string' ? reply.body : '';
  const rid = RID.exec(answer)?.[1];
  if (rid === undefined) return reply;

  const token = Simulation.tokenIn(request.query);
  const body = fieldsOf(request);
  const { redactor } = simulation.ledger;
  const clean = (fields: Params) => redactor.fields(fields, token);
  simulation.traces.keep({
    rid,
    at,
    account: simulation.accountOf(token, body),
    costMs: Math.round(performance.now() - begun),
    url: Object.entries(clean(Simulation.paramsOf(request.query)))
      .map(([key, value]) => `${key}=${String(value)}`)
      .join('&'),
    body: request.body.length === 0 ? '' : JSON.stringify(clean(body)),
    answer,
    ip: request.ip,
  });
  return reply;
}

function fieldsOf({ body }: WireRequest): Params {
  const { value } = jsonOf(body);
  return isObject(value) ? value : {};
}
