/** `check`: the read-only preflight, on a worker, because tokens and health providers are there. */
import { type Finding, mayStart } from '../../domain/preflight.js';
import { checkPlan } from '../../releases/check.js';
import { connectTemporal } from '../../releases/connection.js';
import { type Cli, print } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { sayingThatItWaits } from '../waiting-for-worker.js';
import { safe } from '../words.js';
import { loadPlanOrRefuse, type OutputFormat, outputOption, type Registry } from './shared.js';

/** Adds `check`. */
export function addCheck({ add, run }: Registry, cli: Cli): void {
  add(
    'check <plan>',
    'ask WeChat and the health providers, through a worker, whether a start would go well; changes nothing',
    'check examples/production.yaml',
  )
    .addOption(outputOption())
    .action(
      run(async (file: string, { output }: { output: OutputFormat }): Promise<ExitCode> => {
        const { plan } = await loadPlanOrRefuse(cli, file);
        const temporal = await connectTemporal(cli.env);
        try {
          const findings = await sayingThatItWaits(cli, checkPlan(temporal, plan, cli.interruptible()));
          const ok = mayStart(findings);
          if (output === 'json') print(cli, JSON.stringify({ ok, findings }, null, 2));
          else printFindings(cli, findings, ok);
          return ok ? EXIT.ok : EXIT.usage;
        } finally {
          await temporal.close();
        }
      }),
    );
}

function printFindings(cli: Cli, findings: Finding[], ok: boolean): void {
  const { colors } = cli;
  const signs = { ok: colors.green('✔'), refuse: colors.red('✖'), hint: colors.yellow('→') };
  const width = Math.max(...findings.map((finding) => finding.subject.length));
  for (const { level, subject, text } of findings)
    print(cli, `${signs[level]} ${safe(subject).padEnd(width)}  ${safe(text)}`);
  print(cli, ok ? colors.green('a start would go on from here') : colors.red('a start would be refused'));
}
