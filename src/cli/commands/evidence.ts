/** `evidence`: one JSON file that says how a release went. */
import { writeFile } from 'node:fs/promises';
import { connectTemporal } from '../../releases/connection.js';
import { readEvidence } from '../../releases/evidence/read.js';
import { type Cli, print, say } from '../context.js';
import { CliError, systemCode } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { safe } from '../words.js';
import type { Registry } from './shared.js';

/** Adds `evidence`. */
export function addEvidence({ add, run }: Registry, cli: Cli): void {
  add(
    'evidence <app>',
    'write down how a release went, as one JSON file: plan, decisions, people, effects, health',
    'evidence wx0123456789abcdef --output release-1.4.0.json',
  )
    .option('--run <id>', 'an older run; without it the latest')
    .option('--output <file>', 'where to; without it standard output')
    .action(
      run(async (app: string, options: { run?: string; output?: string }): Promise<ExitCode> => {
        const temporal = await connectTemporal(cli.env);
        try {
          const evidence = await readEvidence(temporal, { app, run: options.run });
          const text = JSON.stringify(evidence, null, 2);
          // Elsewhere --output is a format, and JSON is the only one there is of this.
          if (options.output === undefined || options.output === 'json') print(cli, text);
          else {
            await write(options.output, `${text}\n`);
            const stands = evidence.outcome ?? `${evidence.phase}, and goes on`;
            say(cli, `${safe(evidence.version)} for ${app}: ${stands}; written to ${options.output}`);
          }
          return EXIT.ok;
        } finally {
          await temporal.close();
        }
      }),
    );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(
      `${file} cannot be written (${systemCode(error) ?? 'unwritable'})`,
      'give --output a file in a folder that exists',
      EXIT.usage,
    );
  }
}
