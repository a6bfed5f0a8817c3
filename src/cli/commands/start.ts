/** `start`: lints a plan and starts its release. */
import { escapeText } from '../../domain/details.js';
import { formatDuration } from '../../domain/duration.js';
import type { Approval, ReleasePlan, Windows } from '../../domain/plan.js';
import { RELEASE_WORKFLOW, type ReleaseInput } from '../../workflows/messages.js';
import { connectTemporal, type Temporal } from '../connection.js';
import { type Cli, print, say } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Launch, launch, type Started } from '../launch.js';
import { webUiLink } from '../web-ui.js';
import { shellWord } from '../words.js';
import { loadPlanOrRefuse, type OutputFormat, outputOption, type Registry, userOf } from './shared.js';
import { watch } from './status.js';

interface StartOptions {
  watch?: boolean;
  by: string;
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
    .addOption(outputOption())
    .action(
      run(async (file: string, options: StartOptions): Promise<ExitCode> => {
        const { plan } = await loadPlanOrRefuse(cli, file);
        const temporal = await connectTemporal(cli.env);
        try {
          const started = await startRelease(temporal, plan, {
            by: options.by,
            say: (text) => say(cli, text),
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

/**
 * Starts a release. The workflow id is the lock: one live release for each app.
 * @throws CliError when one is running already
 */
export function startRelease(
  temporal: Temporal,
  plan: ReleasePlan,
  { by, say }: { by: string; say: (text: string) => void },
): Promise<Started> {
  const { app, version } = plan;
  const zone = plan.rollout.windows?.timezone;
  const launched: Launch = {
    workflow: RELEASE_WORKFLOW,
    input: (searchAttributes): ReleaseInput => ({ plan, searchAttributes, startedBy: by }),
    memo: { app, version, ...(zone === undefined ? {} : { zone }) },
    summary: `${version} for ${app}`,
    details: detailsOf(plan, by),
  };
  return launch(temporal, launched, say);
}

/** The plan in Markdown; the Web UI shows it beside the release. */
function detailsOf(plan: ReleasePlan, by: string): string {
  const stages = plan.rollout.stages.map(({ percentage, soakMs, hold, approval }) => {
    const soak = soakMs > 0 ? `, ${formatDuration(soakMs)}` : '';
    const asks = approval === null ? '' : `, begins once ${approvalText(approval)} approve`;
    return `- \`${percentage} %\`${soak}${hold ? ', until promoted' : ''}${asks}`;
  });
  const { trial } = plan;
  const { windows } = plan.rollout;
  const metrics = plan.health.map(
    (metric) => `- ${escapeText(metric.name, 64)}: ${metric.onFailure} on failure`,
  );
  return [
    `Started by ${escapeText(by, 100)}. ${escapeText(plan.description)}`,
    '',
    '**Stages**',
    '',
    ...(trial === null ? [] : [`- trial version, until ${approvalText(trial.approval)} approve`]),
    ...stages.slice(0, 50),
    `- bake, ${formatDuration(plan.rollout.bakeMs)}`,
    ...(windows === null ? [] : ['', `Stages begin ${windowText(windows)}.`]),
    '',
    '**Health**',
    '',
    ...(metrics.length > 0 ? metrics.slice(0, 50) : ['- none']),
  ].join('\n');
}

function approvalText({ approvers, count }: Approval): string {
  return `\`${count}\` of ${approvers
    .slice(0, 10)
    .map((name) => escapeText(name, 100))
    .join(', ')}`;
}

function windowText({ days, hours, timezone }: Windows): string {
  return `${days.join(', ')} \`${hours.from}-${hours.to}\` ${escapeText(timezone, 64)}`;
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
  print(cli, `${cli.colors.green('✔')} started ${plan.version} for ${plan.app}`);
  for (const [key, text] of facts) if (text !== null) print(cli, `  ${`${key}:`.padEnd(10)}${text}`);
  if (!watched) print(cli, `  weapp-rollout status ${shellWord(plan.app)} --watch   follows it`);
}
