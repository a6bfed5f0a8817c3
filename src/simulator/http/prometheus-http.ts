/** The little of Prometheus that a health check needs: instant queries with a plain selector. */
import { printSample, selects } from '../health/metrics.js';
import { parseSelector } from '../health/selector.js';
import type { Simulation } from '../state/simulation.js';
import { disturbed } from './disturb.js';
import { json, type Reply, textOf, type WireRequest } from './wire.js';

/** Answers `/api/v1/query` in Prometheus' format. */
export function answerPrometheus(simulation: Simulation, request: WireRequest): Reply {
  const form = new URLSearchParams(request.method === 'POST' ? (textOf(request.body) ?? '') : '');
  const query = form.get('query') ?? request.query.get('query') ?? '';
  const fault = simulation.takeFault('query', null);
  simulation.ledger.request({
    at: simulation.clock(),
    app: null,
    method: request.method,
    endpoint: 'query',
    params: { query },
    errcode: null,
    applied: false,
    ...(fault && { fault: fault.kind }),
  });
  const real = evaluate(simulation, request.method, query);
  return fault === undefined ? real : disturbed(fault, real, busy);
}

function evaluate(simulation: Simulation, method: string, query: string): Reply {
  if (method !== 'GET' && method !== 'POST') return refusal('use GET or POST', 405);
  const selector = parseSelector(query);
  if (selector === null) {
    return refusal(
      `invalid parameter "query": the simulator says only plain selectors are understood, such as launches{app="wx0123456789abcdef",version="1.4.0"}; got ${JSON.stringify(query.slice(0, 200))}`,
    );
  }
  const at = simulation.clock() / 1000;
  const result = simulation
    .series()
    .filter((series) => selects(selector, series))
    .map(({ labels, value }) => ({ metric: labels, value: [at, printSample(value)] }));
  return json({ status: 'success', data: { resultType: 'vector', result } });
}

/** Prometheus knows no errcodes; a fault that is one means that it cannot answer now. */
function busy(): Reply {
  return json({ status: 'error', errorType: 'unavailable', error: 'the query engine is busy' }, 503);
}

function refusal(error: string, status = 400): Reply {
  return json({ status: 'error', errorType: 'bad_data', error }, status);
}
