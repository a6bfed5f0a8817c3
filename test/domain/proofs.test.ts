/** When is an effect applied, and ours: each row of the write protocol's table, and a colleague's write beside it. */
import { describe, expect, it } from 'vitest';
import * as proofs from '../../src/domain/proofs.js';
import type { AuditReading, GrayPlanReading } from '../../src/domain/readings.js';
import { BEFORE, NO_PLAN, NOW, OURS, sec } from './support/given.js';

const T = sec(NOW);
const audit = (changes: Partial<AuditReading> = {}): AuditReading => ({
  auditId: 2,
  status: 'auditing',
  version: OURS,
  reason: '',
  ...changes,
});

describe('commit', () => {
  const want = { version: OURS, baselineSec: T };
  it.each([
    ['no trial version', 'missing', null],
    ['another version', 'missing', { version: '1.3.0', timeSec: T + 1 }],
    ['our version, uploaded before this release', 'missing', { version: OURS, timeSec: T }],
    ['our version, later than the baseline', 'applied', { version: OURS, timeSec: T + 1 }],
  ])('%s: %s', (_what, seen, trial) => {
    expect(proofs.proveCommit(trial, want).seen).toBe(seen);
  });

  it('where nothing was uploaded before, the version is enough', () => {
    const trial = { version: OURS, timeSec: 1 };
    expect(proofs.proveCommit(trial, { version: OURS, baselineSec: null }).seen).toBe('applied');
  });
});

describe('submit_audit', () => {
  const want = { version: OURS, beforeId: 1 };
  it.each([
    ['no audit', 'missing', null],
    ['the audit of before', 'missing', audit({ auditId: 1 })],
    ['a new audit of our version', 'applied', audit()],
    ['a new audit that names no version', 'applied', audit({ version: null })],
    ['a colleague’s audit of another version', 'conflict', audit({ version: '9.9.9' })],
  ])('%s: %s', (_what, seen, latest) => {
    expect(proofs.proveSubmit(latest, want).seen).toBe(seen);
  });

  it('brings the audit’s id', () => {
    expect(proofs.proveSubmit(audit(), want)).toMatchObject({ facts: { auditId: 2 } });
  });
});

describe('undocodeaudit', () => {
  it.each([
    ['withdrawn', 'applied'],
    ['auditing', 'missing'],
    ['delayed', 'missing'],
    ['approved', 'conflict'],
    ['rejected', 'conflict'],
  ] as const)('an audit that is %s: %s', (status, seen) => {
    expect(proofs.proveWithdrawn(audit({ status })).seen).toBe(seen);
  });
});

describe('grayrelease', () => {
  const want: proofs.GrayWant = {
    version: OURS,
    auditId: 2,
    percentage: 10,
    ownCreatedSec: T,
    baselineCreatedSec: 0,
    baselineOnlineSec: BEFORE.timeSec,
  };
  const first = { ...want, percentage: 1, ownCreatedSec: null };
  const full = { ...want, percentage: 100 };
  const plan = (changes: Partial<GrayPlanReading> = {}): GrayPlanReading => ({
    status: 'running',
    percentage: 1,
    createdSec: T,
    finishesSec: null,
    ...changes,
  });
  const prove = (
    reading: GrayPlanReading,
    asked: proofs.GrayWant,
    around: Partial<proofs.GrayReading> = {},
  ) => proofs.proveGray({ plan: reading, online: BEFORE, trial: null, latestAuditId: 2, ...around }, asked);

  it.each([
    ['no plan yet', 'missing', NO_PLAN],
    ['our plan runs there', 'applied', plan()],
    ['our plan is paused there', 'conflict', plan({ status: 'paused' })],
    ['a new plan runs elsewhere', 'conflict', plan({ percentage: 5 })],
    ['a new plan was cancelled', 'conflict', plan({ status: 'deleted' })],
    ['a new plan was finished', 'conflict', plan({ status: 'finished' })],
  ])('the first percentage: %s: %s', (_what, seen, reading) => {
    expect(prove(reading, first).seen).toBe(seen);
  });

  it.each([
    ['running', 'missing'],
    ['finished', 'missing'],
    ['deleted', 'missing'],
  ] as const)('the first percentage: the plan of before is %s: %s', (status, seen) => {
    expect(prove(plan({ status, createdSec: 7 }), { ...first, baselineCreatedSec: 7 }).seen).toBe(seen);
  });

  it.each([
    ['our plan runs there', 'applied', plan({ percentage: 10 })],
    ['our plan runs lower', 'missing', plan()],
    ['our plan was raised beyond', 'conflict', plan({ percentage: 30 })],
    ['a colleague’s plan runs there', 'conflict', plan({ percentage: 10, createdSec: T + 5 })],
    ['paused in the console', 'conflict', plan({ status: 'paused' })],
    ['finished in the console', 'conflict', plan({ status: 'finished', percentage: 100 })],
    ['cancelled in the console', 'conflict', plan({ status: 'deleted' })],
    ['gone', 'conflict', NO_PLAN],
  ])('a higher percentage: %s: %s', (_what, seen, reading) => {
    expect(prove(reading, want).seen).toBe(seen);
  });

  it('of 100: a finished plan of ours is enough, online or not yet', () => {
    const finished = plan({ status: 'finished', percentage: 100 });
    expect(prove(finished, full)).toMatchObject({
      seen: 'applied',
      facts: { percentage: 100, online: false },
    });
    const online = { version: OURS, timeSec: T + 60 };
    expect(prove(finished, full, { online })).toMatchObject({ seen: 'applied', facts: { online: true } });
  });

  it('is not ours when an audit came after ours', () => {
    expect(prove(plan({ percentage: 10 }), want, { latestAuditId: 3 }).seen).toBe('conflict');
  });

  it('below 100 is pointless once everyone has the version', () => {
    expect(prove(plan(), want, { online: { version: OURS, timeSec: T + 60 } }).seen).toBe('conflict');
  });

  it('brings the plan’s identity and WeChat’s own completion', () => {
    const reading = plan({ percentage: 10, finishesSec: T + 99 });
    expect(prove(reading, want)).toMatchObject({
      facts: { percentage: 10, createdSec: T, finishesSec: T + 99, online: false },
    });
  });
});

describe('release', () => {
  const want = { version: OURS, auditId: 2, baselineOnlineSec: BEFORE.timeSec };
  it.each([
    ['nothing online', 'missing', null],
    ['the version before', 'missing', BEFORE],
    ['our version, but from before this release', 'missing', { version: OURS, timeSec: BEFORE.timeSec }],
    ['our version, later', 'applied', { version: OURS, timeSec: T }],
    ['a third version, published meanwhile', 'conflict', { version: '9.9.9', timeSec: T }],
  ])('%s: %s', (_what, seen, online) => {
    expect(proofs.proveRelease({ online, latestAuditId: 2 }, want).seen).toBe(seen);
  });

  it('is never asked for after an audit that is not ours: WeChat would publish what that one approved', () => {
    const reading = { online: BEFORE, latestAuditId: 3 };
    expect(proofs.proveRelease(reading, want)).toEqual({
      seen: 'conflict',
      why: 'audit 3 was submitted after ours (2)',
    });
  });
});

describe('revertgrayrelease', () => {
  it.each([
    ['deleted', 'applied'],
    ['none', 'applied'],
    ['running', 'missing'],
    ['paused', 'missing'],
    ['finished', 'conflict'],
  ] as const)('a plan that is %s: %s', (status, seen) => {
    expect(proofs.proveGrayReverted({ ...NO_PLAN, status, createdSec: T }, { createdSec: T }).seen).toBe(
      seen,
    );
  });

  it('never takes a colleague’s plan for ours, not even to cancel it', () => {
    const theirs = { ...NO_PLAN, status: 'running' as const, createdSec: T + 1 };
    expect(proofs.proveGrayReverted(theirs, { createdSec: T }).seen).toBe('conflict');
  });
});

describe('revertcoderelease', () => {
  const want = { from: OURS, to: '1.3.0' };
  it.each([
    ['our version still', 'missing', { version: OURS, timeSec: T }],
    ['nothing to be seen', 'missing', null],
    ['the version before', 'applied', { version: '1.3.0', timeSec: T }],
    ['a third version', 'conflict', { version: '2.0.0', timeSec: T }],
  ])('%s: %s', (_what, seen, online) => {
    expect(proofs.proveCodeReverted(online, want).seen).toBe(seen);
  });

  it('to whatever was before: any other version will do', () => {
    const proof = proofs.proveCodeReverted({ version: '1.2.0', timeSec: T }, { from: OURS, to: null });
    expect(proof.seen).toBe('applied');
  });
});
