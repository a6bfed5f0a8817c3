/** Which way back there is, chosen by reading. */
import { describe, expect, it } from 'vitest';
import type { GrayPlanReading, WayBackReading } from '../../src/domain/readings.js';
import { chooseWayBack, type OwnPlan } from '../../src/domain/way-back.js';
import { BEFORE, baseline, NO_PLAN, NOW, OURS, sec } from './support/given.js';

const T = sec(NOW);
const own: OwnPlan = { version: OURS, createdSec: T, auditId: 1, wasOnline: false, target: null };
const ONLINE = { version: OURS, timeSec: T + 60 };
const plan = (status: GrayPlanReading['status'], createdSec = T): GrayPlanReading => ({
  status,
  percentage: 10,
  createdSec,
  finishesSec: null,
});
const reading = (changes: Partial<WayBackReading> = {}): WayBackReading => ({
  at: NOW,
  grayPlan: NO_PLAN,
  online: BEFORE,
  history: baseline().history,
  ...changes,
});
const way = (changes: Partial<WayBackReading>, as: Partial<OwnPlan> = {}) =>
  chooseWayBack(reading(changes), { ...own, ...as }, { online: BEFORE, grayCreatedSec: 0 });

describe('the way back', () => {
  it.each([
    ['our plan runs', 'revertGray', { grayPlan: plan('running') }],
    ['our plan is paused', 'revertGray', { grayPlan: plan('paused') }],
    ['our version is online', 'revertCode', { grayPlan: plan('finished'), online: ONLINE }],
    ['our plan is cancelled', 'nothing', { grayPlan: plan('deleted') }],
    ['there is no plan', 'nothing', {}],
    ['our plan is finished, and the version not online yet', 'pending', { grayPlan: plan('finished') }],
    ['a plan of someone else runs', 'foreign', { grayPlan: plan('running', T + 9) }],
    ['a version of someone else is online', 'foreign', { online: { version: '2.0.0', timeSec: T } }],
    [
      'our plan runs and another version is online',
      'revertGray',
      { grayPlan: plan('running'), online: { version: '2.0.0', timeSec: T } },
    ],
  ] as const)('%s: %s', (_what, expected, changes) => {
    expect(way(changes).way).toBe(expected);
  });

  it('after a roll-back a finished plan says nothing more', () => {
    expect(way({ grayPlan: plan('finished') }, { wasOnline: true }).way).toBe('nothing');
  });

  it('when no write was ever proven, a plan that was not there before is taken to be ours', () => {
    expect(way({ grayPlan: plan('running') }, { createdSec: null }).way).toBe('revertGray');
    expect(way({ grayPlan: plan('running', 0) }, { createdSec: null }).way).toBe('foreign');
  });

  it('names the version before by its latest number in the history', () => {
    const history = [
      { appVersion: 7, version: '1.3.0', commitSec: 1 },
      { appVersion: 9, version: '1.3.0', commitSec: 2 },
      { appVersion: 8, version: '1.2.0', commitSec: 3 },
    ];
    expect(way({ online: ONLINE, history })).toEqual({ way: 'revertCode', appVersion: 9, to: '1.3.0' });
  });

  it('goes to whatever was before when the history does not list it', () => {
    expect(way({ online: ONLINE, history: [] })).toEqual({
      way: 'revertCode',
      appVersion: null,
      to: '1.3.0',
    });
  });

  it('does not take our version of before this release for ours', () => {
    const before = { version: OURS, timeSec: BEFORE.timeSec };
    const choice = chooseWayBack(reading({ online: before }), own, { online: before, grayCreatedSec: 0 });
    expect(choice.way).toBe('nothing');
  });
});
