/** What a command does: in which phase it is taken, what it changes, what it answers when it is refused. */
import { describe, expect, it } from 'vitest';
import { ADMISSION, type Command, VERBS, type Verb } from '../../src/domain/commands.js';
import { stopSoak } from '../../src/domain/soak.js';
import { MAX_COMMANDS, type ReleaseState } from '../../src/domain/state.js';
import { PHASES } from '../../src/domain/status.js';
import { admit, refusalOf, steer } from '../../src/domain/steer.js';
import { asked } from './scenarios/helpers.js';
import {
  ATTENTION,
  counters,
  DAY,
  HOUR,
  ladder,
  MINUTE,
  NOW,
  PAUSED,
  planWith,
  stateIn,
} from './support/given.js';

const plan = planWith();
const command = (verb: Verb, fields: Partial<Command> = {}): Command => ({
  verb,
  commandId: 'c1',
  by: 'ann',
  reason: 'because',
  via: 'signal',
  ...fields,
});
const METRIC_PAUSE = {
  kind: 'metric',
  metric: 'js-error-rate',
  reason: 'bad',
  by: 'metric',
  at: NOW,
} as const;

describe('a validator', () => {
  it('says what the handler would, without an id to draw: anything at all, sent without one', () => {
    const state = stateIn('rolling', plan, { pauses: [PAUSED] });
    expect(refusalOf(state, plan, 'resume', undefined, NOW)).toBeNull();
    expect(refusalOf(state, plan, 'promote', { by: 'ann' }, NOW)).toContain('it names no stage');
    expect(refusalOf(state, plan, 'pause', 7, NOW)).toContain('needs one JSON object');
  });

  it('takes nothing without an id for a repeat of another', () => {
    const once = steer(stateIn('rolling', plan), plan, command('pause', { commandId: 'drawn' }), NOW).state;
    expect(refusalOf(once, plan, 'resume', {}, NOW)).toBeNull();
    expect(refusalOf(once, plan, 'resume', { commandId: 'drawn' }, NOW)).toContain('was used for pause');
  });
});

describe('in each phase', () => {
  const right: Partial<Record<Verb, Partial<Command>>> = {
    promote: { expect: 1 },
    rollback: { version: '1.3.0' },
    freeze: { forMs: DAY },
  };
  it.each(PHASES.flatMap((phase) => VERBS.map((verb) => [verb, phase] as const)))(
    '%s while %s',
    (verb, phase) => {
      const freeze = verb === 'unfreeze' ? { reason: 'fair', by: 'ann', at: NOW, until: NOW + DAY } : null;
      const overlays = phase === 'closed' ? {} : { freeze, pauses: verb === 'resume' ? [PAUSED] : [] };
      const state = stateIn(phase, plan, overlays);
      const sent = command(verb, { ...right[verb], ...(phase === 'baking' ? { expect: 100 } : {}) });
      const { accepted, message, state: after } = steer(state, plan, sent, NOW);
      const admission = ADMISSION[verb][phase];
      expect(accepted).toBe(admission === 'yes' || admission === 'noop');
      if (admission === 'no')
        expect(message).toMatch(new RegExp(`${verb} is not possible while ${phase}|a rollback of its own`));
      if (admission === 'gate') expect(message).toContain('no gate waits now');
      if (admission === 'rejected') expect(message).toContain('is for a rejected audit');
      if (admission === 'attention') expect(message).toContain('this one goes on by itself');
      if (admission === 'noop') expect(after.ending).toBe(state.ending);
      expect(after.commands).toEqual([{ id: 'c1', verb, accepted, message, at: NOW }]);
      expect(after.decisions.at(-1)?.by).toBe('ann');
    },
  );

  it.each(['retry', 'giveUp'] as const)('%s is taken while a person must look', (verb) => {
    const state = stateIn('auditing', plan, { attention: ATTENTION });
    expect(steer(state, plan, command(verb), NOW).accepted).toBe(true);
  });
});

describe('a resume that names a metric', () => {
  it('which has not paused it is refused and says who has', () => {
    const paused = steer(stateIn('rolling', plan), plan, command('pause'), NOW).state;
    const resumed = steer(paused, plan, command('resume', { commandId: 'c2', metric: 'jserror' }), NOW);
    expect(resumed).toMatchObject({ accepted: false, message: expect.stringContaining('paused by ann') });
    expect(resumed.state.pauses).toHaveLength(1);
  });
});

describe('a repeated commandId', () => {
  it('of another verb is refused: it would otherwise be lost without a word', () => {
    const paused = steer(stateIn('rolling', plan), plan, command('pause'), NOW).state;
    const reused = steer(paused, plan, command('resume'), NOW);
    expect(reused).toMatchObject({ accepted: false, state: paused });
    expect(reused.message).toContain('was used for pause');
  });

  it('changes nothing and answers as before', () => {
    const first = steer(stateIn('rolling', plan), plan, command('pause'), NOW);
    const again = steer(first.state, plan, command('pause', { by: 'bob' }), NOW + 1);
    expect(again.state).toBe(first.state);
    expect(again).toMatchObject({ accepted: true, message: first.message });
  });

  it('repeats a refusal, also when it would be taken now', () => {
    const refused = steer(stateIn('ready', plan), plan, command('promote', { expect: 1 }), NOW);
    const rolling = { ...stateIn('rolling', plan), commands: refused.state.commands };
    expect(steer(rolling, plan, command('promote', { expect: 1 }), NOW)).toMatchObject({
      accepted: false,
      state: rolling,
    });
  });

  it('is remembered for the latest commands', () => {
    let state = stateIn('rolling', plan);
    for (let index = 0; index < 3 * MAX_COMMANDS; index += 1)
      state = steer(
        state,
        plan,
        command(index % 2 ? 'pause' : 'resume', { commandId: `c${index}` }),
        NOW,
      ).state;
    expect(state.commands).toHaveLength(MAX_COMMANDS);
    expect(state.decisions.length).toBeLessThanOrEqual(100);
  });

  it('asking whether a command would be taken changes nothing', () => {
    const state = stateIn('rolling', plan);
    expect(admit(state, plan, command('promote'), NOW).state).toBe(state);
  });
});

describe('pause and resume', () => {
  const soaking = stateIn('rolling', plan);
  const at = NOW + 20 * MINUTE;
  const paused = steer(soaking, plan, command('pause'), at).state;

  it('pause stops the soak clock, resume lets the rest go on', () => {
    expect(paused.ladder.soak).toEqual({ remainingMs: 40 * MINUTE, runningSince: null });
    const resumed = steer(paused, plan, command('resume', { commandId: 'c2' }), NOW + DAY).state;
    expect(resumed.ladder.soak).toEqual({ remainingMs: 40 * MINUTE, runningSince: NOW + DAY });
    expect(resumed.pauses).toEqual([]);
  });

  it('a second pause is taken and changes nothing', () => {
    const again = steer(paused, plan, command('pause', { commandId: 'c2' }), at);
    expect(again).toMatchObject({ accepted: true, message: 'already paused' });
    expect(again.state.pauses).toEqual(paused.pauses);
  });

  it('restart begins the soak anew, and the bake with the bake’s length', () => {
    const anew = command('resume', { commandId: 'c2', restart: true });
    expect(steer(paused, plan, anew, NOW + DAY).state.ladder.soak).toEqual({
      remainingMs: HOUR,
      runningSince: NOW + DAY,
    });
    const baking = stateIn('baking', plan, { pauses: [PAUSED] });
    expect(steer(baking, plan, anew, NOW + DAY).state.ladder.soak?.remainingMs).toBe(DAY);
  });

  it('resume of something that is not paused is refused', () => {
    expect(steer(soaking, plan, command('resume'), NOW)).toMatchObject({ message: 'it is not paused' });
  });

  const failed = { 'js-error-rate': counters({ failures: 3 }), other: counters({ failures: 1 }) };
  const byMetric: ReleaseState = {
    ...soaking,
    pauses: [METRIC_PAUSE],
    acted: ['js-error-rate'],
    guard: { ...soaking.guard, counters: failed },
    ladder: { ...soaking.ladder, soak: soaking.ladder.soak && stopSoak(soaking.ladder.soak, at) },
  };

  it('a metric’s pause needs the metric’s name, and the refusal has JSON to paste', () => {
    const refused = steer(byMetric, plan, command('resume'), at);
    expect(refused.accepted).toBe(false);
    expect(refused.message).toContain('{"metric":"js-error-rate","by":"you","reason":"why"}');
    expect(steer(byMetric, plan, command('resume', { metric: 'other' }), at).accepted).toBe(false);
  });

  it('named, it is lifted, and that metric’s counters begin anew in a new guard', () => {
    const { state } = steer(byMetric, plan, command('resume', { metric: 'js-error-rate' }), at);
    expect(state).toMatchObject({ pauses: [], acted: [] });
    expect(state.guard.counters).toMatchObject({ 'js-error-rate': { failures: 0 }, other: { failures: 1 } });
    expect(state.guard.generation).toBe(byMetric.guard.generation + 1);
  });

  it('a person’s resume leaves the metric’s pause standing', () => {
    const both = { ...byMetric, pauses: [PAUSED, METRIC_PAUSE] };
    const { state, message } = steer(both, plan, command('resume'), at);
    expect(message).toBe('still paused by metric js-error-rate');
    expect(state.pauses).toEqual([METRIC_PAUSE]);
    expect(state.ladder.soak?.runningSince).toBeNull();
  });

  it('a name that pauses nothing is refused and leaves every counter as it is', () => {
    const human = { ...byMetric, pauses: [PAUSED], acted: [] };
    const { state, accepted } = steer(human, plan, command('resume', { metric: 'x'.repeat(100) }), at);
    expect(accepted).toBe(false);
    expect(state.guard).toEqual(human.guard);
  });
});

describe('approve while the release is paused says so, and what lifts it', () => {
  const [first, second, ...rest] = plan.rollout.stages;
  if (first === undefined || second === undefined) throw new Error('the plan has stages');
  const asks = (count: number) => ({
    ...plan,
    rollout: { ...plan.rollout, stages: [first, { ...second, approval: asked({ count }) }, ...rest] },
  });
  const DRIFT_PAUSE = { kind: 'drift', reason: 'paused in the console', by: 'plan', at: NOW } as const;
  it.each([
    ['nobody', 1, [], 'approved'],
    ['a person', 1, [PAUSED], 'approved; still paused (lunch): `resume` goes on'],
    [
      'a person, and one more must approve',
      2,
      [PAUSED],
      'taken; waits for 1 of bob, cat to approve 10 %; still paused (lunch): `resume` goes on',
    ],
    [
      'a metric',
      1,
      [METRIC_PAUSE],
      'approved; still paused (bad): paused by a metric; name it to go on: {"metric":"js-error-rate","by":"you","reason":"why"}',
    ],
    [
      'what someone did in the console',
      1,
      [DRIFT_PAUSE],
      'approved; still paused (paused in the console): paused in the console; WeChat has no call for it: press it in the console (mp.weixin.qq.com, version management), and the release goes on by itself',
    ],
  ] as const)('paused by %s', (_who, count, pauses, words) => {
    const rolling = stateIn('rolling', asks(count), { pauses: [...pauses] });
    const state = { ...rolling, ladder: { ...rolling.ladder, soak: null } };
    const { accepted, message } = steer(state, asks(count), command('approve'), NOW);
    expect({ accepted, message }).toEqual({ accepted: true, message: words });
  });
});

describe('promote', () => {
  const rolling = stateIn('rolling', plan);
  it.each([
    ['no expect', {}, '1 % is running and it names no stage; send {"expect":1,"by":"you","reason":"why"}'],
    ['another stage', { expect: 10 }, '1 % is running and it expects 10 %; send {"expect":1,'],
    ['full without expect', { full: true }, '{"expect":1,"full":true,"by":"you","reason":"why"}'],
  ])('with %s is refused with JSON to paste', (_what, fields, words) => {
    const { accepted, message } = steer(rolling, plan, command('promote', fields), NOW);
    expect(accepted).toBe(false);
    expect(message).toContain(words);
  });

  it('asks for a confirmation of its own', () => {
    const confirmed = { ...rolling, confirmation: { at: NOW, stage: 0 } };
    const { state } = steer(confirmed, plan, command('promote', { expect: 1 }), NOW);
    expect(state).toMatchObject({ confirmation: null, ladder: { promoted: true, full: false } });
  });

  it('before the first stage runs is refused', () => {
    const before = { ...rolling, ladder: ladder(plan) };
    expect(steer(before, plan, command('promote', { expect: 0 }), NOW).message).toBe(
      'no stage is running yet',
    );
  });

  it('while paused says that the pause holds', () => {
    const paused = { ...rolling, pauses: [PAUSED] };
    expect(steer(paused, plan, command('promote', { expect: 1 }), NOW).message).toContain(
      'once the pause is lifted',
    );
  });
});
