/** Plays plans in tests: the whole simulation on the time-skipping server, with the bundle that all tests share. */
import { onTestFinished } from 'vitest';
import { SimulationLog } from '../../src/cli/simulation-log.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import { Closers } from '../../src/servers/closers.js';
import { prepare } from '../../src/simulate/prepare.js';
import { type Simulated, simulate } from '../../src/simulate/run.js';
import { parseScenario, type Scenario } from '../../src/simulate/scenario.js';
import { testServerPath, workflowBundle } from '../support/temporal.js';

export interface Play extends Simulated {
  /** The timeline's lines, without their moments. */
  lines: string[];
  /** When a line of the timeline begins so, milliseconds since the epoch. */
  at(beginning: string): number;
  /** `endpoint`, or `grayrelease 10`. */
  effects: string[];
}

export async function play(plan: ReleasePlan, given: Scenario | object = {}): Promise<Play> {
  const scenario =
    'events' in given && 'end' in given && 'metrics' in given
      ? (given as Scenario)
      : parseScenario(given, plan);
  const closers = new Closers((text) => console.error(text));
  onTestFinished(() => closers.close());
  const log = new SimulationLog(plan);
  const simulated = await simulate(
    {
      plan,
      scenario,
      serverPath: testServerPath(),
      bundlePath: workflowBundle().codePath,
      cleanup: closers,
      witness: log,
    },
    prepare({ plan, scenario }),
  );
  await closers.close();
  const events = log.events();
  return {
    ...simulated,
    lines: events.map(({ text }) => text),
    at(beginning) {
      const found = events.find(({ text }) => text.startsWith(beginning));
      if (found === undefined)
        throw new Error(`no line begins with ${beginning}:\n${events.map(({ text }) => text).join('\n')}`);
      return found.at;
    },
    effects: simulated.ledger.effects.map(({ endpoint, percentage }) =>
      percentage === undefined ? endpoint : `${endpoint} ${percentage}`,
    ),
  };
}
