/** `npm run worker`, but with workflows that were bundled beforehand (TEST_BUNDLE), and a task queue of one's own (TEST_TASK_QUEUE). */
import { NativeConnection } from '@temporalio/worker';
import { loadWorkerConfig } from '../../src/config/worker-config.js';
import { loadConnectConfig } from '../../src/servers/connect.js';
import { installRuntime, startWorker } from '../../src/worker.js';

const config = await loadWorkerConfig(process.env);
installRuntime('WARN');
const { connectionOptions, namespace } = loadConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const { env } = process;
const { TEST_BUNDLE: bundlePath = '', TEST_TASK_QUEUE: taskQueue = '' } = env;
await startWorker({ connection, namespace, config, env, bundlePath, taskQueue });
console.log('worker: polling');
