/** The control API over HTTP: `/_simulator/…`, JSON in and out, a clear 400 for what cannot be done. */
import { ControlError, type UncheckedControl } from '../control/control.js';
import type { Params } from '../state/machine.js';
import { isObject } from '../state/params.js';
import { json, jsonOf, type Reply, type WireRequest } from './wire.js';

const PREFIX = '/_simulator';

interface Route {
  about: string;
  /** A query, or a body, that could be sent. */
  example?: string;
  run: (control: UncheckedControl, input: Params) => unknown;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Method and path → what to do. */
const ROUTES: Record<string, Route> = {
  'GET ': { about: 'this list', run: () => ({ controls: index() }) },
  'GET ledger': {
    about: 'requests, effects, events and pushes, of one app or of all',
    example: '?app=wx0123456789abcdef',
    run: (control, { app }) => control.ledger(app === undefined ? undefined : (textOf(app) ?? '')),
  },
  'GET state': {
    about: 'an app, a component, or the world',
    example: '?app=wx0123456789abcdef',
    run: (control, { app, component }) => {
      if (app !== undefined) return control.state(textOf(app) ?? '');
      return component === undefined ? control.world() : control.component(textOf(component) ?? '');
    },
  },
  'GET faults': { about: 'the faults on order', run: (control) => ({ faults: control.faults() }) },
  'POST faults': {
    about: 'puts a fault on order',
    example: '{"endpoint":"grayrelease","kind":"dropAfterApplying","times":2}',
    run: (control, input) => ({ faults: control.addFault(input) }),
  },
  'DELETE faults': {
    about: 'cancels the faults on order',
    run: (control) => {
      control.clearFaults();
      return { faults: [] };
    },
  },
  'POST audit': {
    about: 'judges the audit that runs: approve, reject, delay',
    example: '{"app":"wx0123456789abcdef","verdict":"approve"}',
    run: (control, input) => control.audit(input),
  },
  'POST console': {
    about: "presses a button in WeChat's console",
    example: '{"app":"wx0123456789abcdef","action":"publish","version":"9.9.9"}',
    run: (control, input) => control.console(input),
  },
  'POST metrics': {
    about: 'sets a metric of a version',
    example: '{"app":"wx0123456789abcdef","name":"js_error_rate","version":"1.4.0","value":0.2}',
    run: (control, input) => {
      control.metrics(input);
      return { ok: true };
    },
  },
  'GET clock': {
    about: 'what time it is, and whether it stands still',
    run: (control) => control.clock(undefined),
  },
  'POST clock': {
    about: 'advances, sets, freezes or unfreezes the clock',
    example: '{"advance":"2h"}',
    run: (control, input) => control.clock(input),
  },
  'POST push': {
    about: 'sends any event now, whole or with a flaw, and tells how it ended',
    example: '{"event":"weapp_audit_success","app":"wx0123456789abcdef"}',
    run: async (control, input) => ({ pushes: await control.push(input) }),
  },
};

/** Whether a path belongs to the control API. */
export function isControl(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/** Answers a request under `/_simulator/`. */
export async function answerControl(control: UncheckedControl, request: WireRequest): Promise<Reply> {
  const name = `${request.method} ${request.path.slice(PREFIX.length + 1)}`;
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (route === undefined)
    return problem(404, `no such control; there are: ${Object.keys(ROUTES).join(', ')}`);
  const input = request.method === 'POST' ? bodyOf(request) : Object.fromEntries(request.query);
  if (input === undefined)
    return problem(400, 'send a JSON object, for instance {"app":"wx0123456789abcdef"}');
  try {
    return json(await route.run(control, input));
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return json({ error: error.message, problems: error.problems }, 400);
  }
}

/** What there is, each with a request that could be sent. */
function index() {
  return Object.entries(ROUTES).map(([name, { about, example = '' }]) => {
    const [method = '', path = ''] = name.split(' ');
    const address = `${PREFIX}/${path}`;
    const isBody = example.startsWith('{');
    return {
      method,
      path: address,
      about,
      example: isBody ? `${method} ${address} ${example}` : `${method} ${address}${example}`,
    };
  });
}

function bodyOf(request: WireRequest): Params | undefined {
  const body = jsonOf(request.body);
  return isObject(body.value) ? body.value : undefined;
}

function problem(status: number, error: string): Reply {
  return json({ error, problems: [] }, status);
}
