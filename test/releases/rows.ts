/** Rows of the server's list, for tests. */
import type { ReleaseRow } from '../../src/releases/visibility.js';

/** A release at 10 %. */
export const ROW: ReleaseRow = {
  app: 'wx1',
  version: '1.4.0',
  rollbackTo: null,
  zone: null,
  state: 'running',
  phase: 'rolling',
  outcome: null,
  percentage: 10,
  paused: false,
  attention: false,
  startedAt: 0,
  closedAt: null,
  workflowId: 'release:wx1',
  runId: 'run',
};
