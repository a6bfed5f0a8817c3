/** When a simulation is over although the release is not. */
import { expect, it } from 'vitest';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { waitsForEver } from '../../src/simulate/attend.js';
import { attention, holding, NOON, soaking } from '../cli/statuses.js';

const inTime: ReleaseStatus['platformDeadline'] = null;

it.each<[string, ReleaseStatus, boolean]>([
  ['soaks', soaking, false],
  ['holds, until WeChat completes it', holding, false],
  ['holds, and no time will end it', { ...holding, platformDeadline: inTime }, true],
  ['a person must look, and no time will end it', { ...attention, platformDeadline: inTime }, true],
  [
    'paused while an audit runs',
    {
      ...soaking,
      platformDeadline: null,
      next: { what: '', at: null },
      paused: [{ kind: 'human', reason: '', by: 'lin', at: NOON }],
      audit: { ...soaking.audit, state: 'auditing' },
    },
    false,
  ],
  [
    'rejected, and a resubmission is waited for',
    {
      ...soaking,
      platformDeadline: null,
      next: { what: '', at: null },
      audit: { ...soaking.audit, state: 'rejected', resubmitUntil: NOON + 1 },
    },
    false,
  ],
])('%s', (_, status, expected) => {
  expect(waitsForEver(status, NOON)).toBe(expected);
});
