/** `simulate`: a whole plan, weeks, in seconds. */

import { fired } from '../../releases/waiting.js';
import { Closers } from '../../servers/closers.js';
import { findTestServer } from '../../servers/find.js';
import { NoPassingValueError } from '../../simulate/feeds.js';
import { type Prepared, prepare } from '../../simulate/prepare.js';
import type { SimulationSettings } from '../../simulate/run.js';
import { quietScenario, readScenario, ScenarioError } from '../../simulate/scenario.js';
import { clockText, StartError, startMoment, zoneOf } from '../../simulate/start.js';
import { assertWorld, readWorldFile, WorldError } from '../../simulator/world/world.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { SimulationLog } from '../simulation-log.js';
import { exitOf, notesOf, type Played, renderEnd, renderEvent, simulationJson } from '../simulation-view.js';
import { Ticker } from '../ticker.js';
import { brief } from '../words.js';
import { loadPlanOrRefuse, type OutputFormat, outputOption, type Registry } from './shared.js';

interface SimulateOptions {
  world?: string;
  scenario?: string;
  output: OutputFormat;
}

/** Adds `simulate`. */
export function addSimulate({ add, run }: Registry, cli: Cli): void {
  add(
    'simulate <plan>',
    'play a whole plan, weeks, in seconds, against a simulated WeChat',
    'simulate examples/three-weeks.yaml --scenario examples/scenarios/failing-metric.yaml',
  )
    .option('--scenario <file>', 'what goes wrong and what people do, and when (without it: nothing)')
    .option('--world <file>', 'what exists in the simulated WeChat (without it: what the plan needs)')
    .addOption(outputOption())
    .action(run((file: string, options: SimulateOptions) => simulatePlan(cli, file, options)));
}

async function simulatePlan(cli: Cli, file: string, options: SimulateOptions): Promise<ExitCode> {
  const { plan } = await loadPlanOrRefuse(cli, file);
  const interrupted = cli.interruptible();
  const closers = new Closers((text) => say(cli, text));
  const timezone = zoneOf(plan);
  const ticker = new Ticker(cli.err, options.output === 'text');
  const started = Date.now();
  try {
    const scenario =
      options.scenario === undefined ? quietScenario() : await readScenario(options.scenario, plan);
    const log = new SimulationLog(
      plan,
      (event) => {
        if (options.output === 'text')
          ticker.around(() => print(cli, renderEvent(event, timezone, cli.colors)));
      },
      (at) => ticker.show(clockText(at, timezone)),
    );
    const world = options.world === undefined ? undefined : await readWorld(options.world);
    const asked = { plan, scenario, world };
    // Whatever is wrong with the files is said before anything is started.
    const begins = startMoment(plan, scenario.start, started);
    const prepared = prepare(asked);
    const notes = notesOf(prepared.feeds, world !== undefined);
    for (const note of notes) say(cli, note);
    say(cli, `from ${clockText(begins, timezone)} on, as clocks in ${timezone} show it`);
    const { path } = await findTestServer({ env: cli.env, onProgress: (text) => say(cli, `  ${text}`) });
    const settings = { ...asked, serverPath: path, cleanup: closers, witness: log, interrupted };
    const simulated = await Promise.race([play(settings, prepared), fired(interrupted).then(() => null)]);
    ticker.close();
    if (simulated === null) throw new CliError('interrupted; nothing is said about the plan');
    const played: Played = { simulated, scenario, events: log.events(), notes, timezone };
    if (options.output === 'json') print(cli, JSON.stringify(simulationJson(played), null, 2));
    else print(cli, `\n${renderEnd(played, cli.colors).join('\n')}`);
    if (simulated.end === 'timeUp' && simulated.status.outcome === null && exitOf(simulated) === EXIT.tool)
      say(cli, `it still goes on by itself; give the scenario a later end than ${brief(scenario.end)}`);
    return exitOf(simulated);
  } catch (error) {
    throw asCliError(error);
  } finally {
    ticker.close();
    if (interrupted.aborted) say(cli, 'cleaning up …');
    await closers.close();
  }
}

async function play(settings: SimulationSettings, prepared: Prepared) {
  // Loads the native SDK: only when one is wanted.
  const [{ installRuntime }, { simulate }] = await Promise.all([
    import('../../worker.js'),
    import('../../simulate/run.js'),
  ]);
  installRuntime('ERROR');
  return simulate(settings, prepared);
}

async function readWorld(source: string): Promise<NonNullable<SimulationSettings['world']>> {
  const input = await readWorldFile(source);
  assertWorld(input, source);
  return { input, source };
}

/** What is wrong with a file is wrong usage, as with a plan. */
function asCliError(error: unknown): unknown {
  const ofFiles = [WorldError, ScenarioError, StartError, NoPassingValueError];
  if (!(error instanceof Error) || !ofFiles.some((kind) => error instanceof kind)) return error;
  const [first = '', ...more] = error.message.split('\n');
  return new CliError(first, more.length > 0 ? more.join('\n') : null, EXIT.usage, { cause: error });
}
