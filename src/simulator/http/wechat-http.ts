/** WeChat's side of the wire: token, method, body, the step, and the fault that may lie over it. */
import { type EndpointName, type Served, servedAt } from '../calls/endpoints.js';
import { type CallFault, faultApplies, faultErrcode } from '../control/faults.js';
import { messageOf, type Refusal, refuse } from '../state/errors.js';
import type { LedgerRequest } from '../state/ledger.js';
import { isRefusal, type Outcome, type Params } from '../state/machine.js';
import { isObject } from '../state/params.js';
import { type Caller, Simulation } from '../state/simulation.js';
import { disturbed } from './disturb.js';
import { formOf } from './multipart.js';
import { refusal } from './refusal.js';
import { type JsonBody, json, jsonOf, type Reply, WECHAT_JSON, type WireRequest } from './wire.js';

/** Answers a call of WeChat's API. Errors are HTTP 200, as WeChat's are. */
export async function answerWechat(simulation: Simulation, request: WireRequest): Promise<Reply> {
  const at = simulation.clock();
  const secret = Simulation.tokenIn(request.query);
  const served = servedAt(request.path, request.query);
  const body = served?.row.in === 'form' ? await formBody(request) : jsonOf(request.body);
  const fields = isObject(body.value) ? body.value : {};
  const params = { ...componentIn(request.query), ...fields };
  const sent = { ...Simulation.paramsOf(request.query), ...fields };
  const noted = { at, method: request.method, params: sent };
  if (served === undefined) {
    const unknown = { endpoint: request.path, errcode: 40066, applied: false } as const;
    simulation.ledger.request({ ...noted, app: null, ...unknown }, secret);
    return answer(refuse(40066), at);
  }
  const caller = simulation.admit(served, request, params);
  const app = isRefusal(caller) ? null : caller.app;

  // What is wrong with the request itself; else the parameters that the call is made with.
  const prepared = (): Refusal | { params: Params; caller: Caller } => {
    if (isRefusal(caller)) return caller;
    const { method } = served.row;
    if (request.method !== method) return refuse(method === 'GET' ? 43001 : 43002);
    // A body is read only where one belongs: a GET with rubbish in its body is a good GET.
    if (method === 'POST' && body.kind === 'empty' && !mayBeEmpty(served, simulation)) return refuse(44002);
    if (method === 'POST' && body.kind !== 'empty' && !isObject(body.value)) return refuse(47001);
    return { caller, params: method === 'GET' ? Simulation.paramsOf(request.query) : params };
  };
  const carryOut = (): Outcome => {
    const call = prepared();
    return isRefusal(call) ? call : simulation.perform(served, call.caller, call.params);
  };

  const fault = simulation.takeFault(served.name, app);
  if (fault === undefined) {
    const outcome = carryOut();
    simulation.ledger.request({ ...noted, app, ...result(served, outcome) }, secret);
    return answer(outcome, at, served);
  }
  if (fault.landsAfterMs !== undefined) {
    const call = prepared();
    if (!isRefusal(call)) simulation.landLater(served, call.caller, call.params, at + fault.landsAfterMs);
  }
  const applies = faultApplies(fault, simulation.world.switches.systemError === 'applied');
  const outcome = applies ? carryOut() : undefined;
  const done = result(served, outcome);
  const errcode = errcodeUnder(fault, done.errcode);
  simulation.ledger.request({ ...noted, app, ...done, errcode, fault: fault.kind }, secret);
  // A fault told not to apply has no real answer to disturb; WeChat's usual excuse stands in.
  const real = answer(outcome ?? refuse(-1), at, served);
  return disturbed(fault, real, (code, errmsg) => refusal(code, errmsg ?? messageOf(code), at));
}

/** All that a call with a body takes from the URL beside its token: some SDKs name the platform there. */
export function componentIn(query: URLSearchParams): Params {
  const named = query.get('component_appid');
  return named === null ? {} : { component_appid: named };
}

/** Their pages say that nothing needs to be sent, where others ask for `{}`; some clients send no body at all. */
const FIELDLESS: ReadonlySet<EndpointName> = new Set([
  'getweappsupportversion',
  'qrcodejumpget',
  'qrcodejumpdownload',
]);

function mayBeEmpty({ name }: Served, { world }: Simulation): boolean {
  return FIELDLESS.has(name) && world.switches.emptyBodyOfFieldless === 'ok';
}

/** A form, as a body with fields; what is no form has none, and its call says that the file is missing. */
async function formBody(request: WireRequest): Promise<JsonBody> {
  return { kind: 'json', value: (await formOf(request)) ?? {} };
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
function errcodeUnder(fault: CallFault, answered: LedgerRequest['errcode']): LedgerRequest['errcode'] {
  if (fault.landsAfterMs !== undefined) return null;
  return faultErrcode(fault) ?? (fault.kind === 'slow' ? answered : null);
}

function answer(outcome: Outcome, at: number, served?: Served): Reply {
  if (isRefusal(outcome)) {
    return refusal(outcome.errcode, messageOf(outcome.errcode), at);
  }
  if (outcome.image !== undefined) {
    const { type, filename, bytes } = outcome.image;
    return { kind: 'answer', status: 200, type, filename, body: bytes, delayMs: 0 };
  }
  const ok = served?.row.errcode === 'onFailure' ? {} : { errcode: 0, errmsg: 'ok' };
  return json({ ...ok, ...outcome.answer }, 200, WECHAT_JSON);
}
