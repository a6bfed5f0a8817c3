/** When the worker dies, for every write: before WeChat did it, before the answer, before Temporal knew. */
import { expect } from 'vitest';
import { EFFECTS, isProvenByAnswer } from '../../src/domain/effects.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import type { LedgerRequest } from '../../src/simulator/state/ledger.js';
import { releaseWorkflowId } from '../../src/workflows/messages.js';
import type { Scene } from './scene.js';
import type { Write } from './writes.js';

type Wechat = Pick<Scene, 'simulator'>;

export interface Moment {
  name: 'before WeChat did it' | 'before the answer' | 'before Temporal knew';
  /** Sees to it that the next write of the app stays there. */
  hold(scene: Scene, app: string, write: Write): void;
  /** Whether it is there now. */
  isThere(scene: Scene, app: string, write: Write): boolean;
  /** Whether the write was done when the worker died. */
  done: boolean;
}

/** Later than any test ends. Milliseconds. */
const NEVER_MS = 600_000;

const endpointOf = ({ effect }: Write) => EFFECTS[effect].endpoint;
const requestsOf = ({ simulator }: Wechat, app: string): LedgerRequest[] =>
  simulator.control.ledger(app).requests;
/** The latest thing WeChat heard of the app is the write, and under this fault: its answer is still waited for. */
const isHeld = (
  wechat: Wechat,
  app: string,
  write: Write,
  fault: LedgerRequest['fault'],
  applied: boolean,
) => {
  const last = requestsOf(wechat, app).at(-1);
  return last?.endpoint === endpointOf(write) && last.fault === fault && last.applied === applied;
};
const reportOf = (app: string, { effect }: Write) => ({
  workflowId: releaseWorkflowId(app),
  activityType: effect,
});

/** The answer comes later than any test ends. */
export const BEFORE_THE_ANSWER = {
  name: 'before the answer',
  hold: ({ simulator }: Wechat, app: string, write: Write) => {
    simulator.control.addFault({ endpoint: endpointOf(write), app, kind: 'slow', delayMs: NEVER_MS });
  },
  isThere: (wechat: Wechat, app: string, write: Write) => isHeld(wechat, app, write, 'slow', true),
  done: true,
} satisfies Moment;

export const MOMENTS: readonly Moment[] = [
  {
    name: 'before WeChat did it',
    hold: ({ simulator }, app, write) =>
      simulator.control.addFault({ endpoint: endpointOf(write), app, kind: 'hang' }),
    isThere: (scene, app, write) => isHeld(scene, app, write, 'hang', false),
    done: false,
  },
  BEFORE_THE_ANSWER,
  {
    name: 'before Temporal knew',
    hold: ({ between }, app, write) => between.keepBack(reportOf(app, write)),
    isThere: ({ between }, app, write) => between.isKeptBack(reportOf(app, write)),
    done: true,
  },
];

/** One write at one moment, of an app of its own. */
export interface Cell {
  app: string;
  write: Write;
  moment: Moment;
}

/** What a release waits for when its worker dies at a cell, beside what Temporal needs to notice. Milliseconds. */
export function waitMsOf({ write, moment }: Omit<Cell, 'app'>): number {
  const isFound = moment.done && !isProvenByAnswer(write.effect);
  return (isFound ? 0 : EFFECTS[write.effect].settleMs) + write.afterMs;
}

/** It was there when the worker died: WeChat's ledger says so, and Temporal waits for an attempt of the dead. */
export async function checkAtKill(scene: Scene, { app, write, moment }: Cell): Promise<void> {
  expect(moment.isThere(scene, app, write)).toBe(true);
  const upTo = write.effects.indexOf(strikenOf(write));
  expect(scene.effects(app)).toEqual(write.effects.slice(0, upTo + (moment.done ? 1 : 0)));
  const left = await scene.leftByDead(releaseWorkflowId(app));
  expect(left.map(({ activityType }) => activityType)).toEqual([write.effect]);
}

/** What a person reads of the one write that may be spent but once, and is left when it cannot be told whether it was. */
export const NOT_SENT_AGAIN = /nobody can tell whether audit \d+ was withdrawn/;

/** The same outcome as without the kill, each effect once, and the write sent again only where nothing shows it. */
export function checkAtEnd(scene: Scene, { app, write, moment }: Cell, status: ReleaseStatus): void {
  const endpoint = endpointOf(write);
  const gone = !moment.done && EFFECTS[write.effect].maxWrites === 1;
  expect({ outcome: status.outcome, effects: scene.effects(app) }).toEqual({
    outcome: write.outcome,
    effects: write.effects.filter((name) => !gone || name !== endpoint),
  });
  const usual = write.effects.filter((name) => name.split(' ')[0] === endpoint).length;
  const isFound = moment.done && !isProvenByAnswer(write.effect);
  expect(requestsOf(scene, app).filter((request) => request.endpoint === endpoint)).toHaveLength(
    usual + (isFound || gone ? 0 : 1),
  );
  if (gone) expect(status.reason).toMatch(NOT_SENT_AGAIN);
}

/** The effect that a cell is about. */
function strikenOf(write: Write): string {
  if (write.name === 'grayrelease, first') return 'grayrelease 1';
  return write.name === 'grayrelease, up' ? 'grayrelease 100' : endpointOf(write);
}
