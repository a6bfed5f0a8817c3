/** `npm run simulator`: the simulator as a process of its own. */
import { runSimulator } from './command.js';

process.exitCode = await runSimulator(process.argv.slice(2), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  stopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    }),
});
