/** What the server replays: our rules and Temporal's own library, nothing of Node, zod or axios. */
import { bundleWorkflowCode } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { WORKFLOW_BUNDLE } from '../../src/worker.js';

const OF_TEMPORAL = [
  '@temporalio/common',
  '@temporalio/proto',
  '@temporalio/worker',
  '@temporalio/workflow',
  'long',
  'ms',
  'nexus-rpc',
];

it('the workflow bundle holds only the domain, the workflows and what Temporal needs', async () => {
  const modules = new Set<string>();
  await bundleWorkflowCode({
    ...WORKFLOW_BUNDLE,
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
    webpackConfigHook: (config) => ({
      ...config,
      plugins: [
        ...(config.plugins ?? []),
        {
          apply(compiler) {
            compiler.hooks.done.tap('list', (stats) => {
              for (const { name } of stats.toJson({
                all: false,
                modules: true,
                nestedModules: true,
                modulesSpace: 10_000,
              }).modules ?? [])
                if (name !== undefined) modules.add(name);
            });
          },
        },
      ],
    }),
  });
  const packages = [...modules].flatMap((name) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? []);
  expect([...new Set(packages)].filter((name) => !OF_TEMPORAL.includes(name))).toEqual([]);
  const rooms = [...modules].flatMap((name) => /^\.\/src\/([^/]+)\//.exec(name)?.[1] ?? []);
  expect([...new Set(rooms)].sort()).toEqual(['domain', 'workflows']);
});
