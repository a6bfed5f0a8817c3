/** What each happening does to a release and to the WeChat around it. */
import { ControlError } from '../../src/simulator/control/problem.js';
import type { Simulator } from '../../src/simulator/server.js';
import { OURS } from './random-plans.js';
import { type Observed, sleep } from './random-release.js';
import type { Fields, Happening, Timed } from './random-scenarios.js';

/** Lets a scenario's happenings come when their moments do; those whose moment never comes, or not before `until`, never. */
export async function happenings(release: Observed, timed: readonly Timed[], until: number): Promise<void> {
  await Promise.all(
    timed.map(async ({ from, afterMs, happening }) => {
      if (!(await release.reaches(from, until))) return;
      await sleep(afterMs);
      if (!release.isClosed) await happen(release, happening);
    }),
  );
}

async function happen(release: Observed, what: Happening): Promise<void> {
  const { app, world } = release;
  const { control } = world.simulator;
  switch (what.kind) {
    case 'command': {
      const payload = payloadOf(release, what.verb, what.fields);
      if (what.via === 'signal') await release.signal(what.verb, payload);
      else await release.update(what.verb, payload);
      return;
    }
    case 'offered': {
      const { allowed } = release.last ?? { allowed: [] };
      const command = allowed[what.pick % Math.max(1, allowed.length)];
      // Endings come by themselves and less often.
      if (command === undefined || (['abort', 'giveUp', 'rollback'].includes(command.verb) && what.pick > 1))
        return;
      if (what.via === 'signal') await release.signal(command.verb, command.json);
      else await release.update(command.verb, command.json);
      return;
    }
    case 'nonsense':
      await release.signal(what.verb, what.payload);
      return;
    case 'report':
      await release.report(what.value, what.agoMs);
      return;
    case 'series':
      release.measures(what.name, what.value);
      return;
    case 'traffic':
      control.metrics({ app, name: 'launches', version: OURS, value: what.launches });
      return;
    case 'console':
      ifPossible(() => control.console({ app, ...what.press }));
      return;
    case 'verdict':
      ifPossible(() => control.audit({ app, verdict: what.verdict, reason: '2: by hand' }));
      return;
    case 'unauthorized':
      control.addFault({ app, endpoint: '*', kind: 'errcode', errcode: what.errcode, times: 'always' });
      if (what.forMs === null) return;
      await sleep(what.forMs);
      authorize(world.simulator, app);
      return;
    case 'fault':
      // Prometheus' queries are nobody's.
      control.addFault(what.fault.endpoint === 'query' ? what.fault : { app, ...what.fault });
      return;
    case 'cancel':
      await release.handle.cancel();
  }
}

/** What the console does not offer just now is not done. */
export function ifPossible(press: () => unknown): void {
  try {
    press();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
  }
}

/** The app's calls are taken again. */
export function authorize(simulator: Simulator, app: string): void {
  keepFaults(simulator, (fault) => fault.app !== app || fault.endpoint !== '*');
}

/** No fault of the app's is on order any more. */
export function clearFaults(simulator: Simulator, app: string): void {
  keepFaults(simulator, (fault) => fault.app !== app);
}

function keepFaults(
  { control }: Simulator,
  keep: (fault: ReturnType<typeof control.faults>[number]) => boolean,
) {
  const kept = control.faults().filter(keep);
  control.clearFaults();
  for (const fault of kept) control.addFault(fault);
}

/** The payload of a command, right or wrong in what it must name. */
function payloadOf(release: Observed, verb: string, { id, right, flag, by, pick }: Fields) {
  const status = release.last;
  const metric = status?.paused.find(({ kind }) => kind === 'metric')?.metric ?? 'js-error-rate';
  const common = { by, reason: 'because', ...(id === null ? {} : { commandId: `sent ${id}` }) };
  switch (verb) {
    case 'promote':
      return { ...common, expect: right ? (status?.percentage ?? 0) : 7, full: flag };
    case 'resume':
      return { ...common, ...(right ? { metric } : {}), restart: flag, adopt: pick === 0 };
    case 'abort':
      return { ...common, withdrawAudit: flag };
    case 'approve':
    case 'refuse': {
      const gate = right ? status?.gate?.gate : ['trial', 'stage:0', 'stage:1', undefined][pick % 4];
      return { ...common, ...(gate === undefined ? {} : { gate }) };
    }
    case 'rollback': {
      const targets = [
        { version: '1.3.0' },
        { version: '1.2.0' },
        { appVersion: 12 },
        { version: '0.0.1' },
        {},
      ];
      return { ...common, ...targets[pick % targets.length] };
    }
    case 'resubmit':
      return { ...common, ...(flag ? { template: 43 } : {}) };
    case 'freeze':
      return { ...common, ...[{ for: '1s' }, { for: '3s' }, { for: '2d' }, { until: 0 }, {}][pick % 5] };
    case 'unfreeze':
      return { ...common, override: flag };
    default:
      return common;
  }
}
