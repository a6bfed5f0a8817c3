/** The entry of `weapp-rollout`: starts releases and steers them. */
import { endProcess, processCli } from './cli/process.js';
import { runCli } from './cli/program.js';

endProcess(await runCli(process.argv.slice(2), processCli()));
