/** A stage that waits for people: who counts, how often, what a refusal and a timeout do, and that it is guarded meanwhile. */
import { describe, expect, it } from 'vitest';
import { begin, failingFrom } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import { asked, gatedAt50, grays, kinds, paused, waits } from './helpers.js';

const held = (changes = {}, rollout = {}) => begin(gatedAt50(changes, rollout)).until(waits).run(SECOND);

describe('an approval', () => {
  it('is asked for when the stage before it is over, and says of whom', () => {
    const release = held();
    expect(release.status).toMatchObject({
      percentage: 10,
      reason: 'waits for 1 of ann, bob, cat to approve 50 %',
      next: { what: '50 %, once that is over', at: null },
      gate: { gate: 'stage:2', percentage: 50, count: 1, approvals: [], timeoutAt: null },
    });
    expect(release.status.decisions.at(-1)).toMatchObject({ what: 'approval needed', by: 'plan: approval' });
    release.run(10 * DAY);
    expect(grays(release)).toEqual([1, 10]);
  });

  it('is what comes next while the stage before it soaks', () => {
    const release = begin(gatedAt50()).untilPercentage(10);
    const { stages, next } = release.status;
    expect(stages[1]?.state).toBe('soaking');
    expect(next).toEqual({ what: 'asks for approval of 50 %', at: stages[1]?.soakEndsAt });
  });

  it('by one of its approvers lets the stage begin', () => {
    const release = held();
    const { json } = release.status.allowed.find(({ verb }) => verb === 'approve') ?? {};
    expect(json).toEqual({ gate: 'stage:2', by: 'ann', reason: 'why' });
    expect(release.send('approve', json)).toMatchObject({ accepted: true, message: 'approved' });
    expect(release.run(MINUTE).status).toMatchObject({ percentage: 50, gate: null });
    expect(release.run().state.outcome).toBe('released');
  });

  it('by someone else is refused, and the answer names who may', () => {
    const answer = held().send('approve', { by: 'mallory' });
    expect(answer).toMatchObject({
      accepted: false,
      message: 'mallory is not among the approvers of 50 %: ann, bob, cat',
    });
  });

  it('needs as many different people as the plan says; one who says it twice counts once', () => {
    const release = held({ count: 2 });
    expect(release.send('approve', { by: 'ann' }).message).toBe(
      'taken; waits for 1 of bob, cat to approve 50 %',
    );
    expect(release.send('approve', { by: 'ann' }).message).toContain('ann has approved already');
    release.run(DAY);
    expect(release.status).toMatchObject({
      percentage: 10,
      gate: { approvals: [{ by: 'ann', authenticated: false }] },
    });
    expect(release.status.allowed.find(({ verb }) => verb === 'approve')?.json.by).toBe('bob');
    release.send('approve', { by: 'cat' });
    expect(release.run(MINUTE).status.percentage).toBe(50);
  });

  it('never comes from the one who started it alone; beside somebody else it counts', () => {
    const alone = begin(gatedAt50(), { startedBy: 'ann' }).until(waits).run(SECOND);
    expect(alone.send('approve', { by: 'ann' })).toMatchObject({
      accepted: false,
      message: 'ann started this release and cannot be its only approver; one of bob, cat can',
    });
    expect(alone.status.allowed.find(({ verb }) => verb === 'approve')?.json.by).toBe('bob');
    expect(alone.send('approve', { by: 'ann', signature: 'signed by ann' }).accepted).toBe(false);
    expect(alone.send('approve', { by: 'bob' }).accepted).toBe(true);

    const two = begin(gatedAt50({ count: 2 }), { startedBy: 'ann' })
      .until(waits)
      .run(SECOND);
    expect(two.send('approve', { by: 'ann' }).accepted).toBe(true);
    expect(two.send('approve', { by: 'bob' }).message).toBe('approved');
    expect(two.run(MINUTE).status.percentage).toBe(50);
  });

  it('that came too early is refused, and says which one is coming', () => {
    const release = begin(gatedAt50()).untilPercentage(10);
    expect(release.send('approve', { by: 'ann' })).toMatchObject({
      accepted: false,
      message: 'approve: no gate waits now; 50 % asks when its turn comes',
    });
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    release.untilPercentage(50);
    expect(release.send('approve', { by: 'ann' }).message).toBe(
      'approve: no gate waits now; nothing is left to agree to',
    );
  });

  it('for another gate than the one that waits is refused, with the right one to paste', () => {
    const answer = held().send('approve', { by: 'ann', gate: 'stage:1' });
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain('stage:1 does not wait, stage:2 does (50 %)');
    expect(answer.message).toContain('{"gate":"stage:2","by":"you","reason":"why"}');
  });

  it('may be given while the release is paused; it goes on after resume', () => {
    const release = held();
    release.send('pause');
    expect(release.send('approve', { by: 'bob' }).accepted).toBe(true);
    release.run(DAY);
    expect(release.status.percentage).toBe(10);
    release.send('resume');
    expect(release.run(MINUTE).status.percentage).toBe(50);
  });

  it('for the first stage is waited for before any user has the version', () => {
    const plan = planWith({ stages: [stage(10, { approval: asked() }), stage(100)] });
    const release = begin(plan).until(waits).run(SECOND);
    expect(release.status).toMatchObject({ phase: 'ready', percentage: 0 });
    release.run(5 * DAY).send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('may stand before 100 % too', () => {
    const plan = planWith({ stages: [stage(10), stage(100, { approval: asked() })] });
    const release = begin(plan).until(waits).run(SECOND).run(DAY);
    expect(release.status).toMatchObject({ percentage: 10, gate: { percentage: 100 } });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('is asked for only after a hold is promoted', () => {
    const stages = [stage(10, { hold: true }), stage(50, { approval: asked() }), stage(100)];
    const release = begin(planWith({ stages })).untilPercentage(10).run(DAY);
    expect(release.send('approve', { by: 'ann' }).accepted).toBe(false);
    release.send('promote', { expect: 10 });
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('that was given is not enough without health: the stage waits for a fresh pass', () => {
    const release = held();
    release.measureBy(() => ({ value: null }));
    release.send('approve', { by: 'ann' });
    release.run(DAY);
    expect(release.status.percentage).toBe(10);
  });
});

describe('a signed approval', () => {
  const signed = () =>
    begin(gatedAt50({ claimed: false }))
      .until(waits)
      .run(SECOND);

  it('is needed where the plan does not take names: the answer says how', () => {
    const release = signed();
    const answer = release.send('approve', { by: 'ann' });
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain('ann is only a claimed name');
    expect(answer.message).toContain('--key FILE');
    expect(release.run(DAY).status.percentage).toBe(10);
  });

  it('counts once it is verified, and the story says that it was', () => {
    const release = signed();
    expect(release.send('approve', { by: 'ann', signature: 'good' }).message).toContain('verified');
    expect(release.run(MINUTE).status.percentage).toBe(50);
    expect(release.status.decisions).toContainEqual(
      expect.objectContaining({ what: 'approve verified', by: 'ann', authenticated: true }),
    );
  });

  it('that is not what it says does not count, and everyone is told', () => {
    const release = signed();
    release.send('approve', { by: 'ann', signature: 'forged' });
    release.run(DAY);
    expect(release.status.percentage).toBe(10);
    expect(release.status.notices.join()).toContain('approve by ann does not count: the signature is not');
  });

  it('does not count when the gate was refused and asked anew while it was verified', () => {
    const release = signed();
    release.around.verifyMs = HOUR;
    release.send('approve', { by: 'ann', signature: 'good' });
    release.run(MINUTE);
    release.send('refuse', { by: 'bob', reason: 'the cart is empty' });
    release.run(MINUTE).send('resume');
    release.run(2 * HOUR);
    expect(release.status).toMatchObject({ percentage: 10, gate: { approvals: [] } });
    expect(release.status.notices.join()).toContain('approve by ann came too late');
  });
});

describe('a refusal', () => {
  it('pauses with who and why; nobody can approve past it; after resume everyone is asked again', () => {
    const release = held({ count: 2 });
    release.send('approve', { by: 'ann' });
    release.send('refuse', { by: 'bob', reason: 'the cart is empty' });
    release.run(DAY);
    expect(release.status).toMatchObject({
      percentage: 10,
      paused: [{ kind: 'approval', by: 'bob', reason: 'bob refused 50 %: the cart is empty' }],
    });
    const late = release.send('approve', { by: 'cat' });
    expect(late.accepted).toBe(false);
    expect(late.message).toContain('50 % was refused; it is asked for again after resume');
    const before = release.status.gate?.since ?? 0;
    release.send('resume');
    release.run(MINUTE);
    expect(release.status).toMatchObject({ paused: [], gate: { approvals: [] } });
    expect(release.status.gate?.since).toBeGreaterThan(before);
    release.send('approve', { by: 'ann' });
    release.send('approve', { by: 'cat' });
    expect(release.run(MINUTE).status.percentage).toBe(50);
  });

  it('by someone who may not decide is refused', () => {
    const release = held();
    expect(release.send('refuse', { by: 'mallory' }).accepted).toBe(false);
    expect(paused(release)).toBe(false);
  });

  it('can be followed by abort: users are taken back', () => {
    const release = held();
    release.send('refuse', { by: 'bob' });
    release.run(HOUR).send('abort');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('ends one gate, not the approvals of those that were passed', () => {
    const stages = [stage(1), stage(10, { approval: asked() }), stage(50, { approval: asked() }), stage(100)];
    const release = begin(planWith({ stages })).until(waits).run(SECOND);
    release.send('approve', { by: 'ann' });
    release.untilPercentage(10).until(waits).run(SECOND);
    release.send('refuse', { by: 'bob' });
    release.send('resume');
    release.until(waits).run(SECOND);
    expect(release.status.gate?.gate).toBe('stage:2');
  });
});

describe('an approval that nobody gives', () => {
  it('in time pauses the release where the plan says nothing else; resume waits as long again', () => {
    const release = held({ timeoutMs: 2 * DAY });
    expect(release.status.gate?.timeoutAt).toBe((release.status.gate?.since ?? 0) + 2 * DAY);
    release.run(2 * DAY - MINUTE);
    expect(kinds(release)).toEqual([]);
    release.run(2 * MINUTE);
    expect(release.status.paused).toMatchObject([
      { kind: 'approval', reason: 'nobody approved 50 % in time', by: 'plan: approval.onTimeout' },
    ]);
    release.send('resume');
    release.run(2 * DAY - MINUTE);
    expect(kinds(release)).toEqual([]);
    release.run(2 * MINUTE);
    expect(kinds(release)).toEqual(['approval']);
    // Late is not never: what was agreed counts as soon as someone resumes.
    expect(release.send('approve', { by: 'ann' }).message).toBe(
      'approved; still paused (nobody approved 50 % in time): `resume` goes on',
    );
    expect(release.run(HOUR).status.percentage).toBe(10);
    release.send('resume');
    expect(release.run(MINUTE).status.percentage).toBe(50);
  });

  it('aborts where the plan says abort, and users are taken back', () => {
    const release = held({ timeoutMs: DAY, onTimeout: 'abort' });
    release.run();
    expect(release.state.outcome).toBe('reverted');
    expect(release.status.reason).toContain('nobody approved 50 % in time (plan: approval.onTimeout)');
  });

  it('is told once where the plan says notify, and waited for', () => {
    const release = held({ timeoutMs: DAY, onTimeout: 'notify' }).run(5 * DAY);
    expect(release.status).toMatchObject({ percentage: 10, paused: [] });
    expect(release.status.notices).toEqual(['nobody approved 50 % in time']);
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('is waited for without end where the plan gives no time', () => {
    const release = held().run(10 * DAY);
    expect(release.status).toMatchObject({ percentage: 10, paused: [], gate: { timeoutAt: null } });
  });

  it('does not run out while the release is paused', () => {
    const release = held({ timeoutMs: DAY, onTimeout: 'abort' }).run(12 * HOUR);
    release.send('pause');
    release.run(3 * DAY);
    expect(release.status).toMatchObject({ phase: 'rolling', gate: { timeoutAt: null } });
    release.send('resume');
    release.run(12 * HOUR - MINUTE);
    expect(release.state.phase).toBe('rolling');
    expect(release.run(2 * MINUTE).state.ending?.by).toBe('plan: approval.onTimeout');
  });

  it('reached while paused begins its time with resume', () => {
    const release = begin(gatedAt50({ timeoutMs: DAY })).untilPercentage(10);
    release.send('promote', { expect: 10 });
    release.send('pause');
    release.run(3 * DAY);
    expect(release.status).toMatchObject({ gate: { gate: 'stage:2', timeoutAt: null } });
    release.send('resume');
    release.run(DAY - MINUTE);
    expect(kinds(release)).toEqual([]);
    release.run(2 * MINUTE);
    expect(kinds(release)).toEqual(['approval']);
  });

  it('before the first stage aborts and nobody ever saw the version', () => {
    const stages = [stage(10, { approval: asked({ timeoutMs: HOUR, onTimeout: 'abort' }) }), stage(100)];
    const release = begin(planWith({ stages })).run();
    expect(release.state.outcome).toBe('aborted');
    expect(grays(release)).toEqual([]);
  });
});

describe('while a gate waits for people', () => {
  it('health goes on being watched, and takes users back', () => {
    const release = held().run(DAY);
    release.measureBy(failingFrom(0));
    const failed = release.now;
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.now - failed).toBeLessThan(3 * MINUTE);
  });

  it('abort takes users back at once', () => {
    const release = held().run(DAY);
    release.send('abort');
    const sent = release.now;
    expect(release.run().state.outcome).toBe('reverted');
    expect(release.now - sent).toBeLessThan(MINUTE);
  });

  it('promote of the stage that is over changes nothing: the approval still holds', () => {
    const release = held();
    expect(release.send('promote', { expect: 10 }).accepted).toBe(true);
    release.run(DAY);
    expect(release.status.percentage).toBe(10);
  });
});

describe('approvals of stages that were skipped', () => {
  const stages = [
    stage(1),
    stage(10, { approval: asked({ approvers: ['ann'] }) }),
    stage(50, { approval: asked({ approvers: ['bob'] }) }),
    stage(100, { approval: asked({ approvers: ['cat'] }) }),
  ];

  it('stay owed after promote to 100 %: each is asked for, one after the other', () => {
    const release = begin(planWith({ stages })).untilPercentage(1);
    release.send('promote', { expect: 1, full: true });
    for (const [by, gate] of [
      ['ann', 'stage:1'],
      ['bob', 'stage:2'],
      ['cat', 'stage:3'],
    ] as const) {
      release.until(({ status }) => status.gate?.gate === gate).run(HOUR);
      expect(grays(release)).toEqual([1]);
      expect(release.send('approve', { by }).accepted).toBe(true);
    }
    release.run(MINUTE);
    expect(grays(release)).toEqual([1, 100]);
  });

  it('stay owed after a percentage was adopted from the console', () => {
    const release = begin(planWith({ stages })).untilPercentage(1);
    release.wechat.advanceTo(60);
    release.until(paused).send('resume', { adopt: true });
    release.until(waits).run(SECOND);
    expect(release.status).toMatchObject({ percentage: 60, gate: { gate: 'stage:1' } });
    release.send('approve', { by: 'ann' });
    release.run(SECOND).send('approve', { by: 'bob' });
    release.run(SECOND).send('approve', { by: 'cat' });
    expect(release.run().state.outcome).toBe('released');
    expect(grays(release)).toEqual([1, 100]);
  });
});
