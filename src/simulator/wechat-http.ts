/** WeChat's side of the wire: token, method, body, the step, and the fault that may lie over it. */
import { randomBytes } from 'node:crypto';
import { type Served, servedAt } from './endpoints.js';
import { messageOf, refuse } from './errors.js';
import { type Fault, faultApplies } from './faults.js';
import type { LedgerRequest } from './ledger.js';
import { isRefusal, type Outcome, type Params } from './machine.js';
import { isObject } from './params.js';
import { Simulation } from './simulation.js';
import { toSeconds } from './time.js';
import { json, jsonOf, type Reply, WECHAT_JSON, type WireRequest } from './wire.js';

/** Answers a call of WeChat's API. Errors are HTTP 200, as WeChat's are. */
export function answerWechat(simulation: Simulation, request: WireRequest): Reply {
  const at = simulation.clock();
  const caller = simulation.authorize(request.query);
  const app = isRefusal(caller) ? null : caller.appid;
  const secret = Simulation.tokenIn(request.query);
  const body = jsonOf(request.body);
  const sent = isObject(body.value) ? body.value : {};
  const params: Params = { ...Simulation.paramsOf(request.query), ...sent };
  const noted = { at, app, method: request.method, params };

  const served = servedAt(request.path, request.query);
  if (served === undefined) {
    simulation.ledger.request({ ...noted, endpoint: request.path, errcode: 40066, applied: false }, secret);
    return answer(refuse(40066), at);
  }

  const carryOut = (): Outcome => {
    if (isRefusal(caller)) return caller;
    if (request.method !== served.method) return refuse(served.method === 'GET' ? 43001 : 43002);
    // A body is read only where one belongs: a GET with rubbish in its body is a good GET.
    if (served.method === 'POST' && body.kind === 'empty') return refuse(44002);
    if (served.method === 'POST' && !isObject(body.value)) return refuse(47001);
    const taken = served.method === 'GET' ? Simulation.paramsOf(request.query) : params;
    return simulation.perform(served, caller.appid, taken);
  };

  const fault = simulation.takeFault(served.name, app);
  if (fault === undefined) {
    const outcome = carryOut();
    simulation.ledger.request({ ...noted, ...result(served, outcome) }, secret);
    return answer(outcome, at);
  }
  const applies = faultApplies(fault, simulation.world.switches.systemError === 'applied');
  const outcome = applies ? carryOut() : undefined;
  const done = result(served, outcome);
  const errcode = errcodeUnder(fault, done.errcode);
  simulation.ledger.request({ ...noted, ...done, errcode, fault: fault.kind }, secret);
  return disturbed(fault, outcome, at);
}

function result(
  { name }: Served,
  outcome: Outcome | undefined,
): Pick<LedgerRequest, 'endpoint' | 'errcode' | 'applied'> {
  if (outcome === undefined) return { endpoint: name, errcode: null, applied: false };
  if (isRefusal(outcome)) return { endpoint: name, errcode: outcome.errcode, applied: false };
  return { endpoint: name, errcode: 0, applied: outcome.effect !== undefined };
}

/** The errcode that the caller gets to see under a fault; null: none. */
function errcodeUnder({ kind }: Fault, answered: LedgerRequest['errcode']): LedgerRequest['errcode'] {
  if (kind === 'systemError') return -1;
  if (kind === 'tokenExpired') return 42001;
  return kind === 'slow' ? answered : null;
}

function disturbed({ kind, delayMs }: Fault, outcome: Outcome | undefined, at: number): Reply {
  // A fault told not to apply has no real answer to disturb; WeChat's usual excuse stands in.
  const real = answer(outcome ?? refuse(-1), at);
  const body = real.kind === 'answer' ? real.body : '';
  const ok = { kind: 'answer', status: 200, type: WECHAT_JSON, delayMs: 0 } as const;
  switch (kind) {
    case 'dropBeforeApplying':
    case 'dropAfterApplying':
      return { kind: 'drop' };
    case 'hang':
      return { kind: 'hang' };
    case 'systemError':
      return answer(refuse(-1), at);
    case 'tokenExpired':
      return answer(refuse(42001), at);
    case 'http502':
      return badGateway();
    case 'slow':
      return { ...ok, body, delayMs };
    case 'invalidJson':
      return { ...ok, body: body.slice(0, body.length / 2) };
    case 'emptyBody':
      return { ...ok, body: '' };
  }
}

/** What a proxy in front of a dead server answers. */
export function badGateway(): Reply {
  const body =
    '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
  return { kind: 'answer', status: 502, type: 'text/html', body, delayMs: 0 };
}

function answer(outcome: Outcome, at: number): Reply {
  if (!isRefusal(outcome)) return json({ errcode: 0, errmsg: 'ok', ...outcome.answer }, 200, WECHAT_JSON);
  const { errcode } = outcome;
  return json({ errcode, errmsg: `${messageOf(errcode)} rid: ${trace(at)}` }, 200, WECHAT_JSON);
}

/** WeChat's trace: three groups of eight hex digits, the first the seconds since the epoch. */
function trace(at: number): string {
  const seconds = (toSeconds(at) >>> 0).toString(16).padStart(8, '0');
  const rest = randomBytes(8).toString('hex');
  return `${seconds}-${rest.slice(0, 8)}-${rest.slice(8)}`;
}
