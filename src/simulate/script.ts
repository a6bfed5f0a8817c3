/** Carries out what a scenario says, and says what was done. */
import type { SignalDefinition } from '@temporalio/client';
import { ControlError } from '../simulator/control/problem.js';
import { healthReportSignal } from '../workflows/messages.js';
import type { Action, MetricChange } from './actions.js';
import type { Feed } from './feeds.js';
import { setSeries } from './feeds.js';
import type { Scene } from './scene.js';

/** Who gives a scenario's commands when it does not say. */
const SOMEONE = 'the scenario';

export class Script {
  constructor(
    private readonly scene: Scene,
    private readonly feeds: readonly Feed[],
  ) {}

  /** What happens now; events that were played already are not played again. */
  async play(index: number): Promise<void> {
    const { scene } = this;
    const event = scene.agenda.take(index);
    if (event === null) return;
    const at = scene.clock.now();
    const text = describeAction(event.action);
    try {
      await this.perform(event.action, `scenario-${index + 1}`);
      scene.witness.happened({ at, kind: 'scenario', text });
      if (event.action.kind === 'send') await scene.look();
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      scene.witness.happened({ at, kind: 'scenario', text: `${text}: cannot be done now: ${error.message}` });
    }
    scene.forgetEvents();
  }

  /** Whether it is said to the release, which must have been started then. */
  needsRelease(index: number): boolean {
    const action = this.scene.agenda.actionOf(index);
    if (action?.kind === 'metric') return this.scene.pushed.has(action.change.name);
    return action?.kind === 'send';
  }

  private async perform(action: Action, commandId: string): Promise<void> {
    const { scene } = this;
    const { control } = scene.simulator;
    switch (action.kind) {
      case 'console':
        control.console(action.command);
        return;
      case 'fault':
        control.addFault(action.fault);
        return;
      case 'audit':
        control.audit(action.command);
        return;
      case 'worker':
        scene.stopped = !action.running;
        return;
      case 'metric':
        return this.change(action.change);
      case 'send':
        return this.send(action, commandId);
    }
  }

  private async change(change: MetricChange): Promise<void> {
    const { scene } = this;
    const feed = this.feeds.find(({ metric }) => metric.name === change.name);
    if (feed?.series) setSeries(scene.simulator, scene.plan, feed.series, change);
    else {
      scene.pushed.set(change);
      await pushNow(scene, change.name);
    }
  }

  private async send({ verb, payload }: Extract<Action, { kind: 'send' }>, commandId: string): Promise<void> {
    const { scene } = this;
    const command = { by: SOMEONE, reason: 'the scenario says so', commandId, ...payload };
    const status = await scene.status();
    await scene.release.signal(asSignal(verb), scene.people.signed(verb, command, status));
    // Whoever goes on needs to hear that all is well.
    for (const { metric, series } of this.feeds) if (series === null) await pushNow(scene, metric.name);
  }
}

/** Pushes what a metric shows now, as its service would. */
export async function pushNow(scene: Scene, metric: string): Promise<void> {
  const { percentage, health } = await scene.status();
  if (health.find(({ name }) => name === metric)?.active !== true) return;
  const { value, samples } = scene.pushed.at(metric, percentage);
  const report = { metric, value, at: scene.clock.now(), ...(samples === null ? {} : { samples }) };
  await scene.release.signal(healthReportSignal, report);
}

/** Each verb is a signal of the same name. */
function asSignal(verb: string): string & SignalDefinition<[object]> {
  return verb as string & SignalDefinition<[object]>;
}

/** What somebody does, in a line. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'console': {
      const { app: _app, action: button, ...more } = action.command;
      return `somebody presses ${button} in the console${rest(more)}`;
    }
    case 'fault': {
      const { endpoint, kind, ...more } = action.fault;
      return `fault on order: ${kind} for ${endpoint}${rest(more)}`;
    }
    case 'metric': {
      const { name, value, samples, from } = action.change;
      const numbers = [
        value === undefined ? '' : `shows ${value}`,
        samples === undefined ? '' : `of ${samples} samples`,
      ];
      return `metric ${name} ${numbers.filter(Boolean).join(' ')}${from > 0 ? ` from ${from} % on` : ''}`;
    }
    case 'audit': {
      const { verdict, reason } = action.command;
      return `WeChat's reviewer says ${verdict}${reason ? `: ${reason}` : ''}`;
    }
    case 'send': {
      const { by, reason: _reason, ...more } = action.payload;
      return `${typeof by === 'string' ? by : SOMEONE} sends ${action.verb}${rest(more)}`;
    }
    case 'worker':
      return action.running ? 'the worker starts' : 'the worker stops';
  }
}

function rest(fields: object): string {
  return Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
}
