/** What can happen to a release at random, as plain data that a failing run prints. What it does is happen.ts. */
import fc from 'fast-check';
import { VERBS } from '../../../src/domain/commands.js';
import type { EffectName } from '../../../src/domain/effects.js';
import { EFFECT_NAMES, FAULTS } from './fake-effects.js';
import { DAY, HOUR, MINUTE, SECOND } from './given.js';
import { PEOPLE } from './random-plans.js';

const BUTTONS = [
  'pause',
  'unpause',
  'cancel',
  'advanceTo',
  'finish',
  'rollBack',
  'releaseOther',
  'submitOther',
  'submitOurs',
  'withdraw',
  'uploadOther',
  'uploadOurs',
  'beginStaged',
  'publishApproved',
] as const;
export type Button = (typeof BUTTONS)[number];

/** Verbs that go on; endings come by themselves and less often. */
const STEERING = VERBS.filter((verb) => !['abort', 'giveUp', 'rollback', 'approve'].includes(verb));

/** What providers answer, by name. */
export const ANSWERS = {
  good: {},
  bad: { value: 0.5 },
  middling: { value: 0.03 },
  'no data': { value: null },
  'no traffic': { samples: 1 },
  'no number': { value: Number.NaN },
  down: { error: 'connection refused' },
} as const;
export type Answer = keyof typeof ANSWERS;
const NAMES = Object.keys(ANSWERS) as Answer[];

/** What a command can carry; whatever of it a verb does not take is ignored. */
const fields = fc.record({
  /** Some commands are sent twice. */
  id: fc.option(fc.nat(20)),
  /** Whether what a verb must name is what is there. */
  right: fc.boolean(),
  flag: fc.boolean(),
  by: fc.constantFrom(...PEOPLE),
  signature: fc.constantFrom(null, 'good', 'bad'),
  pick: fc.nat(11),
});
export type Fields = typeof fields extends fc.Arbitrary<infer T> ? T : never;

const command = fc.record({
  kind: fc.constant('command' as const),
  verb: fc.constantFrom(...STEERING, 'promote' as const, 'retry' as const),
  fields,
});
const approving = fc.record({
  kind: fc.constant('command' as const),
  verb: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'refuse' as const),
  fields,
});
const ending = fc.record({
  kind: fc.constant('command' as const),
  verb: fc.constantFrom('abort' as const, 'giveUp' as const, 'rollback' as const),
  fields,
});
/** One of the commands that the status offers, as it stands. */
const offered = fc.record({ kind: fc.constant('offered' as const), pick: fc.nat(11) });
const rubbish = fc.record({
  kind: fc.constant('rubbish' as const),
  verb: fc.constantFrom(...VERBS),
  payload: fc.constantFrom<unknown>(
    'text',
    17,
    [1, 2],
    { by: 5 },
    { expect: '1' },
    { until: 'never' },
    { for: 'a while' },
    { undecodable: 'AP8B' },
    { items: [] },
    { reason: '漏'.repeat(3_000), by: '| `$<b>&--1/2' },
  ),
});
const measurement = fc.record({
  kind: fc.constant('providers' as const),
  metric: fc.constantFrom('*', '*', 'js-error-rate', 'slow-launches'),
  say: fc.constantFrom('good' as const, 'bad' as const, ...NAMES),
});
const report = fc.record({
  kind: fc.constant('report' as const),
  value: fc.constantFrom(0.001, 0.001, 0.001, 0.5),
  agoMs: fc.constantFrom(0, 0, MINUTE, 29 * MINUTE + 50 * SECOND, DAY, -HOUR),
});
const fault = fc.record({
  kind: fc.constant('fault' as const),
  effect: fc.constantFrom<EffectName>('grayRelease', ...EFFECT_NAMES),
  fault: fc.option(fc.constantFrom(...FAULTS)),
  delayMs: fc.constantFrom(0, 30 * SECOND, 10 * MINUTE, 25 * MINUTE, HOUR, 2 * DAY),
});
const button = fc.record({
  kind: fc.constant('button' as const),
  button: fc.constantFrom(...BUTTONS, 'pause' as const, 'unpause' as const),
  percentage: fc.integer({ min: 1, max: 99 }),
});
const trouble = fc.record({
  kind: fc.constant('trouble' as const),
  what: fc.constantFrom('unreadable' as const, 'unreadable' as const, 'unauthorised' as const),
  ms: fc.constantFrom(10 * SECOND, 5 * MINUTE, 2 * HOUR),
});
const process = fc.record({
  kind: fc.constant('process' as const),
  what: fc.constantFrom(
    'reload' as const,
    'goOnAnew' as const,
    'down' as const,
    'breakWatch' as const,
    'breakReading' as const,
    'slowSignatures' as const,
    'cancel' as const,
  ),
  ms: fc.constantFrom(MINUTE, 3 * HOUR, 2 * DAY, 16 * DAY),
});
const wake = fc.record({ kind: fc.constant('auditPush' as const) });

const happening = fc.oneof(
  { weight: 10, arbitrary: command },
  { weight: 6, arbitrary: approving },
  { weight: 1, arbitrary: ending },
  { weight: 6, arbitrary: offered },
  { weight: 1, arbitrary: rubbish },
  { weight: 5, arbitrary: measurement },
  { weight: 8, arbitrary: report },
  { weight: 6, arbitrary: fault },
  { weight: 4, arbitrary: button },
  { weight: 1, arbitrary: trouble },
  { weight: 3, arbitrary: process },
  { weight: 1, arbitrary: wake },
);
export type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const gapMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * MINUTE) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 13 }).map((days) => days * DAY) },
);

/** A story: what happens, and how long after what happened before. */
export const stories = fc.array(fc.record({ gapMs, happening }), { maxLength: 20, size: 'max' });

/** What reaches the release as a message waits for a worker; everything else happens when it happens. */
export function isMessage({ kind }: Happening): boolean {
  return ['command', 'offered', 'rubbish', 'report', 'auditPush'].includes(kind);
}
