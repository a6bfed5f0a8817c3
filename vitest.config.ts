import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.js';

export default defineConfig({
  test: {
    // Recording histories is no test: it writes what test/replay replays (RECORD_VERSION=0.1.0 npm test).
    include: [process.env.RECORD_VERSION === undefined ? 'test/**/*.test.ts' : 'test/replay/record.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // The SDK's native part does not survive being loaded into several threads of one process.
    pool: 'forks',
    // One file waits for a server while the other computes; more than two would starve workflow tasks on two cores.
    maxWorkers: 2,
    // Tests of whole releases wait much and compute little.
    maxConcurrency: 100,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
});
