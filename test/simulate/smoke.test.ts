/** A plan of weeks, played from its start to the way back; more of them are in examples.soak.ts. */
import { expect, it } from 'vitest';
import { readScenario } from '../../src/simulate/scenario.js';
import { describeTimeSkipping } from '../support/temporal.js';
import { example, examplePlan } from './plans.js';
import { play } from './play.js';

const MINUTE = 60_000;

describeTimeSkipping('simulate', () => {
  it('takes users back within two intervals over the limit after a metric got bad at 10 %', async () => {
    const plan = await examplePlan('three-weeks.yaml');
    const scenario = await readScenario(example('scenarios/failing-metric.yaml'), plan);
    const played = await play(plan, scenario);
    expect(played.end).toBe('closed');
    expect(played.status.outcome).toBe('reverted');
    expect(played.effects).toEqual([
      'commit',
      'submit_audit',
      'grayrelease 1',
      'grayrelease 10',
      'revertgrayrelease',
    ]);
    const bad = played.at('metric js-error-rate shows 0.08');
    expect(bad - played.at('effect grayrelease 10 %')).toBeGreaterThanOrEqual(6 * 60 * MINUTE);
    expect(played.at('health fail') - bad).toBeLessThan(6 * MINUTE);
    expect(played.at('effect revertgrayrelease') - bad).toBeLessThan(17 * MINUTE);
    expect(played.lines.at(-1)).toMatch(/^reverted from 10 %: js-error-rate: 0\.08 > max 0\.01/);
  });
});
