/** `replay`: whether this version can go on with the releases that a server has. */
import { connectTemporal, type Temporal } from '../../releases/connection.js';
import type { Recorded, Replayed } from '../../replay.js';
import { RELEASE_WORKFLOW, ROLLBACK_WORKFLOW } from '../../workflows/messages.js';
import { type Cli, print } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { safe } from '../words.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

/** Adds `replay`. */
export function addReplay({ add, run }: Registry, cli: Cli): void {
  add('replay', 'replay the running releases of a server on this version; changes nothing', 'replay')
    .option('-a, --all', 'closed ones too')
    .addOption(outputOption())
    .action(run((options: { all?: boolean; output: OutputFormat }) => replay(cli, options)));
}

async function replay(
  cli: Cli,
  { all = false, output }: { all?: boolean; output: OutputFormat },
): Promise<ExitCode> {
  const temporal = await connectTemporal(cli.env);
  try {
    // Loads the native SDK, which no other command of this kind needs.
    const [{ replayAll }, { installRuntime }] = await Promise.all([
      import('../../replay.js'),
      import('../../worker.js'),
    ]);
    installRuntime('ERROR');
    const results: Replayed[] = [];
    for await (const result of replayAll(historiesOf(temporal, all))) {
      results.push(result);
      if (output === 'text') print(cli, lineOf(cli, result));
    }
    const faults = results.filter(({ fault }) => fault !== null).length;
    if (output === 'json') print(cli, JSON.stringify({ ok: faults === 0, results }, null, 2));
    else print(cli, `${results.length - faults} of ${results.length} replay`);
    return faults === 0 ? EXIT.ok : EXIT.tool;
  } finally {
    await temporal.close();
  }
}

function lineOf({ colors }: Cli, { workflowId, runId, fault }: Replayed): string {
  const mark = fault === null ? colors.green('✔') : colors.red('✖');
  return `${mark} ${safe(workflowId)}  ${runId}${fault === null ? '' : `  ${safe(fault)}`}`;
}

const RELEASES = `WorkflowType IN ('${RELEASE_WORKFLOW}', '${ROLLBACK_WORKFLOW}')`;

/** One at a time: a history may have megabytes. Runs that went on in another one are among the closed ones. */
async function* historiesOf({ client }: Temporal, all: boolean): AsyncIterable<Recorded> {
  const query = all ? RELEASES : `${RELEASES} AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    yield { workflowId, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() };
}
