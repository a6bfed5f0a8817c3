/** `start`: lints a plan and starts its release. */
import type { ReleasePlan } from '../../domain/plan.js';
import { connectTemporal } from '../../releases/connection.js';
import type { Started } from '../../releases/launch.js';
import { hashOf } from '../../releases/plan-hash.js';
import { startRelease } from '../../releases/start.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { webUiLink } from '../web-ui.js';
import { shellWord } from '../words.js';
import { loadPlanOrRefuse, type OutputFormat, outputOption, type Registry, userOf } from './shared.js';
import { watch } from './status.js';

interface StartOptions {
  watch?: boolean;
  by: string;
  idempotencyKey?: string;
  output: OutputFormat;
}

/** Adds `start`. */
export function addStart({ add, run }: Registry, cli: Cli): void {
  add(
    'start <plan>',
    'start the release that a plan file describes',
    'start examples/production.yaml --watch',
  )
    .option('-w, --watch', 'follow it until it ends; the exit code is its outcome')
    .option('--by <who>', 'who you are, as the release records it', userOf(cli.env))
    .option(
      '--idempotency-key <key>',
      'start it once, however often it is sent with this key; again it shows the run that was started',
    )
    .addOption(outputOption())
    .action(
      run(async (file: string, options: StartOptions): Promise<ExitCode> => {
        const { plan, source } = await loadPlanOrRefuse(cli, file);
        const temporal = await connectTemporal(cli.env);
        try {
          const started = await startRelease(temporal, plan, {
            by: options.by,
            say: (text) => say(cli, text),
            key: options.idempotencyKey,
            planHash: hashOf(source.data),
          });
          const webUi = await webUiLink(cli.env, temporal, started);
          printStarted(cli, plan, { ...started, webUi }, options);
          if (!options.watch) return EXIT.ok;
          return await watch(cli, temporal, { app: plan.app, run: started.runId }, options.output);
        } finally {
          await temporal.close();
        }
      }),
    );
}

function printStarted(
  cli: Cli,
  plan: ReleasePlan,
  started: Started & { webUi: string | null },
  { output, watch: watched }: StartOptions,
): void {
  if (output === 'json') {
    print(cli, JSON.stringify({ app: plan.app, version: plan.version, ...started }));
    return;
  }
  const facts: [string, string | null][] = [
    ['Workflow', started.workflowId],
    ['Run', started.runId],
    ['Web UI', started.webUi],
  ];
  const done = started.repeated ? 'was started before, with this key:' : 'started';
  print(cli, `${cli.colors.green('✔')} ${done} ${plan.version} for ${plan.app}`);
  for (const [key, text] of facts) if (text !== null) print(cli, `  ${`${key}:`.padEnd(10)}${text}`);
  if (!watched) print(cli, `  weapp-rollout status ${shellWord(plan.app)} --watch   follows it`);
}
