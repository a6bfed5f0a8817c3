/** `report`: brings a measurement to a metric whose values are pushed. */
import { InvalidArgumentError, Option } from 'commander';
import type { MetricStatus, ReleaseStatus } from '../../domain/status.js';
import { connectTemporal, type Temporal } from '../../releases/connection.js';
import { readRelease, type Target } from '../../releases/read.js';
import { sendReport } from '../../releases/report.js';
import type { HealthReportInput } from '../../workflows/messages.js';
import { type Cli, print, say } from '../context.js';
import { CliError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { safe } from '../words.js';
import type { Registry } from './shared.js';
import { moment } from './verb-options.js';

interface ReportOptions {
  metric: string;
  value?: number;
  verdict?: 'pass' | 'fail';
  samples?: number;
  at?: string;
}

const HELP = `
Send on change, not by the minute: a run takes 10,000 Signals. A report counts while the metric is watched, and when it was
measured after the running percentage was reached.`;

/** Adds `report`. */
export function addReport({ add, run }: Registry, cli: Cli): void {
  add(
    'report <app>',
    'send a measurement to a metric of kind push',
    'report wx0123456789abcdef --metric crash-rate --value 0.002 --samples 1200',
  )
    .requiredOption('--metric <name>', 'the metric, as the plan names it')
    .option('--value <number>', 'what was measured', number)
    .addOption(new Option('--verdict <verdict>', 'judged elsewhere').choices(['pass', 'fail']))
    .option('--samples <count>', 'how many samples stand behind it', number)
    .option('--at <moment>', 'when it was measured, with its zone; without it now', moment)
    .addHelpText('after', HELP)
    .action(run((app: string, options: ReportOptions) => report(cli, { app }, options)));
}

async function report(cli: Cli, target: Target, options: ReportOptions): Promise<ExitCode> {
  const { metric, value, verdict, samples, at } = options;
  if (value === undefined && verdict === undefined)
    throw new CliError('report needs --value or --verdict', 'for example --value 0.002', EXIT.usage);
  const sent: HealthReportInput = {
    metric,
    ...(value === undefined ? {} : { value }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(samples === undefined ? {} : { samples }),
    // Never left to the release: while no worker runs, its clock stands still for all that waits.
    at: at === undefined ? Date.now() : Date.parse(at),
  };
  const temporal = await connectTemporal(cli.env);
  try {
    const before = await statusOf(temporal, target);
    await sendReport(temporal, target, sent, 'report');
    return tell(cli, await statusOf(temporal, target), metric, before);
  } finally {
    await temporal.close();
  }
}

/** How the release begins to say that it made nothing of a report. */
const IGNORED = 'healthReport ignored';

/** What came of it: a status that is asked for after a Signal has it in it. */
function tell(cli: Cli, status: ReleaseStatus | null, name: string, before: ReleaseStatus | null): ExitCode {
  if (status === null) {
    say(cli, 'report: accepted by Temporal; no worker answers yet, and it is taken in when one does');
    return EXIT.ok;
  }
  const now = metricIn(status, name);
  if (now !== undefined && now.verdict !== null && now.at !== metricIn(before, name)?.at) {
    print(cli, `report: ${now.verdict}: ${safe(now.message)}`);
    return EXIT.ok;
  }
  const news = status.notices.find((text) => text.includes(IGNORED) && !before?.notices.includes(text));
  const ignored = news?.slice(news.indexOf(IGNORED));
  throw new CliError(
    safe(ignored ?? `${IGNORED}: a newer measurement of ${name} is there already`),
    `the plan's metrics are ${status.health.map((entry) => safe(entry.name)).join(', ') || 'none'}`,
  );
}

/** Null when no worker answers. */
async function statusOf(temporal: Temporal, target: Target): Promise<ReleaseStatus | null> {
  const reading = await readRelease(temporal, target);
  return 'status' in reading ? reading.status : null;
}

function metricIn(status: ReleaseStatus | null, name: string): MetricStatus | undefined {
  return status?.health.find((entry) => entry.name === name);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}
