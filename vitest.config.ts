import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.js';
import { LongestFirst } from './test/support/longest-first.js';

const INCLUDE: Record<string, string> = {
  test: 'test/**/*.test.ts',
  // `npm run test:soak`: what takes long, or runs on the server that skips time, which now and then loses a workflow task.
  soak: 'test/**/*.soak.ts',
  // `RECORD_VERSION=0.1.0 npm run record-histories`: no test; it writes what test/replay replays.
  record: 'test/replay/record.ts',
};

export default defineConfig({
  test: {
    include: [INCLUDE[process.env.KIND ?? 'test'] ?? 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // The SDK's native part does not survive being loaded into several threads of one process.
    pool: 'forks',
    // One file waits for a server while the other computes; more than two would starve workflow tasks on two cores.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Tests of whole releases wait much and compute little.
    maxConcurrency: 100,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
});
