/** Every write × every way its answer can be lost: the right outcome, and each effect once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorldInput } from '../../src/simulator/world/world.js';
import { givenWorld, LADDER, planFor, type ReleaseWorld } from '../support/release.js';
import { describeWorkflows } from '../support/temporal.js';

type Metrics = WorldInput['apps'][string]['metrics'];

const KINDS = [
  'dropBeforeApplying',
  'dropAfterApplying',
  'systemError',
  'http502',
  'invalidJson',
  'emptyBody',
] as const;

const failingFrom = (from: number): Metrics => ({
  js_error_rate: [
    { version: '1.4.0', value: 0.002 },
    { version: '1.4.0', from, value: 0.5 },
  ],
  launches: [{ version: '1.4.0', perPercent: 400 }],
});

/** Which write is disturbed, in which release, and what that release does and ends with when it is not. */
const CASES = [
  { endpoint: 'commit', outcome: 'released', effects: LADDER, app: {} },
  { endpoint: 'submit_audit', outcome: 'released', effects: LADDER, app: {} },
  { endpoint: 'grayrelease', outcome: 'released', effects: LADDER, app: {} },
  {
    endpoint: 'revertgrayrelease',
    outcome: 'reverted',
    effects: [...LADDER.slice(0, 4), 'revertgrayrelease'],
    app: { metrics: failingFrom(10) },
  },
  {
    endpoint: 'revertcoderelease',
    outcome: 'rolledBack',
    effects: [...LADDER, 'revertcoderelease'],
    app: { metrics: failingFrom(100) },
  },
] as const;

describeWorkflows('an answer that is lost', () => {
  const rows = CASES.flatMap((row) =>
    KINDS.flatMap((kind) => [1, 2].map((times) => ({ ...row, kind, times }))),
  );
  let world: ReleaseWorld;

  // All at once, in real time: what is slow is only the waiting that the write protocol prescribes.
  beforeAll(async () => {
    world = await givenWorld(rows.map(({ app }) => app));
  });
  afterAll(() => world.close());

  for (const [index, { endpoint, kind, times, outcome, effects }] of rows.entries())
    it.concurrent(`${endpoint}: ${kind} × ${times} still ends ${outcome}`, async () => {
      const app = world.apps[index] ?? '';
      world.simulator.control.addFault({ endpoint, app, kind, times });
      const status = await (await world.start(planFor(app))).result();
      expect({ outcome: status.outcome, attention: status.attention }).toEqual({ outcome, attention: null });
      expect(world.effects(app)).toEqual([...effects]);
    }, 240_000);
});
