/** The trial version waits to be tried out before an audit is spent; what is submitted is what was tried. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import { asked, endpoints, kinds, looking, paused, tried, waits } from './helpers.js';

const uploaded = (changes = {}) => begin(tried(changes)).until(waits).run(SECOND);

describe('a trial gate', () => {
  it('shows the trial version and spends no audit while it waits', () => {
    const release = uploaded().run(5 * DAY);
    expect(endpoints(release)).toEqual(['commit']);
    expect(release.status).toMatchObject({
      phase: 'preparing',
      reason: 'waits for 1 of ann, bob, cat to approve the trial version',
      next: { what: 'the audit, once that is over', at: null },
      trial: { uploadedAt: (release.wechat.trial?.timeSec ?? 0) * 1_000 },
      gate: { gate: 'trial', percentage: null },
    });
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release)).toEqual([
      'commit',
      'submitAudit',
      'grayRelease',
      'grayRelease',
      'grayRelease',
      'grayRelease',
    ]);
  });

  it('is gone from status once it is passed', () => {
    const release = uploaded();
    release.send('approve', { by: 'ann' });
    release.until(({ state }) => state.phase === 'auditing');
    expect(release.status).toMatchObject({ gate: null, trial: null });
    expect(release.status.decisions).toContainEqual(expect.objectContaining({ what: 'trial approved' }));
  });

  it('that is refused pauses; after resume it asks again, and abort ends the release with nothing spent', () => {
    const release = uploaded();
    release.send('refuse', { by: 'bob', reason: 'the cart is empty' });
    release.run(DAY);
    expect(release.status.paused).toMatchObject([{ kind: 'approval', by: 'bob' }]);
    release.send('resume');
    release.run(HOUR);
    expect(release.status).toMatchObject({ paused: [], gate: { gate: 'trial', approvals: [] } });
    release.send('abort');
    expect(release.run().state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('no user saw it; the trial version stays');
    expect(endpoints(release)).toEqual(['commit']);
  });

  it.each([
    ['pause', null, ['approval']],
    ['notify', null, []],
    ['abort', 'aborted', []],
  ] as const)('that nobody opens in time does what the plan says: %s', (onTimeout, outcome, why) => {
    const release = uploaded({ timeoutMs: DAY, onTimeout }).run(2 * DAY);
    expect(release.state.outcome).toBe(outcome);
    expect(kinds(release)).toEqual(why);
    expect(endpoints(release)).toEqual(['commit']);
  });

  it('is not passed while the release is paused', () => {
    const release = uploaded();
    release.send('pause');
    release.send('approve', { by: 'ann' });
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'preparing', paused: [{ kind: 'human' }] });
    release.send('resume');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('someone else uploads another version', () => {
  it('while the gate waits: a person must look; retry uploads ours again, and everyone is asked again', () => {
    const release = uploaded({ count: 2 });
    release.send('approve', { by: 'ann' });
    release.wechat.upload('9.9.9', release.now);
    release.until(looking);
    expect(release.status.attention).toMatchObject({
      step: 'trial',
      reason: 'someone uploaded 9.9.9 over 1.4.0',
      remedy: '`retry` uploads our version again, `abort` ends the release',
    });
    release.run(HOUR).send('retry');
    release.until(waits).run(SECOND);
    expect(release.wechat.trial?.version).toBe('1.4.0');
    expect(release.status.gate).toMatchObject({ gate: 'trial', approvals: [] });
    release.send('approve', { by: 'ann' });
    release.send('approve', { by: 'bob' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 3)).toEqual(['commit', 'commit', 'submitAudit']);
  });

  it('of the same name while the gate waits is noticed too', () => {
    const release = uploaded();
    release.wechat.upload('1.4.0', release.now + MINUTE);
    release.until(looking);
    expect(release.status.attention?.reason).toBe('someone uploaded 1.4.0 anew');
  });

  it('and approves at once: what is submitted is never theirs', () => {
    const release = uploaded();
    release.wechat.upload('9.9.9', release.now);
    release.send('approve', { by: 'ann' });
    release.until(looking);
    expect(release.state).toMatchObject({ phase: 'auditing', attention: { step: 'trial' } });
    expect(endpoints(release)).toEqual(['commit']);
    release.send('retry');
    release.until(waits).run(SECOND).send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(release.wechat.earlierAudits).toEqual([]);
  });

  it('between upload and submission, without any gate: nothing is submitted until retry', () => {
    const release = begin(planWith()).until(({ state }) => state.trial !== null);
    release.wechat.upload('9.9.9', release.now);
    release.until(looking).run(DAY);
    expect(endpoints(release)).toEqual(['commit']);
    expect(release.status.decisions.filter(({ why }) => why.includes('9.9.9'))).toHaveLength(1);
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
  });

  it.each(['lost', 'unknown'] as const)(
    'after a submission of which nobody can tell (%s): whose audit it is, is read first',
    (fault) => {
      const release = begin(planWith());
      release.faults.set('submitAudit', [fault]);
      release.until(looking);
      release.wechat.upload('9.9.9', release.now);
      release.run(DAY);
      expect(release.status.attention?.step).toBe('submitAudit');
      release.send('retry');
      release.run(10 * MINUTE);
      expect(release.status.attention?.step ?? 'none').toBe(fault === 'lost' ? 'none' : 'trial');
      if (looking(release)) release.send('retry');
      expect(release.run().state.outcome).toBe('released');
      expect(release.status.decisions.filter(({ what }) => what === 'seen')).toHaveLength(1);
    },
  );

  it('while the submission is paused: a person must look, and is told once', () => {
    const release = begin(planWith());
    release.send('pause');
    release.until(({ state }) => state.baseline !== null).run(MINUTE);
    release.send('resume');
    release.until(({ state }) => state.trial !== null).send('pause');
    release.wechat.upload('9.9.9', release.now);
    release.run(DAY);
    expect(release.status.attention).toMatchObject({
      step: 'trial',
      reason: 'someone uploaded 9.9.9 over 1.4.0',
    });
    expect(release.status.decisions.filter(({ why }) => why.includes('9.9.9'))).toHaveLength(1);
    release.send('resume');
    release.run(HOUR);
    expect(endpoints(release)).toEqual(['commit']);
    release.send('retry');
    expect(release.run().state.outcome).toBe('released');
  });

  it('after the submission stops nothing, but is told', () => {
    const release = begin(planWith()).until(({ state }) => state.audit.id !== null);
    release.wechat.upload('9.9.9', release.now);
    release.run(10 * MINUTE);
    expect(release.status).toMatchObject({ attention: null, paused: [] });
    expect(release.status.notices.join()).toContain('85020');
    expect(release.run().state.outcome).toBe('released');
  });
});

describe('someone else uploads another version once ours is approved by WeChat: told once, and stops nothing', () => {
  const toldOf = ({ status }: Driver) =>
    status.decisions.filter(({ what, why }) => what === 'seen' && why.includes('85020'));
  const stages = [stage(1, { approval: asked() }), stage(10), stage(100)];

  it('while it waits to begin', () => {
    const release = begin(planWith({ stages })).until(waits).run(MINUTE);
    release.wechat.upload('9.9.9', release.now);
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'ready', attention: null, paused: [] });
    expect(release.status.notices.join()).toContain('someone uploaded 9.9.9 over 1.4.0');
    release.wechat.upload('9.9.10', release.now);
    release.run(HOUR).send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(toldOf(release)).toHaveLength(1);
  });

  it('while it rolls out', () => {
    const release = begin(planWith()).untilPercentage(10).run(MINUTE);
    release.wechat.upload('9.9.9', release.now);
    release.run(10 * MINUTE);
    expect(release.status).toMatchObject({ phase: 'rolling', attention: null, paused: [] });
    expect(toldOf(release)).toHaveLength(1);
    expect(release.run().state.outcome).toBe('released');
    expect(toldOf(release)).toHaveLength(1);
  });

  it('while it rests on an audit that passed before', () => {
    const release = begin({ ...planWith({ stages }), source: 'approved', template: null });
    release.wechat.upload('1.4.0', release.now - DAY);
    release.wechat.passed(release.now - DAY);
    release.until(waits).run(HOUR);
    expect(toldOf(release)).toEqual([]);
    release.wechat.upload('9.9.9', release.now);
    release.run(HOUR);
    expect(toldOf(release)).toHaveLength(1);
  });

  it('but not while it bakes: everyone has it, and the next version may be tried out', () => {
    const release = begin(planWith())
      .until(({ state }) => state.phase === 'baking')
      .run(MINUTE);
    release.wechat.upload('1.5.0', release.now);
    expect(release.run().state.outcome).toBe('released');
    expect(toldOf(release)).toEqual([]);
  });
});

describe('a version that others uploaded (source: uploaded)', () => {
  const given = (changes = {}) => {
    const release = begin({ ...tried(changes), source: 'uploaded', template: null });
    release.wechat.upload('1.4.0', release.now - HOUR);
    return release;
  };

  it('is tried out and submitted without a commit of ours', () => {
    const release = given().until(waits).run(SECOND);
    expect(endpoints(release)).toEqual([]);
    release.send('approve', { by: 'ann' });
    expect(release.run().state.outcome).toBe('released');
    expect(endpoints(release).slice(0, 2)).toEqual(['submitAudit', 'grayRelease']);
  });

  it('replaced while the gate waits: retry looks at what is there now and asks everyone again', () => {
    const release = given({ count: 2 }).until(waits).run(SECOND);
    release.send('approve', { by: 'ann' });
    release.wechat.upload('1.4.0', release.now);
    release.until(looking);
    expect(release.status.attention?.remedy).toContain('upload our version once more, then `retry`');
    release.send('retry');
    release.until(waits).run(SECOND);
    expect(release.status.gate).toMatchObject({ approvals: [] });
    release.run(SECOND).send('approve', { by: 'ann' });
    release.send('approve', { by: 'bob' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('replaced while a person looks at something else: who approved, approved another one', () => {
    const release = given({ count: 2 }).until(waits).run(SECOND);
    release.send('approve', { by: 'ann' });
    release.wechat.releaseOther('1.3.9', release.now);
    release.until(looking);
    release.wechat.upload('1.4.0', release.now);
    release.send('retry');
    release.until(({ state }) => state.attention?.step === 'trial');
    release.send('retry');
    release.until(waits).run(SECOND);
    expect(release.status.gate).toMatchObject({ approvals: [] });
  });

  it('replaced by another version: retry says what is there, and never submits it', () => {
    const release = given().until(waits).run(SECOND);
    release.wechat.upload('9.9.9', release.now);
    release.until(looking).send('retry');
    release.until(({ state }) => state.attention?.step === 'survey');
    expect(release.status.attention?.reason).toContain('the trial version is 9.9.9, not 1.4.0');
    release.wechat.upload('1.4.0', release.now);
    release.send('retry');
    release.until(waits).run(SECOND).send('approve', { by: 'cat' });
    expect(release.run().state.outcome).toBe('released');
  });

  it('that is not there is refused before anything is changed', () => {
    const release = begin({ ...tried(), source: 'uploaded', template: null }).run();
    expect(release.state.outcome).toBe('failed');
    expect(release.status.reason).toContain('the trial version is none, not 1.4.0');
    expect(endpoints(release)).toEqual([]);
  });
});

it('a stage gate may stand behind a trial gate; each asks on its own', () => {
  const plan = planWith();
  const [first, ...rest] = plan.rollout.stages;
  if (first === undefined) throw new Error('the plan has stages');
  const stages = [{ ...first, approval: asked() }, ...rest];
  const release = begin(tried({}, { ...plan, rollout: { ...plan.rollout, stages } }))
    .until(waits)
    .run(SECOND);
  release.send('approve', { by: 'ann' });
  release.until(({ status }) => status.gate?.gate === 'stage:0');
  expect(paused(release)).toBe(false);
  release.run(SECOND).send('approve', { by: 'ann' });
  expect(release.run().state.outcome).toBe('released');
});
