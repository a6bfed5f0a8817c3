/** `lint`: judges a plan file offline and shows when each stage begins. */
import { lintReport } from '../../plan/lint-report.js';
import { type LoadResult, loadPlanFile } from '../../plan/load.js';
import { renderProblems } from '../../plan/render-problems.js';
import { renderTimeline } from '../../plan/render-timeline.js';
import { type Cli, print } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type OutputFormat, outputOption, type Registry } from './shared.js';

/** Adds `lint`. */
export function addLint({ add, run }: Registry, cli: Cli): void {
  add(
    'lint <plan>',
    'judge a plan file, offline; shows when each stage begins',
    'lint examples/production.yaml',
  )
    .addOption(outputOption())
    .action(
      run(async (file: string, { output }: { output: OutputFormat }): Promise<ExitCode> => {
        const loaded = await loadPlanFile(file);
        if (output === 'json') print(cli, JSON.stringify(lintReport(loaded, cli.now()), null, 2));
        else printReport(cli, file, loaded);
        return loaded.ok ? EXIT.ok : EXIT.usage;
      }),
    );
}

function printReport(cli: Cli, file: string, loaded: LoadResult): void {
  if (!loaded.ok) print(cli, renderProblems(loaded.problems, file));
  if (loaded.hints.length > 0)
    print(cli, `${cli.colors.yellow('hints:')}\n${renderProblems(loaded.hints, file)}`);
  if (loaded.ok) {
    print(cli, `${cli.colors.green('✔')} ${file} may be started\n`);
    print(cli, renderTimeline(loaded.plan, cli.now()));
  } else {
    const many = loaded.problems.length === 1 ? 'one problem' : `${loaded.problems.length} problems`;
    print(cli, `${cli.colors.red('✖')} ${file} may not be started: ${many}`);
  }
}
