/** `start`: lints a plan and starts its release. */
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { escapeText } from '../../domain/details.js';
import { formatDuration } from '../../domain/duration.js';
import type { ReleasePlan } from '../../domain/plan.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import { ensureSearchAttributes } from '../../servers/search-attributes.js';
import {
  RELEASE_WORKFLOW,
  type ReleaseInput,
  releaseWorkflowId,
  TASK_QUEUE,
} from '../../workflows/messages.js';
import { connectTemporal, type Temporal } from '../connection.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { ReleaseMemo } from '../visibility.js';
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

export interface Started {
  workflowId: string;
  runId: string;
}

/**
 * Starts a release. The workflow id is the lock: one live release for each app.
 * @throws CliError when one is running already
 */
export async function startRelease(
  temporal: Temporal,
  plan: ReleasePlan,
  { by, say }: { by: string; say: (text: string) => void },
): Promise<Started> {
  const ready = await ensureSearchAttributes(
    temporal.connection,
    temporal.namespace,
    RELEASE_SEARCH_ATTRIBUTES,
  );
  if (!ready.available)
    say(
      `search attributes are not written: ${ready.reason}${ready.command === undefined ? '' : `\n  ${ready.command}`}`,
    );
  const input: ReleaseInput = { plan, searchAttributes: ready.available, startedBy: by };
  const workflowId = releaseWorkflowId(plan.app);
  const memo: ReleaseMemo = { app: plan.app, version: plan.version };
  try {
    const handle: WorkflowHandle & { firstExecutionRunId: string } = await temporal.client.workflow.start(
      RELEASE_WORKFLOW,
      {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: summaryOf(plan),
        staticDetails: detailsOf(plan, by),
        memo: { ...memo },
        ...(ready.available ? { typedSearchAttributes: attributesOf(plan) } : {}),
      },
    );
    return { workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const app = shellWord(plan.app);
    throw new CliError(
      `a release of ${plan.app} is running already; there is one at a time for each Mini Program`,
      `weapp-rollout status ${app}   shows it\nweapp-rollout abort ${app}    ends it and takes its users back`,
    );
  }
}

function attributesOf(plan: ReleasePlan): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey('WeappAppId', SearchAttributeType.KEYWORD), value: plan.app },
    { key: defineSearchAttributeKey('WeappVersion', SearchAttributeType.KEYWORD), value: plan.version },
  ]);
}

/** One line of at most 400 bytes. Lists show it raw and a page as Markdown: a person's words are in the details. */
function summaryOf({ version, app }: ReleasePlan): string {
  return `${version} for ${app}`;
}

/** The plan in Markdown; the Web UI shows it beside the release. */
function detailsOf(plan: ReleasePlan, by: string): string {
  const stages = plan.rollout.stages.map(({ percentage, soakMs, hold }) => {
    const soak = soakMs > 0 ? `, ${formatDuration(soakMs)}` : '';
    return `- \`${percentage} %\`${soak}${hold ? ', until promoted' : ''}`;
  });
  const metrics = plan.health.map(
    (metric) => `- ${escapeText(metric.name, 64)}: ${metric.onFailure} on failure`,
  );
  return [
    `Started by ${escapeText(by, 100)}. ${escapeText(plan.description)}`,
    '',
    '**Stages**',
    '',
    ...stages.slice(0, 50),
    `- bake, ${formatDuration(plan.rollout.bakeMs)}`,
    '',
    '**Health**',
    '',
    ...(metrics.length > 0 ? metrics.slice(0, 50) : ['- none']),
  ].join('\n');
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
