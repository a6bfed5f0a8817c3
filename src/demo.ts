/**
 * `npm run demo`: a good and a bad release side by side, on a real Temporal server and a simulated WeChat of this
 * machine. Ends with 0 only when both went as they should and the simulated WeChat's ledger agrees.
 */
import { parseArgs } from 'node:util';
import { createColors } from 'picocolors';
import type { Cli, Output } from './cli/context.js';
import { example, type Scene, setScene } from './cli/demo/scene.js';
import { renderEnded, type Stage, stageFor } from './cli/demo/show.js';
import { type Ended, endedOf, faultsOf } from './cli/demo/verdict.js';
import { renderError, toCliError } from './cli/errors.js';
import { EXIT } from './cli/exit-codes.js';
import { endProcess, processCli, wantsColors } from './cli/process.js';
import { runPage } from './cli/web-ui.js';
import type { ReleasePlan } from './domain/plan.js';
import { loadPlanFile } from './plan/load.js';
import { renderProblems } from './plan/render-problems.js';
import { follow } from './releases/follow.js';
import { handleOf } from './releases/read.js';
import { startRelease } from './releases/start.js';
import { fired, pause } from './releases/waiting.js';
import { Closers } from './servers/closers.js';

const HELP = `Two releases of made-up Mini Programs on this machine: one healthy, one that gets bad at 10 % and is taken back.

  npm run demo -- [--json] [--keep]

  --json   the last line of standard output is one JSON object; progress goes to standard error
  --keep   leave everything up afterwards, to look around in the Web UI, until Ctrl-C
  --help   this text

Exit codes: 0 both went as they should, 1 they did not or the demo could not run, 2 wrong usage, 130 interrupted.`;

/** The two take about half a minute; a worker that hangs must not hold the demo for ever. Milliseconds. */
const TIME_LIMIT_MS = 180_000;
/** How long an interrupted demo may take to clean up before it ends anyway. Milliseconds. */
const CLEAN_UP_MS = 8_000;
const INTERRUPTED = 130;

const ACTS = [
  { name: 'healthy', expected: 'released' },
  { name: 'unhealthy', expected: 'reverted' },
] as const;

type Act = (typeof ACTS)[number];

interface Told {
  ok: boolean;
  webUi: string | null;
  releases: Ended[];
}

interface Options {
  json: boolean;
  keep: boolean;
}

async function main(cli: Cli, args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    const asked = options === '';
    (asked ? cli.out : cli.err).write(`${asked ? HELP : `error: ${options}\n\n${HELP}`}\n`);
    return asked ? EXIT.ok : EXIT.usage;
  }
  const out = options.json ? cli.err : cli.out;
  const tell = (text: string) => void out.write(`${text}\n`);
  const colors = createColors(wantsColors(cli.env, out));
  const closers = new Closers((text) => cli.err.write(`${text}\n`));
  const interrupted = cli.interruptible();
  try {
    let ended: number | null = null;
    const shown = play({ ...cli, colors }, out, options, closers, tell, (code) => {
      ended = code;
    });
    const code = await Promise.race([shown, fired(interrupted).then(() => ended ?? INTERRUPTED)]);
    if (interrupted.aborted) tell(ended === null ? 'interrupted; cleaning up …' : 'cleaning up …');
    return code;
  } finally {
    // Whatever does not end in time ends with this process: the server watches for that itself.
    await Promise.race([closers.close(), pause(CLEAN_UP_MS)]);
  }
}

function readOptions(args: string[]): Options | string {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { json: flag, keep: flag, help: { ...flag, short: 'h' } },
    });
    return values.help ? '' : values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function play(
  cli: Cli,
  out: Output,
  { json, keep }: Options,
  closers: Closers,
  tell: (text: string) => void,
  keeping: (code: number) => void,
): Promise<number> {
  tell(
    'Two releases side by side, on this machine only: a real Temporal server, a simulated WeChat, real HTTP.',
  );
  const scene = await setScene(cli.env, closers, tell);
  const told = await Promise.race([perform(cli, out, scene, closers, tell), scene.broken.then(fail)]);
  // Ctrl-C is waited for elsewhere; here only for what should not happen.
  if (json) cli.out.write(`${JSON.stringify(told)}\n`);
  const code = told.ok ? EXIT.ok : EXIT.tool;
  if (keep) {
    keeping(code);
    inviteToLook(scene, tell);
    await scene.broken.then(fail);
  }
  return code;
}

function fail(how: string): never {
  throw new Error(`the demo broke off: ${how}`);
}

async function perform(
  cli: Cli,
  out: Output,
  scene: Scene,
  closers: Closers,
  tell: (text: string) => void,
): Promise<Told> {
  const plans = await Promise.all(ACTS.map(async (act) => ({ act, plan: await planOf(act) })));
  for (const { act, plan } of plans) {
    const { workflowId, runId } = await startRelease(scene.temporal, plan, { by: 'the demo', say: tell });
    tell(
      `started ${act.name.padEnd(9)} ${runPage(scene.server.webUi ?? '', scene.server.namespace, workflowId, runId)}`,
    );
  }
  const stage = stageFor(cli, out);
  await closers.add('the screen', stage, async (open) => open.close());
  const releases = await Promise.all(plans.map(({ act, plan }) => followTo(scene, stage, act, plan)));
  stage.close();
  const faults = releases.flatMap(({ faults }) => faults);
  tell('');
  for (const { act, ended } of releases) tell([...renderEnded(act.name, ended, cli.colors), ''].join('\n'));
  for (const fault of faults) tell(cli.colors.red(`✖ ${fault}`));
  const ok = faults.length === 0;
  if (ok) tell(`${cli.colors.green('✔')} both went as they should, and the ledger agrees: every effect once`);
  return { ok, webUi: scene.server.webUi, releases: releases.map(({ ended }) => ended) };
}

async function planOf({ name }: Act): Promise<ReleasePlan> {
  const file = example(`${name}.yaml`);
  const loaded = await loadPlanFile(file);
  if (!loaded.ok) throw new Error(`${file} may not be started\n${renderProblems(loaded.problems, file)}`);
  return loaded.plan;
}

async function followTo(scene: Scene, stage: Stage, act: Act, plan: ReleasePlan) {
  const { temporal, simulator } = scene;
  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const last = await follow(temporal, { app: plan.app }, stage.follower(act.name), limit);
  const status = last !== null && 'status' in last ? last.status : null;
  const { historyLength } = await handleOf(temporal, { app: plan.app }).describe();
  const { serving, grayCancelled } = simulator.control.state(plan.app);
  const witness = { effects: simulator.control.ledger(plan.app).effects, serving, grayCancelled };
  const ended = endedOf(plan, status, historyLength, witness);
  return { act, ended, faults: faultsOf(ended, witness, act.expected) };
}

function inviteToLook({ server, simulator }: Scene, tell: (text: string) => void): void {
  tell(`
Everything is still up, until Ctrl-C:
  Web UI     ${server.webUi}/namespaces/${server.namespace}/workflows
  WeChat     ${simulator.url}/_simulator/ledger
To try, in another terminal:
  export TEMPORAL_ADDRESS=${server.address}
  npx weapp-rollout list --all
  npx weapp-rollout status wxfedcba9876543210
  npx weapp-rollout start examples/unhealthy.yaml --watch`);
}

const cli = processCli();
endProcess(
  await main(cli, process.argv.slice(2)).catch((error: unknown) => {
    cli.err.write(`${renderError(toCliError(error))}\n`);
    return EXIT.tool;
  }),
);
