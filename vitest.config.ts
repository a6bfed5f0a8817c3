import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.js';
import { LongestFirst } from './test/support/longest-first.js';

/**
 * Rooms whose tests need no Temporal server. As in the others, but for OWN_PROCESS, files share processes and their
 * modules, which halves their time: no test may leave anything of its process changed.
 */
const SHARED = [
  'activities',
  'config',
  'domain',
  'health',
  'http',
  'identity',
  'notify',
  'plan',
  'simulator',
  'wechat',
  'windows',
].map((room) => `test/${room}/**/*.test.ts`);
/** Other people's clients keep tokens, and a patched axios, in their modules. */
const OWN_PROCESS = ['test/simulator/clients/**'];

/** The Temporal servers and the bundled workflows, of which each project that asks for them gets its own. */
const globalSetup = ['test/support/global-setup.ts'];

interface Kind {
  name: string;
  include: string[];
  exclude?: string[];
  isolate?: boolean;
  globalSetup?: string[];
}
const KINDS: Record<string, Kind[]> = {
  test: [
    { name: 'shared', include: SHARED, exclude: OWN_PROCESS, isolate: false },
    { name: 'served', include: ['test/**/*.test.ts'], exclude: SHARED, isolate: false, globalSetup },
    { name: 'clients', include: OWN_PROCESS.map((folder) => `${folder}/*.test.ts`) },
  ],
  // `npm run test:soak`: what takes long, or runs on the server that skips time, which now and then loses a workflow task.
  soak: [{ name: 'soak', include: ['test/**/*.soak.ts'], globalSetup }],
  // `npm run test:cluster`: the image, and a Temporal cluster on PostgreSQL as docker-compose.yml has it.
  cluster: [{ name: 'cluster', include: ['test/**/*.cluster.ts'], globalSetup }],
  // `npm run screenshots`: no test; it takes the pictures of docs/web-ui.md.
  screenshots: [{ name: 'screenshots', include: ['test/web-ui/screenshots.ts'], globalSetup }],
  // `RECORD_VERSION=0.1.0 npm run record-histories`: no test; it writes what test/replay replays.
  record: [{ name: 'record', include: ['test/replay/record.ts'], globalSetup }],
};

export default defineConfig({
  test: {
    projects: (KINDS[process.env.KIND ?? 'test'] ?? []).map((test) => ({ extends: true as const, test })),
    // The SDK's native part does not survive being loaded into several threads of one process.
    pool: 'forks',
    // One or two files wait for servers while others compute. Four took as long, and workflow tasks and timers starved.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Tests of whole releases wait much and compute little.
    maxConcurrency: 100,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
});
