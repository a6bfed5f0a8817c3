/** The activities as workflows call them: named presets of timeouts, each with its reason. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ReleaseActivities } from '../activities/index.js';

/**
 * A write ends itself before its startToClose, so that an attempt that hangs never overlaps the next one.
 * It is never cancelled: the wait for its outcome ends before anything else begins.
 */
const WRITE = {
  startToCloseTimeout: '20s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const;

/** A reading may be cancelled at any moment: nothing depends on its end. */
const READ = {
  startToCloseTimeout: '20s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const;

/**
 * A message: given up by itself (TRY_FOR_MS), and longer waits between tries are asked for by the activity. The bound is for
 * what never answers at all, such as a worker that dies of it each time.
 */
const MESSAGE = {
  startToCloseTimeout: '20s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s', maximumAttempts: 60 },
} as const;

export const writes = proxyActivities<ReleaseActivities>(WRITE);
/** Uploading takes WeChat up to half a minute for a large package. */
export const commits = proxyActivities<ReleaseActivities>({ ...WRITE, startToCloseTimeout: '50s' });
export const reads = proxyActivities<ReleaseActivities>(READ);
export const messages = proxyActivities<ReleaseActivities>(MESSAGE);
