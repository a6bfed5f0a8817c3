/** Commands at odd moments: repeated, too early, with nobody there to take them, and Temporal's own cancel in every phase. */
import { describe, expect, it } from 'vitest';
import type { Outcome, Phase } from '../../../src/domain/status.js';
import { begin, type Driver } from '../support/driver.js';
import { DAY, HOUR, MINUTE, planWith, SECOND, stage } from '../support/given.js';
import { asked, endpoints, grays, looking } from './helpers.js';

const PLAN = planWith({
  stages: [stage(10, { approval: asked() }), stage(50, { hold: true }), stage(100)],
  audit: { onReject: 'wait' },
});

/** A release in each phase, standing still. */
const IN: Record<Exclude<Phase, 'closed'>, () => Driver> = {
  preparing: () => {
    const release = begin(PLAN);
    release.send('pause');
    return release.run(HOUR);
  },
  auditing: () =>
    begin(PLAN)
      .until(({ state }) => state.audit.id !== null)
      .run(MINUTE),
  ready: () =>
    begin(PLAN)
      .until(({ status }) => status.gate !== null)
      .run(MINUTE),
  rolling: () => {
    const release = IN.ready();
    release.send('approve', { by: 'ann' });
    return release.untilPercentage(50).run(DAY);
  },
  baking: () => {
    const release = IN.rolling();
    release.send('promote', { expect: 50 });
    return release.until(({ state }) => state.phase === 'baking').run(MINUTE);
  },
  reverting: () => {
    const release = IN.rolling();
    release.faults.set('revertGray', ['unknown']);
    release.send('abort');
    return release.until(looking);
  },
};
const PHASES = Object.keys(IN) as (keyof typeof IN)[];

const ENDS: Record<keyof typeof IN, Outcome> = {
  preparing: 'aborted',
  auditing: 'aborted',
  ready: 'aborted',
  rolling: 'reverted',
  baking: 'rolledBack',
  reverting: 'reverted',
};

describe.each(PHASES)('while %s', (phase) => {
  const given = () => (IN[phase] as () => Driver)();
  const end = (release: Driver) => {
    if (looking(release)) release.send('retry');
    return release.run(HOUR);
  };

  it('Temporal’s cancel is an abort', () => {
    const release = given();
    release.cancel();
    expect(end(release).state.outcome).toBe(ENDS[phase]);
    expect(release.status.commands).toContainEqual(expect.objectContaining({ id: 'cancel', accepted: true }));
  });

  it('abort leads to the one outcome, and says what stays behind', () => {
    const release = given();
    expect(release.send('abort', { reason: 'wrong template' }).accepted).toBe(true);
    expect(end(release).state.outcome).toBe(ENDS[phase]);
    if (phase !== 'reverting') expect(release.status.reason).toContain('wrong template (ann)');
  });

  it('abort twice is abort once', () => {
    const release = given();
    release.send('abort');
    release.send('abort', { withdrawAudit: true });
    expect(end(release).state.outcome).toBe(ENDS[phase]);
    expect(release.wechat.audit?.status ?? 'none').not.toBe('withdrawn');
  });

  it('an id is good for one command: repeated it changes nothing, used for another verb it is refused', () => {
    const release = given();
    const first = release.send('freeze', { commandId: 'c', reason: 'holiday', for: '2d' });
    const after = release.state;
    expect(release.send('freeze', { commandId: 'c', reason: 'holiday', for: '9d' })).toMatchObject({
      accepted: first.accepted,
      message: first.message,
    });
    expect(release.state).toBe(after);
    const other = release.send('unfreeze', { commandId: 'c' });
    expect(other.accepted).toBe(false);
    expect(other.message).toContain('commandId c was used for freeze');
  });

  it('everything that status offers is taken as it stands', () => {
    const release = given();
    for (const { verb, json } of release.status.allowed) {
      const fresh = given();
      const steered = fresh.send(verb as 'abort', json);
      expect({ verb, accepted: steered.accepted }).toEqual({ verb, accepted: true });
    }
  });

  it('a worker that was down for a day finds the abort that waited for it', () => {
    const release = given();
    release.clock.goDown(DAY);
    release.clock.after(HOUR, () => release.send('abort'), true);
    release.run(2 * DAY);
    expect(end(release).state.outcome).toBe(ENDS[phase]);
  });
});

describe('signals that came before anything was done', () => {
  it('pause: everything is read, and nothing is written until resume', () => {
    const release = begin(PLAN);
    release.send('pause');
    release.run(3 * DAY);
    expect(endpoints(release)).toEqual([]);
    expect(release.status).toMatchObject({ phase: 'preparing', paused: [{ kind: 'human' }] });
    expect(release.state.baseline).not.toBeNull();
    release.send('resume');
    release.run(HOUR);
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
  });

  it('abort: it ends without having read or written anything', () => {
    const release = begin(PLAN);
    release.send('abort');
    release.run();
    expect(release.status).toMatchObject({
      outcome: 'aborted',
      reason: 'because (ann); nothing was changed',
      effects: [],
    });
  });

  it('pause and abort: abort is held up by nothing', () => {
    const release = begin(PLAN);
    release.send('pause');
    release.send('freeze', { reason: 'holiday', for: '9d' });
    release.send('abort');
    expect(release.run(MINUTE).state.outcome).toBe('aborted');
  });

  it('cancel: the same', () => {
    const release = begin(PLAN);
    release.cancel();
    expect(release.run(MINUTE).state.outcome).toBe('aborted');
  });

  it('what is for later is refused and kept in the story', () => {
    const release = begin(PLAN);
    expect(release.send('promote', { expect: 10 }).accepted).toBe(false);
    expect(release.send('approve', { by: 'ann' }).accepted).toBe(false);
    expect(release.send('retry').message).toContain('retry is for a release that needs a person');
    expect(release.status.decisions.filter(({ what }) => what.endsWith('refused'))).toHaveLength(3);
    release.run(HOUR);
    expect(release.state.phase).not.toBe('closed');
  });
});

describe('pause', () => {
  it.each(PHASES.filter((phase) => phase !== 'reverting'))('while %s lets no write begin', (phase) => {
    const release = IN[phase]();
    release.send('pause');
    if (phase === 'ready') release.send('approve', { by: 'ann' });
    if (phase === 'rolling') release.send('promote', { expect: 50 });
    const before = endpoints(release).length;
    release.run(10 * DAY);
    expect(endpoints(release)).toHaveLength(before);
    expect(release.status.paused).toMatchObject([{ kind: 'human', by: 'ann' }]);
  });

  it('while auditing keeps the result, and nothing follows', () => {
    const release = IN.auditing();
    release.send('pause');
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'ready', audit: { state: 'approved' } });
    release.send('approve', { by: 'ann' });
    release.run(DAY);
    expect(grays(release)).toEqual([]);
    release.send('resume');
    expect(release.run(MINUTE).status.percentage).toBe(10);
  });

  it('during a write comes after it: the write’s end is known first', () => {
    const release = begin(planWith());
    release.delays.set('commit', [10 * MINUTE]);
    release.after(MINUTE, () => release.send('pause'));
    release.run(DAY);
    expect(endpoints(release)).toEqual(['commit']);
    expect(release.status.effects).toMatchObject([{ endpoint: 'commit', result: 'applied' }]);
  });
});

describe('giveUp closes as failed and says what stays behind', () => {
  it.each([
    ['preparing', 'nothing was changed'],
    ['auditing', 'audit 1 stays where it is (auditing)'],
    ['ready', 'the approved audit stays'],
    ['baking', '1.4.0 was online for everyone'],
  ] as const)('while %s', (phase, left) => {
    const release = IN[phase]();
    release.wechat.authorised = false;
    release.until(looking);
    expect(release.send('giveUp', { reason: 'the merchant has left' }).accepted).toBe(true);
    expect(release.run().state.outcome).toBe('failed');
    expect(release.status.reason).toContain('given up by ann: the merchant has left (61003');
    expect(release.status.reason).toContain(left);
  });

  it('but not while users may have it', () => {
    const release = IN.rolling();
    release.wechat.authorised = false;
    release.until(looking);
    const answer = release.send('giveUp');
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain('a staged release may be running; abort takes users back');
  });
});

describe('an abort with withdrawAudit', () => {
  it('takes the running audit back, once', () => {
    const release = IN.auditing();
    release.send('abort', { withdrawAudit: true });
    release.run();
    expect(release.status).toMatchObject({ outcome: 'aborted' });
    expect(release.status.reason).toContain('the audit is withdrawn');
    expect(endpoints(release)).toEqual(['commit', 'submitAudit', 'withdrawAudit']);
  });

  it('of which nobody can tell whether it took effect says so, and is not sent again', () => {
    const release = IN.auditing();
    release.faults.set('withdrawAudit', ['unknown']);
    release.send('abort', { withdrawAudit: true });
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('nobody can tell whether audit 1 was withdrawn');
  });

  it('while the audit is approved just then ends all the same, and says so', () => {
    const release = IN.auditing();
    release.delays.set('withdrawAudit', [2 * HOUR]);
    release.send('abort', { withdrawAudit: true });
    release.run();
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('was approved before it could be withdrawn');
  });

  it('where none runs withdraws nothing', () => {
    const release = IN.ready();
    release.send('abort', { withdrawAudit: true });
    release.run(SECOND);
    expect(release.state.outcome).toBe('aborted');
    expect(release.status.reason).toContain('the approved audit stays');
    expect(endpoints(release)).toEqual(['commit', 'submitAudit']);
  });
});
