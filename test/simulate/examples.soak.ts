/** The examples, and what else a scenario can do, each played whole. */
import { expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { exitOf } from '../../src/cli/simulation-view.js';
import { readScenario } from '../../src/simulate/scenario.js';
import { describeTimeSkipping } from '../support/temporal.js';
import { example, examplePlan, PLAN } from './plans.js';
import { play } from './play.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LADDER = [
  'commit',
  'submit_audit',
  'grayrelease 1',
  'grayrelease 10',
  'grayrelease 50',
  'grayrelease 100',
];

async function playExample(planFile: string, scenarioFile?: string) {
  const plan = await examplePlan(planFile);
  return play(
    plan,
    scenarioFile === undefined ? {} : await readScenario(example(`scenarios/${scenarioFile}`), plan),
  );
}

describeTimeSkipping('the examples', () => {
  it('three weeks go by in seconds, are released, and take at most 500 events', async () => {
    const played = await playExample('three-weeks.yaml');
    expect(played.status.outcome).toBe('released');
    expect(played.effects).toEqual(LADDER);
    expect(played.endedAt - played.startedAt).toBeGreaterThan(19 * DAY);
    expect(played.historyEvents).toBeLessThanOrEqual(500);
    expect(played.tookMs).toBeLessThan(30_000);
    // A stage begins only inside the windows.
    for (const line of ['effect grayrelease 10', 'effect grayrelease 50', 'effect grayrelease 100']) {
      const hours = new Date(played.at(line) + 8 * HOUR).getUTCHours();
      expect(hours).toBeGreaterThanOrEqual(10);
      expect(hours).toBeLessThan(18);
    }
  });

  it('a plan with every field is released when everyone does their part', async () => {
    const played = await playExample('full.yaml', 'full.yaml');
    expect(played.status.outcome).toBe('released');
    expect(played.unplayed).toEqual([]);
    expect(played.lines).toContain('on-call sends approve');
  });

  it('a staged release that was cancelled in the console waits for a person', async () => {
    const played = await playExample('three-weeks.yaml', 'console-cancel.yaml');
    expect(played.end).toBe('timeUp');
    expect(played.status.attention?.reason).toMatch(/cancelled the staged release in the console/);
    expect(exitOf(played)).toBe(EXIT.waiting);
    expect(played.at('attention') - played.at('somebody presses delete')).toBeLessThan(5 * 60_000);
    expect(played.endedAt - played.startedAt).toBeLessThan(3 * DAY + HOUR);
  });

  it('a bad night ends well, with every effect once', async () => {
    const played = await playExample('three-weeks.yaml', 'bad-night.yaml');
    expect(played.status.outcome).toBe('released');
    expect(played.effects).toEqual(LADDER);
    expect(played.unplayed).toEqual([]);
    expect(played.lines).toContain('fault dropAfterApplying strikes submit_audit');
    expect(played.lines).toContain('paused by lin: support reports login trouble');
    expect(played.at('pause by lin lifted') - played.at('paused by lin')).toBeCloseTo(6 * HOUR, -4);
  });

  it('a stage that waits for a person is promoted, and pushed metrics are pushed', async () => {
    const played = await playExample('production.yaml', 'promoted.yaml');
    expect(played.status.outcome).toBe('released');
    expect(played.lines).toContain('health pass: paid-orders: 0.9797 is ≥ 0.97');
    expect(played.status.decisions.find(({ what }) => what === 'promote')?.by).toBe('release-manager');
  });

  it('a stage that nobody promotes is taken back before WeChat completes it', async () => {
    const played = await playExample('production.yaml');
    expect(played.status.outcome).toBe('reverted');
    expect(played.endedAt - played.at('effect grayrelease 0 %')).toBeCloseTo(15 * DAY - HOUR, -5);
  });
});

describeTimeSkipping('a scenario', () => {
  it('approves with the signatures of the approvers', async () => {
    const approval = {
      approvers: ['ann', 'bob'],
      count: 2,
      claimed: false,
      timeoutMs: null,
      onTimeout: 'pause' as const,
    };
    const stages = PLAN.rollout.stages.map((stage) =>
      stage.percentage === 10 ? { ...stage, approval } : stage,
    );
    const plan = { ...PLAN, rollout: { ...PLAN.rollout, stages } };
    const approve = (by: string, plus: string) => ({
      after: { stage: 1 },
      plus,
      do: { send: { verb: 'approve', by, reason: 'tried it' } },
    });
    const played = await play(plan, {
      events: [approve('ann', '1h'), approve('eve', '2h'), approve('bob', '3h')],
    });
    expect(played.status.outcome).toBe('released');
    expect(played.at('effect grayrelease 10 %') - played.at('effect grayrelease 1 %')).toBeCloseTo(
      3 * HOUR,
      -4,
    );
    const proven = played.status.decisions.filter(({ authenticated }) => authenticated).map(({ by }) => by);
    expect(proven).toEqual(['ann', 'bob']);
  });

  it('rejects an audit, and submits again without starting over', async () => {
    const plan = { ...PLAN, audit: { ...PLAN.audit, onReject: 'wait' as const } };
    const played = await play(plan, {
      world: {
        app: { audit: [{ reject: { after: '1h', reason: 'no test account' } }, { approveAfter: '1h' }] },
      },
      events: [
        {
          after: { effect: 'submit_audit' },
          plus: '5h',
          do: { send: { verb: 'resubmit', by: 'lin' } },
        },
      ],
    });
    expect(played.lines).toContain('WeChat rejected the audit: no test account');
    expect(played.status.outcome).toBe('released');
    expect(played.effects.filter((effect) => effect === 'submit_audit')).toHaveLength(2);
  });

  it('is over when only a person could go on and nobody comes', async () => {
    const plan = { ...PLAN, rollout: { ...PLAN.rollout, bakeMs: DAY } };
    const played = await play(plan, {
      events: [{ after: { stage: 100 }, plus: '1h', do: { send: { verb: 'pause', by: 'lin' } } }],
    });
    expect(played.end).toBe('waits');
    expect(played.status.paused).toMatchObject([{ by: 'lin' }]);
    expect(exitOf(played)).toBe(EXIT.waiting);
    expect(played.endedAt - played.at('paused by lin')).toBeLessThan(7 * HOUR);
  });

  it('takes the authorization away and gives it back', async () => {
    const plan = await examplePlan('three-weeks.yaml');
    const press = (action: string, plus: string) => ({
      after: { stage: 1 },
      plus,
      do: { console: { action } },
    });
    const played = await play(plan, { events: [press('unauthorize', '2h'), press('authorize', '5h')] });
    expect(played.status.outcome).toBe('released');
    expect(
      played.at('attention: getgrayreleaseplan: 61003') - played.at('somebody presses unauthorize'),
    ).toBeLessThan(5 * 60_000);
    expect(played.lines).toContain('attention: over, it goes on');
  });

  it('says what was never played', async () => {
    const played = await play(PLAN, {
      events: [{ after: { effect: 'revertgrayrelease' }, do: { worker: 'stop' } }],
    });
    expect(played.status.outcome).toBe('released');
    expect(played.unplayed).toEqual([0]);
  });

  it('goes on with a standing approval', async () => {
    const played = await play({ ...PLAN, source: 'approved', template: null });
    expect(played.status.outcome).toBe('released');
    expect(played.status.effects[0]?.endpoint).toBe('grayrelease');
  });

  it('takes back what fails while it bakes', async () => {
    const plan = { ...PLAN, rollout: { ...PLAN.rollout, bakeMs: 2 * DAY } };
    const played = await play(plan, {
      events: [{ after: { stage: 100 }, plus: '1d', do: { metric: { name: 'js-error-rate', value: 0.5 } } }],
    });
    expect(played.status.outcome).toBe('rolledBack');
    expect(played.effects.at(-1)).toBe('revertcoderelease');
  });
});
