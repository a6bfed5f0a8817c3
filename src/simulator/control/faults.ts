/** Faults on order: what the network or WeChat does to the next calls and pushes. Tried in the order they were added. */
import { z } from 'zod';
import { type EndpointName, endpointNames } from '../calls/endpoints.js';
import { PUSH_EVENTS, PUSH_FLAWS, type PushEventName, type PushFlaw } from '../push/flaws.js';
import { drawn } from '../state/random.js';
import { strict } from '../world/schema.js';

/** What a fault does to a call, whether the call takes effect unless `applies` says otherwise, and the errcode it answers. */
export const FAULT_KINDS = {
  dropBeforeApplying: { applies: false, about: 'the connection breaks, nothing took effect' },
  dropAfterApplying: { applies: true, about: 'the connection breaks, but the call took effect' },
  systemError: { applies: false, errcode: -1, about: '-1 system error' },
  http502: { applies: false, about: 'HTTP 502 with a page of HTML' },
  httpStatus: { applies: false, about: 'HTTP `status` (400 to 599) with a page of HTML' },
  hang: { applies: false, about: 'no answer, ever' },
  slow: { applies: true, about: 'the right answer after `delayMs` (default 1000)' },
  invalidJson: { applies: true, about: 'HTTP 200 with half an answer' },
  emptyBody: { applies: true, about: 'HTTP 200 with nothing in it' },
  tokenExpired: { applies: false, errcode: 42001, about: '42001 although the token is good' },
  minuteQuota: { applies: false, errcode: 45011, about: '45011, too many calls in this minute' },
  dailyQuota: { applies: false, errcode: 45009, about: '45009, too many calls today' },
  concurrent: { applies: false, errcode: 9402202, about: '9402202, the same is under way already' },
  errcode: { applies: false, about: '`errcode` with `errmsg`' },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

const KINDS = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];
const FLAWS = Object.keys(PUSH_FLAWS) as [PushFlaw, ...PushFlaw[]];
/** Prometheus' query and pushes can be disturbed too; `*` is any WeChat endpoint. */
const TARGETS = [...endpointNames, 'query', '*'] as const;
/** Where a broken call may land later: the calls that document 9402202. */
const LANDING: readonly string[] = ['commit', 'submit_audit'];
const LONGEST_MS = 86_400_000;
const WAIT_HELP = 'write milliseconds, a whole number, at most 86400000 (a day)';

const wait = z.int({ error: WAIT_HELP }).min(0, WAIT_HELP).max(LONGEST_MS, WAIT_HELP);
const TIMES_HELP = 'write a whole number, 1 or more, or "always"';
const CHANCE_HELP = 'write a number above 0, at most 1';
const SEED_ALONE = 'belongs to probability; give that too';
const SEED_HELP = 'write a whole number from 0 to 4294967295';

/** How often it strikes: `times`, by chance with `probability`, or both. */
const often = {
  app: z.string().optional(),
  times: z.union([z.int().min(1, TIMES_HELP), z.literal('always')], { error: TIMES_HELP }).optional(),
  probability: z.number({ error: CHANCE_HELP }).gt(0, CHANCE_HELP).max(1, CHANCE_HELP).optional(),
  seed: z.int({ error: SEED_HELP }).min(0, SEED_HELP).max(0xffff_ffff, SEED_HELP).optional(),
};

const ERRCODE_HELP = 'write a whole number other than 0, as in "errcode": 85015';
const STATUS_HELP = 'write a whole number from 400 to 599';

const callFault = strict({
  endpoint: z.enum(TARGETS, { error: `write one of ${TARGETS.join(', ')}, or push` }),
  kind: z.enum(KINDS, { error: `write one of ${KINDS.join(', ')}` }),
  ...often,
  delayMs: wait.max(600_000, 'at most 600000, ten minutes').default(1_000),
  applies: z.boolean({ error: 'write true or false' }).optional(),
  status: z.int({ error: STATUS_HELP }).min(400, STATUS_HELP).max(599, STATUS_HELP).optional(),
  errcode: z
    .int({ error: ERRCODE_HELP })
    .refine((code) => code !== 0, ERRCODE_HELP)
    .optional(),
  errmsg: z.string({ error: 'write a text' }).max(1_000).optional(),
  landsAfterMs: wait.optional(),
})
  .superRefine((fault, ctx) => {
    const complain = (field: string, message: string) =>
      ctx.addIssue({ code: 'custom', path: [field], message });
    if (fault.seed !== undefined && fault.probability === undefined) complain('seed', SEED_ALONE);
    const { kind } = fault;
    const belongs = (field: 'status' | 'errcode' | 'errmsg', owner: FaultKind) => {
      if (fault[field] !== undefined && kind !== owner)
        complain(field, `belongs to the kind ${owner}; this is ${kind}`);
    };
    belongs('status', 'httpStatus');
    belongs('errcode', 'errcode');
    belongs('errmsg', 'errcode');
    if (kind === 'httpStatus' && fault.status === undefined) complain('status', STATUS_HELP);
    if (kind === 'errcode' && fault.errcode === undefined) complain('errcode', ERRCODE_HELP);
    if (fault.landsAfterMs !== undefined && (kind !== 'concurrent' || !LANDING.includes(fault.endpoint)))
      complain('landsAfterMs', `belongs to the kind concurrent of ${LANDING.join(' and ')}`);
  })
  .transform(withChance);

const pushFault = strict({
  endpoint: z.literal('push'),
  event: z.enum(PUSH_EVENTS, { error: `write one of ${PUSH_EVENTS.join(', ')}` }).optional(),
  kind: z.enum(FLAWS, { error: `a push can be ${FLAWS.join(', ')}` }),
  ...often,
  delayMs: wait.default(1_000),
})
  .refine(({ seed, probability }) => seed === undefined || probability !== undefined, {
    path: ['seed'],
    error: SEED_ALONE,
  })
  .transform(withChance);

/** A fault as it is ordered. */
export type CallFaultInput = z.input<typeof callFault>;
export type PushFaultInput = z.input<typeof pushFault>;
export type FaultInput = CallFaultInput | PushFaultInput;

export type CallFault = z.output<typeof callFault>;
export type PushFault = z.output<typeof pushFault>;
export type Fault = CallFault | PushFault;

/** The schema for what was ordered: a push knows other faults than a call. */
export function faultSchemaFor(input: unknown): typeof callFault | typeof pushFault {
  const isPush =
    typeof input === 'object' && input !== null && 'endpoint' in input && input.endpoint === 'push';
  return isPush ? pushFault : callFault;
}

interface Often {
  times?: number | 'always' | undefined;
  probability?: number | undefined;
  seed?: number | undefined;
}

/** How a fault strikes: `times` more often at most; with `probability`, by chance. */
interface Chance {
  times: number | 'always';
  probability?: number;
  /** What its chance is drawn from: the same seed strikes the same calls. */
  seed?: number;
  /** On how many calls it was tried. */
  draws?: number;
}

function withChance<Input extends Often>({ times, probability, seed, ...rest }: Input) {
  const chance: Chance =
    probability === undefined
      ? { times: times ?? 1 }
      : { times: times ?? 'always', probability, seed: seed ?? anySeed(), draws: 0 };
  return { ...rest, ...chance };
}

function anySeed(): number {
  return Math.floor(Math.random() * 0x1_0000_0000);
}

/** The fault for this call, and what remains on order afterwards. */
export function takeCallFault(
  faults: readonly Fault[],
  endpoint: EndpointName | 'query',
  app: string | null,
): { fault: CallFault | undefined; rest: Fault[] } {
  return take(
    faults,
    (fault): fault is CallFault =>
      fault.endpoint !== 'push' &&
      (fault.endpoint === endpoint || (fault.endpoint === '*' && endpoint !== 'query')) &&
      (fault.app === undefined || fault.app === app),
  );
}

/** The flaw for this push, and what remains on order afterwards. */
export function takePushFault(
  faults: readonly Fault[],
  event: PushEventName,
  app: string | null,
): { fault: PushFault | undefined; rest: Fault[] } {
  return take(
    faults,
    (fault): fault is PushFault =>
      fault.endpoint === 'push' &&
      (fault.event === undefined || fault.event === event) &&
      (fault.app === undefined || fault.app === app),
  );
}

/** The first that fits and strikes. One left to chance that does not strike has been tried all the same. */
function take<Kind extends Fault>(
  faults: readonly Fault[],
  fits: (fault: Fault) => fault is Kind,
): { fault: Kind | undefined; rest: Fault[] } {
  const rest: Fault[] = [];
  let found: Kind | undefined;
  for (const fault of faults) {
    if (found !== undefined || !fits(fault)) {
      rest.push(fault);
      continue;
    }
    const { probability = 1, seed = 0, draws = 0 } = fault;
    const strikes = probability === 1 || drawn(seed, draws) < probability;
    if (strikes) found = fault;
    const times = strikes && fault.times !== 'always' ? fault.times - 1 : fault.times;
    if (times !== 0) {
      rest.push({ ...fault, times, ...(fault.probability !== undefined && { draws: draws + 1 }) });
    }
  }
  return { fault: found, rest };
}

/** Whether a call under this fault takes effect. */
export function faultApplies(fault: CallFault, systemErrorApplies: boolean): boolean {
  if (fault.applies !== undefined) return fault.applies;
  return fault.kind === 'systemError' ? systemErrorApplies : FAULT_KINDS[fault.kind].applies;
}

/** The errcode that a fault answers instead; undefined when it answers none of its own. */
export function faultErrcode(fault: CallFault): number | undefined {
  const row = FAULT_KINDS[fault.kind];
  return 'errcode' in row ? row.errcode : fault.errcode;
}
