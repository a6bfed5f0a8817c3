/** The time limit of a condition. What the linter lets pass is fast, so a slow check stands for a slow evaluation. */
import { expect, it, vi } from 'vitest';
import { askConditions } from '../../src/health/conditions.js';
import { metric } from '../plan/plans.js';

vi.mock(import('../../src/plan/conditions.js'), async (original) => ({
  ...(await original()),
  conditionFault: () => {
    const since = performance.now();
    while (performance.now() - since < 5_000);
    return null;
  },
}));

it('a condition is given up after a tenth of a second', () => {
  const slow = metric({ thresholdRange: null, successCondition: 'result < 1' });
  const since = performance.now();
  expect(() => askConditions(slow, 0, 1_000)).toThrow('successCondition gave no answer within 100 ms');
  expect(performance.now() - since).toBeLessThan(3_000);
});
