/** How what is to be seen differs from what we left. */
import { describe, expect, it } from 'vitest';
import { type Expected, observeDrift } from '../../src/domain/drift.js';
import type { GrayReading } from '../../src/domain/proofs.js';
import type { GrayPlanReading } from '../../src/domain/readings.js';
import { BEFORE, NO_PLAN, NOW, OURS, sec } from './support/given.js';

const T = sec(NOW);
const ONLINE = { version: OURS, timeSec: T + 60 };
const OTHER = { version: '2.0.0', timeSec: T + 60 };
const plan = (changes: Partial<GrayPlanReading> = {}): GrayPlanReading => ({
  status: 'running',
  percentage: 10,
  createdSec: T,
  finishesSec: null,
  ...changes,
});
const observe = (reading: Partial<GrayReading>, own: Partial<Expected> = {}) =>
  observeDrift(
    { plan: plan(), online: BEFORE, trial: null, latestAuditId: 2, ...reading },
    {
      version: OURS,
      baselineOnlineSec: BEFORE.timeSec,
      expect: 'gray',
      percentage: 10,
      pending: [],
      createdSec: T,
      auditId: 2,
      ...own,
    },
  ).kind;

describe('on the ladder', () => {
  it.each([
    ['as we left it', 'ours', {}],
    ['raised', 'advanced', { plan: plan({ percentage: 30 }) }],
    ['paused', 'paused', { plan: plan({ status: 'paused' }) }],
    ['cancelled', 'cancelled', { plan: plan({ status: 'deleted' }) }],
    ['gone', 'cancelled', { plan: NO_PLAN }],
    [
      'finished, and online',
      'finished',
      { plan: plan({ status: 'finished', percentage: 100 }), online: ONLINE },
    ],
    [
      'finished a moment ago, not online yet',
      'ours',
      { plan: plan({ status: 'finished', percentage: 100 }) },
    ],
    [
      'finished, and another version online',
      'otherVersion',
      { plan: plan({ status: 'finished' }), online: OTHER },
    ],
    ['released in full, whatever became of the plan', 'finished', { plan: NO_PLAN, online: ONLINE }],
    ['another plan in its place', 'otherVersion', { plan: plan({ createdSec: T + 5 }) }],
    ['another audit', 'newAudit', { latestAuditId: 3 }],
    ['an audit that cannot be told', 'ours', { latestAuditId: null }],
  ] as const)('%s: %s', (_what, kind, reading) => {
    expect(observe(reading)).toBe(kind);
  });

  it('a write of ours whose outcome was not known is no drift when it shows late', () => {
    expect(observe({ plan: plan({ percentage: 50 }) }, { pending: [50] })).toBe('ours');
    expect(observe({ plan: plan({ percentage: 60 }) }, { pending: [50] })).toBe('advanced');
  });
});

describe('after a first percentage that was never proven', () => {
  const before = {
    onlineSec: BEFORE.timeSec,
    grayCreatedSec: T - 9,
    auditId: 2,
    trial: null,
    approved: true,
  };
  it.each([
    ['nothing to be seen', 'absent', { plan: NO_PLAN }],
    ['what stood there before', 'absent', { plan: plan({ status: 'deleted', createdSec: T - 9 }) }],
    ['a staged release', 'ours', {}],
    ['one that was paused', 'ours', { plan: plan({ status: 'paused' }) }],
    ['one that was cancelled', 'cancelled', { plan: plan({ status: 'deleted' }) }],
    ['one that is finished, not online yet', 'ours', { plan: plan({ status: 'finished' }) }],
    ['our version online', 'finished', { plan: NO_PLAN, online: ONLINE }],
  ] as const)('%s: %s', (_what, kind, reading) => {
    expect(observe(reading, { expect: 'unproven', createdSec: null, before })).toBe(kind);
  });
});

describe('between gray 100 and online', () => {
  it.each([
    ['finished', 'ours', { plan: plan({ status: 'finished', percentage: 100 }) }],
    ['running at 100', 'ours', { plan: plan({ percentage: 100 }) }],
    ['cleared away', 'ours', { plan: NO_PLAN }],
    ['online', 'finished', { plan: plan({ status: 'finished' }), online: ONLINE }],
    ['cancelled', 'cancelled', { plan: plan({ status: 'deleted' }) }],
    ['another audit', 'newAudit', { latestAuditId: 3 }],
  ] as const)('%s: %s', (_what, kind, reading) => {
    expect(observe(reading, { expect: 'completing' })).toBe(kind);
  });
});

describe('in the bake', () => {
  it.each([
    ['our version online', 'ours', ONLINE],
    ['another version online', 'otherVersion', OTHER],
    ['nothing online', 'otherVersion', null],
  ] as const)('%s: %s', (_what, kind, online) => {
    expect(observe({ online }, { expect: 'online' })).toBe(kind);
  });
});
