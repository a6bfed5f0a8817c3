/** WeChat's side of the wire: token, method, body, the step, and the fault that may lie over it. */
import { randomBytes } from 'node:crypto';
import { type Served, servedAt } from '../calls/endpoints.js';
import { type Fault, faultApplies } from '../control/faults.js';
import { messageOf, refuse } from '../state/errors.js';
import type { LedgerRequest } from '../state/ledger.js';
import { isRefusal, type Outcome, type Params } from '../state/machine.js';
import { isObject } from '../state/params.js';
import { Simulation } from '../state/simulation.js';
import { toSeconds } from '../state/time.js';
import { formOf } from './multipart.js';
import { type JsonBody, json, jsonOf, type Reply, WECHAT_JSON, type WireRequest } from './wire.js';

/** Answers a call of WeChat's API. Errors are HTTP 200, as WeChat's are. */
export async function answerWechat(simulation: Simulation, request: WireRequest): Promise<Reply> {
  const at = simulation.clock();
  const secret = Simulation.tokenIn(request.query);
  const served = servedAt(request.path, request.query);
  const body = served?.row.in === 'form' ? await formBody(request) : jsonOf(request.body);
  const params: Params = {
    ...Simulation.paramsOf(request.query),
    ...(isObject(body.value) ? body.value : {}),
  };
  const noted = { at, method: request.method, params };
  if (served === undefined) {
    const unknown = { endpoint: request.path, errcode: 40066, applied: false } as const;
    simulation.ledger.request({ ...noted, app: null, ...unknown }, secret);
    return answer(refuse(40066), at);
  }
  const caller = simulation.authorize(served, request.query);
  const app = isRefusal(caller) ? null : caller.app;

  const carryOut = (): Outcome => {
    if (isRefusal(caller)) return caller;
    const { method } = served.row;
    if (request.method !== method) return refuse(method === 'GET' ? 43001 : 43002);
    // A body is read only where one belongs: a GET with rubbish in its body is a good GET.
    if (method === 'POST' && body.kind === 'empty') return refuse(44002);
    if (method === 'POST' && !isObject(body.value)) return refuse(47001);
    return simulation.perform(served, caller, method === 'GET' ? Simulation.paramsOf(request.query) : params);
  };

  const fault = simulation.takeFault(served.name, app);
  if (fault === undefined) {
    const outcome = carryOut();
    simulation.ledger.request({ ...noted, app, ...result(served, outcome) }, secret);
    return answer(outcome, at, served);
  }
  const applies = faultApplies(fault, simulation.world.switches.systemError === 'applied');
  const outcome = applies ? carryOut() : undefined;
  const done = result(served, outcome);
  const errcode = errcodeUnder(fault, done.errcode);
  simulation.ledger.request({ ...noted, app, ...done, errcode, fault: fault.kind }, secret);
  return disturbed(fault, outcome, at, served);
}

/** A form, as a body with fields; what is no form is told as WeChat tells it. */
async function formBody(request: WireRequest): Promise<JsonBody> {
  if (request.body.length === 0) return { kind: 'empty' };
  const value = await formOf(request);
  return value === undefined ? { kind: 'bad' } : { kind: 'json', value };
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

function disturbed(
  { kind, delayMs }: Fault,
  outcome: Outcome | undefined,
  at: number,
  served: Served,
): Reply {
  // A fault told not to apply has no real answer to disturb; WeChat's usual excuse stands in.
  const real = answer(outcome ?? refuse(-1), at, served);
  if (real.kind !== 'answer') return real;
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
      return { ...real, delayMs };
    case 'invalidJson':
      return { ...real, body: real.body.slice(0, real.body.length / 2) };
    case 'emptyBody':
      return { ...real, body: '' };
  }
}

/** What a proxy in front of a dead server answers. */
export function badGateway(): Reply {
  const body =
    '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
  return { kind: 'answer', status: 502, type: 'text/html', body, delayMs: 0 };
}

function answer(outcome: Outcome, at: number, served?: Served): Reply {
  if (isRefusal(outcome)) {
    const { errcode } = outcome;
    return json({ errcode, errmsg: `${messageOf(errcode)} rid: ${trace(at)}` }, 200, WECHAT_JSON);
  }
  if (outcome.image !== undefined) {
    const { type, filename, bytes } = outcome.image;
    return { kind: 'answer', status: 200, type, filename, body: bytes, delayMs: 0 };
  }
  const ok = served?.row.errcode === 'onFailure' ? {} : { errcode: 0, errmsg: 'ok' };
  return json({ ...ok, ...outcome.answer }, 200, WECHAT_JSON);
}

/** WeChat's trace: three groups of eight hex digits, the first the seconds since the epoch. */
function trace(at: number): string {
  const seconds = (toSeconds(at) >>> 0).toString(16).padStart(8, '0');
  const rest = randomBytes(8).toString('hex');
  return `${seconds}-${rest.slice(0, 8)}-${rest.slice(8)}`;
}
