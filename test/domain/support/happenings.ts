/** What can happen to a release at random, as plain data that a failing run prints, and what it does to the driver. */
import fc from 'fast-check';
import { VERBS } from '../../../src/domain/commands.js';
import type { EffectName } from '../../../src/domain/effects.js';
import type { Driver } from './driver.js';
import { EFFECT_NAMES, type Fault } from './fake-effects.js';
import { DAY, HOUR, MINUTE, SECOND } from './given.js';

const FAULTS: Fault[] = ['refuse', 'unknown', 'lost', 'vanish'];
const BUTTONS = ['pause', 'unpause', 'cancel', 'advanceTo', 'finish', 'releaseOther', 'submitOther'] as const;
/** Verbs that go on; endings come by themselves and less often. */
const STEERING = VERBS.filter((verb) => verb !== 'abort' && verb !== 'giveUp');

/** What providers answer, by name. */
const ANSWERS = {
  good: {},
  bad: { value: 0.5 },
  'no data': { value: null },
  'no traffic': { samples: 1 },
  'no number': { value: Number.NaN },
  down: { error: 'connection refused' },
} as const;
const NAMES = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];

const command = fc.record({
  kind: fc.constant('command' as const),
  verb: fc.constantFrom(...STEERING, 'promote' as const, 'retry' as const),
  /** Some commands are sent twice. */
  id: fc.option(fc.nat(20)),
  right: fc.boolean(),
  flag: fc.boolean(),
});
const ending = fc.record({
  kind: fc.constant('command' as const),
  verb: fc.constantFrom('abort' as const, 'giveUp' as const),
  id: fc.constant(null),
  right: fc.boolean(),
  flag: fc.boolean(),
});
const measurement = fc.record({
  kind: fc.constant('providers' as const),
  say: fc.constantFrom('good' as const, 'bad' as const, ...NAMES),
});
const report = fc.record({
  kind: fc.constant('report' as const),
  value: fc.constantFrom(0.001, 0.001, 0.001, 0.5),
  agoMs: fc.constantFrom(0, 0, MINUTE, 29 * MINUTE + 50 * SECOND, DAY),
});
const fault = fc.record({
  kind: fc.constant('fault' as const),
  effect: fc.constantFrom<EffectName>('grayRelease', ...EFFECT_NAMES),
  fault: fc.option(fc.constantFrom(...FAULTS)),
  delayMs: fc.constantFrom(0, 30 * SECOND, HOUR, 2 * DAY),
});
const button = fc.record({
  kind: fc.constant('button' as const),
  button: fc.constantFrom(...BUTTONS, 'pause' as const, 'unpause' as const),
  percentage: fc.integer({ min: 1, max: 99 }),
});
const unreadable = fc.record({
  kind: fc.constant('unreadable' as const),
  ms: fc.constantFrom(10 * SECOND, 5 * MINUTE, 2 * HOUR),
});
const wake = fc.record({ kind: fc.constant('auditPush' as const) });

const happening = fc.oneof(
  { weight: 10, arbitrary: command },
  { weight: 1, arbitrary: ending },
  { weight: 5, arbitrary: measurement },
  { weight: 8, arbitrary: report },
  { weight: 8, arbitrary: fault },
  { weight: 4, arbitrary: button },
  { weight: 1, arbitrary: unreadable },
  { weight: 1, arbitrary: wake },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const gapMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * MINUTE) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 13 }).map((days) => days * DAY) },
);

/** A story: what happens, and how long after what happened before. */
export const stories = fc.array(fc.record({ gapMs, happening }), { maxLength: 25 });

export function happen(driver: Driver, what: Happening): void {
  const { wechat, state, now } = driver;
  switch (what.kind) {
    case 'command': {
      const { verb, id, right, flag } = what;
      const metric = state.pauses.find(({ kind }) => kind === 'metric')?.metric ?? 'js-error-rate';
      driver.send(verb, {
        ...(id === null ? {} : { commandId: `sent ${id}` }),
        ...(right ? { expect: state.ladder.percentage, metric } : { expect: 10 }),
        ...(flag ? { full: true, restart: true, withdrawAudit: true } : {}),
      });
      return;
    }
    case 'providers':
      driver.measureBy(() => ANSWERS[what.say]);
      return;
    case 'report':
      driver.push({ metric: 'crashes', value: what.value, at: now - what.agoMs });
      return;
    case 'fault':
      if (what.fault !== null) driver.faults.set(what.effect, [what.fault]);
      driver.delays.set(what.effect, [what.delayMs]);
      return;
    case 'button':
      // One audit slot per app: a colleague submits once ours is decided, and we know.
      if (what.button === 'submitOther' && state.phase === 'auditing') return;
      press(driver, what.button, what.percentage);
      return;
    case 'unreadable':
      wechat.readable = false;
      driver.after(what.ms, () => {
        wechat.readable = true;
      });
      return;
    case 'auditPush':
      driver.pushAudit();
  }
}

function press({ wechat, now }: Driver, button: (typeof BUTTONS)[number], percentage: number): void {
  switch (button) {
    case 'advanceTo':
      wechat.advanceTo(Math.max(percentage, wechat.gray.percentage));
      return;
    case 'finish':
      if (wechat.gray.status === 'running') wechat.finish(now);
      return;
    case 'releaseOther':
      if (percentage > 50) wechat.releaseOther('2.0.0', now);
      return;
    case 'submitOther':
      if (wechat.audit?.status === 'approved') wechat.submitOther(now);
      return;
    default:
      wechat[button]();
  }
}

/** Everyone does what the status says may be done, and nothing goes wrong any more. */
export function mend(driver: Driver): void {
  const { wechat } = driver;
  wechat.readable = true;
  wechat.unpause();
  driver.faults.clear();
  driver.delays.clear();
  driver.measureBy(() => ({}));
  driver.push({ metric: 'crashes', value: 0.001 });
  for (const { verb, json } of driver.status.allowed)
    if (verb === 'resume' || verb === 'retry') driver.send(verb, json);
  if (driver.status.stages.some(({ state }) => state === 'holding'))
    driver.send('promote', { expect: driver.state.ladder.percentage });
}
