/** The control API over HTTP: `/_simulator/…`, JSON in and out, a clear 400 for what cannot be done. */
import { ControlError, type UncheckedControl } from '../control/control.js';
import type { Params } from '../state/machine.js';
import { isObject } from '../state/params.js';
import { json, jsonOf, type Reply, type WireRequest } from './wire.js';

const PREFIX = '/_simulator';

type Route = (control: UncheckedControl, input: Params) => unknown;

/** Method and path → what to do. */
const ROUTES: Record<string, Route> = {
  'GET ledger': (control, { app }) => control.ledger(typeof app === 'string' ? app : undefined),
  'GET state': (control, { app }) => control.state(typeof app === 'string' ? app : ''),
  'GET faults': (control) => ({ faults: control.faults() }),
  'POST faults': (control, input) => ({ faults: control.addFault(input) }),
  'DELETE faults': (control) => {
    control.clearFaults();
    return { faults: [] };
  },
  'POST audit': (control, input) => control.audit(input),
  'POST console': (control, input) => control.console(input),
  'POST metrics': (control, input) => {
    control.metrics(input);
    return { ok: true };
  },
  'POST clock': (control, input) => ({ now: control.clock(input) }),
};

/** Whether a path belongs to the control API. */
export function isControl(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/** Answers a request under `/_simulator/`. */
export function answerControl(control: UncheckedControl, request: WireRequest): Reply {
  const name = request.path.slice(PREFIX.length + 1);
  const route = Object.hasOwn(ROUTES, `${request.method} ${name}`)
    ? ROUTES[`${request.method} ${name}`]
    : undefined;
  if (route === undefined)
    return problem(404, `no such control; there are: ${Object.keys(ROUTES).join(', ')}`);
  const input = request.method === 'POST' ? bodyOf(request) : Object.fromEntries(request.query);
  if (input === undefined)
    return problem(400, 'send a JSON object, for instance {"app":"wx0123456789abcdef"}');
  try {
    return json(route(control, input));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return json({ error: error.message, problems: error.problems }, 400);
  }
}

function bodyOf(request: WireRequest): Params | undefined {
  const body = jsonOf(request.body);
  return isObject(body.value) ? body.value : undefined;
}

function problem(status: number, error: string): Reply {
  return json({ error, problems: [] }, status);
}
