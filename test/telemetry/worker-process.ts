/** `npm run worker`, but with workflows that were bundled beforehand (TEST_BUNDLE), and a task queue of one's own (TEST_TASK_QUEUE). */
import { runWorker } from '../../src/worker.js';

const { TEST_BUNDLE: bundlePath = '', TEST_TASK_QUEUE: taskQueue = '' } = process.env;
await runWorker({ bundlePath, taskQueue });
