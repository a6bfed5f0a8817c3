/** What happens to a release at random, as plain data that a failing run prints. What it does is random-happen.ts. */
import fc from 'fast-check';
import { VERBS } from '../../src/domain/commands.js';
import type { CallFaultInput } from '../../src/simulator/control/faults.js';
import { type Drawn, OURS, PEOPLE, plans, SERIES } from './random-plans.js';

/** The moment from which a happening counts: the start, a phase, a stage that is confirmed (its index), a situation. */
const MOMENTS = [
  'start',
  'auditing',
  'ready',
  'rolling',
  'baking',
  'gate',
  'paused',
  'attention',
  0,
  1,
  2,
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Endings come by themselves and less often. */
const STEERING = VERBS.filter((verb) => !['abort', 'giveUp', 'rollback'].includes(verb));

/** What a command can carry; whatever of it a verb does not take is ignored. */
const fields = fc.record({
  /** Some commands are sent twice. */
  id: fc.option(fc.nat(3)),
  /** Whether what a verb must name is what is there. */
  right: fc.nat(3).map((dice) => dice > 0),
  flag: fc.nat(3).map((dice) => dice === 0),
  by: fc.constantFrom(...PEOPLE),
  pick: fc.nat(11),
});
export type Fields = typeof fields extends fc.Arbitrary<infer T> ? T : never;

const via = fc.constantFrom('signal' as const, 'update' as const);
const commandOf = <Verb extends string>(verbs: readonly Verb[]) =>
  fc.record({ kind: fc.constant('command' as const), verb: fc.constantFrom(...verbs), via, fields });

/** One of the commands that the status offers, as it stands. */
const offered = fc.record({ kind: fc.constant('offered' as const), pick: fc.nat(11), via });
const nonsense = fc.record({
  kind: fc.constant('nonsense' as const),
  verb: fc.constantFrom(...VERBS, 'healthReport' as const, 'auditResult' as const),
  payload: fc.constantFrom<unknown>(
    'text',
    17,
    [1, 2],
    { by: 5 },
    { expect: '1' },
    { until: 'never' },
    { for: 'a while' },
    { items: [] },
    { value: 'high' },
    { metric: 'crashes' },
    { metric: 'nobody-knows-it', value: 1 },
    { reason: '漏'.repeat(3_000), by: '| `$<b>&--1/2' },
  ),
});
const report = fc.record({
  kind: fc.constant('report' as const),
  value: fc.constantFrom(0.001, 0.001, 0.001, 0.5),
  agoMs: fc.constantFrom(0, 0, 500, 3_600_000, -3_600_000),
});
const series = fc.record({
  kind: fc.constant('series' as const),
  name: fc.constantFrom(...Object.values(SERIES), SERIES['js-error-rate']),
  value: fc.constantFrom<number | 'NaN'>(0.002, 0.5, 0.5, 0.03, 'NaN'),
});
const traffic = fc.record({ kind: fc.constant('traffic' as const), launches: fc.constantFrom(0, 40_000) });

const press = fc.record({
  kind: fc.constant('console' as const),
  press: fc.oneof(
    fc.record({
      action: fc.constantFrom(
        'pause' as const,
        'pause' as const,
        'resume' as const,
        'delete' as const,
        'finish' as const,
        'withdraw' as const,
      ),
    }),
    fc.record({ action: fc.constant('advance' as const), percentage: fc.constantFrom(2, 20, 60, 100) }),
    fc.record({ action: fc.constantFrom('publish' as const), version: fc.constant('2.0.0') }),
    fc.record({
      action: fc.constantFrom('trial' as const, 'submitAudit' as const),
      version: fc.constantFrom('9.9.9', OURS),
    }),
  ),
});

/** The merchant, or WeChat, takes a permission, and gives it back when asked or after a while. */
const permission = fc.record({
  kind: fc.constant('unauthorized' as const),
  errcode: fc.constantFrom(61003, 61007, 48001),
  forMs: fc.constantFrom(1_000, 4_000, null),
});
const verdict = fc.record({
  kind: fc.constant('verdict' as const),
  verdict: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const, 'delay' as const),
});
const cancel = fc.record({ kind: fc.constant('cancel' as const) });

type Fault = Omit<CallFaultInput, 'app'>;
/** Kinds that are over within seconds: nothing is lost on the way, or it settles within ten. */
const SEEN: Omit<Fault, 'endpoint'>[] = [
  { kind: 'dropAfterApplying' },
  { kind: 'slow', delayMs: 1_000 },
  { kind: 'systemError', applies: true },
  { kind: 'http502', applies: true },
  { kind: 'invalidJson' },
  { kind: 'emptyBody' },
  { kind: 'tokenExpired' },
  { kind: 'dailyQuota' },
  { kind: 'errcode', errcode: 61003 },
  { kind: 'errcode', errcode: 99999 },
];
const LOST: Omit<Fault, 'endpoint'>[] = [
  { kind: 'dropBeforeApplying' },
  { kind: 'systemError', applies: false },
  { kind: 'http502' },
  { kind: 'httpStatus', status: 503 },
  { kind: 'hang' },
  { kind: 'hang', applies: true },
  { kind: 'slow', delayMs: 3_000 },
  { kind: 'concurrent' },
  { kind: 'invalidJson', applies: false },
];
/** WeChat asks to come back in a minute. */
const LATER: Omit<Fault, 'endpoint'>[] = [{ kind: 'minuteQuota' }, { kind: 'httpStatus', status: 429 }];
const RISING = ['grayrelease', 'grayrelease', 'grayrelease', 'revertgrayrelease'] as const;
const SLOW_TO_SETTLE = [
  'commit',
  'submit_audit',
  'undocodeaudit',
  'speedupaudit',
  'release',
  'revertcoderelease',
] as const;
const READS = [
  'getversioninfo',
  'getgrayreleaseplan',
  'get_history_version',
  'get_latest_auditstatus',
  'get_auditstatus',
  'queryquota',
  'get_page',
  'get_category',
  'query',
] as const;

const fault = (endpoints: readonly Fault['endpoint'][], kinds: readonly Omit<Fault, 'endpoint'>[]) =>
  fc
    .record({
      endpoint: fc.constantFrom(...endpoints),
      what: fc.constantFrom(...kinds),
      times: fc.constantFrom(1, 1, 2),
    })
    .map(({ endpoint, what, times }) => ({
      kind: 'fault' as const,
      fault: { endpoint, times, ...what },
    }));

/** `patient`: faults of which the settling takes minutes are drawn too. */
const happeningOf = (patient: boolean) =>
  fc.oneof(
    { weight: 8, arbitrary: commandOf(STEERING) },
    {
      weight: 6,
      arbitrary: commandOf(['approve', 'approve', 'approve', 'refuse', 'pause', 'resume', 'freeze']),
    },
    { weight: 2, arbitrary: commandOf(['abort', 'giveUp', 'rollback']) },
    { weight: 4, arbitrary: offered },
    { weight: 2, arbitrary: nonsense },
    { weight: 3, arbitrary: report },
    { weight: 4, arbitrary: series },
    { weight: 1, arbitrary: traffic },
    { weight: 5, arbitrary: press },
    { weight: 1, arbitrary: permission },
    { weight: 3, arbitrary: verdict },
    { weight: 1, arbitrary: cancel },
    { weight: 5, arbitrary: fault(RISING, [...SEEN, ...LOST, ...(patient ? LATER : [])]) },
    { weight: 3, arbitrary: fault(SLOW_TO_SETTLE, [...SEEN, ...(patient ? [...LOST, ...LATER] : [])]) },
    { weight: 4, arbitrary: fault(READS, [...SEEN, ...LOST, ...(patient ? LATER : [])]) },
  );

type Of<T> = T extends fc.Arbitrary<infer U> ? U : never;
export type Happening = Of<ReturnType<typeof happeningOf>>;
export interface Timed {
  from: Moment;
  afterMs: number;
  happening: Happening;
}

const audit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom({ approveAfter: '0s' }, { approveAfter: '1s' }) },
  { weight: 1, arbitrary: fc.constant({ reject: { after: '1s', reason: '1: <b>because</b>' } }) },
  { weight: 1, arbitrary: fc.constant({ delay: { after: '0s', reason: 'busy', approveAfter: '1s' } }) },
  { weight: 1, arbitrary: fc.constant('never' as const) },
);

export interface Scenario {
  plan: Drawn;
  audits: (Of<typeof audit> | { approveAfter: string })[];
  fullReleaseSeconds: number;
  happenings: Timed[];
}

export const scenarios = (patient: boolean): fc.Arbitrary<Scenario> =>
  fc.record({
    plan: plans,
    // In the end WeChat has nothing more to say against it.
    audits: fc.array(audit, { maxLength: 2 }).map((some) => [...some, { approveAfter: '0s' }]),
    fullReleaseSeconds: fc.constantFrom(0, 0, 0, 2),
    happenings: fc.array(
      fc.record({
        from: fc.constantFrom<Moment>(...MOMENTS, 'rolling', 'baking', 0, 0, 1),
        afterMs: fc.constantFrom(0, 50, 300, 1_000, 2_500),
        happening: happeningOf(patient),
      }),
      { maxLength: 10, size: 'max' },
    ),
  });

/** So many scenarios of a seed. */
export function draw(seed: number, runs: number, patient: boolean): Scenario[] {
  return fc.sample(scenarios(patient), { seed, numRuns: runs });
}
