/** Faults on order: what the network or WeChat does to the next calls. Consumed in the order they were added. */
import { z } from 'zod';
import { type EndpointName, endpointNames } from '../calls/endpoints.js';
import { strict } from '../world/schema.js';

/** What a fault does to the answer, and whether the call takes effect unless `applies` says otherwise. */
export const FAULT_KINDS = {
  dropBeforeApplying: { applies: false, about: 'the connection breaks, nothing took effect' },
  dropAfterApplying: { applies: true, about: 'the connection breaks, but the call took effect' },
  systemError: { applies: false, about: '-1 system error' },
  http502: { applies: false, about: 'HTTP 502 with a page of HTML' },
  hang: { applies: false, about: 'no answer, ever' },
  slow: { applies: true, about: 'the right answer after delayMs (default 1000)' },
  invalidJson: { applies: true, about: 'HTTP 200 with half an answer' },
  emptyBody: { applies: true, about: 'HTTP 200 with nothing in it' },
  tokenExpired: { applies: false, about: '42001 although the token is good' },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

const KINDS = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];
/** Prometheus' query can be disturbed too; `*` is any WeChat endpoint. */
const TARGETS = [...endpointNames, 'query', '*'] as const;

export const faultSchema = strict({
  endpoint: z.enum(TARGETS, { error: `write one of ${TARGETS.join(', ')}` }),
  app: z.string().optional(),
  kind: z.enum(KINDS, { error: `write one of ${KINDS.join(', ')}` }),
  times: z.int().min(1, 'write a whole number, 1 or more').default(1),
  delayMs: z.int().min(0).max(600_000, 'at most 600000, ten minutes').default(1_000),
  applies: z.boolean().optional(),
});

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

/** The fault for this call, and what remains on order afterwards. */
export function takeFault(
  faults: readonly Fault[],
  endpoint: EndpointName | 'query',
  app: string | null,
): { fault: Fault | undefined; rest: Fault[] } {
  const fault = faults.find(
    (candidate) =>
      (candidate.endpoint === endpoint || (candidate.endpoint === '*' && endpoint !== 'query')) &&
      (candidate.app === undefined || candidate.app === app),
  );
  if (fault === undefined) return { fault, rest: [...faults] };
  const used = { ...fault, times: fault.times - 1 };
  return { fault, rest: faults.map((one) => (one === fault ? used : one)).filter(({ times }) => times > 0) };
}

/** Whether a call under this fault takes effect. */
export function faultApplies(fault: Fault, systemErrorApplies: boolean): boolean {
  if (fault.applies !== undefined) return fault.applies;
  return fault.kind === 'systemError' ? systemErrorApplies : FAULT_KINDS[fault.kind].applies;
}
