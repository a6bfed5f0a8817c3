/** Takes everyone back to a version that WeChat lists: by a release that bakes, or by a workflow of its own after it. */
import { escapeText } from '../domain/details.js';
import type { ReleaseStatus } from '../domain/status.js';
import { ROLLBACK_WORKFLOW, type RollbackInput, releaseWorkflowId } from '../workflows/messages.js';
import type { Temporal } from './connection.js';
import { type Delivered, deliver, type Patience } from './deliver.js';
import { ReleaseError } from './errors.js';
import { launch, type Started } from './launch.js';
import { type Once, startedBefore } from './once.js';
import { hashOf } from './plan-hash.js';
import { type Reading, readLatest } from './read.js';

/** What is asked for. */
export interface Rollback {
  app: string;
  /** The version to go back to. */
  to: string;
  /** Its number in WeChat's list, where a version is listed twice. */
  appVersion?: number | undefined;
  /** The version that is online, when the last release does not tell. */
  from?: string | undefined;
  by: string;
  reason?: string | undefined;
  commandId: string;
}

/** What came of it: the release that runs was told, or a rollback of its own was started. */
export type RolledBack =
  | { kind: 'told'; runId: string; delivered: Delivered }
  | { kind: 'started'; runId: string; from: string; started: Started };

/** @throws ReleaseError refused, usage, and those of `deliver` and `launch` */
export async function rollback(
  temporal: Temporal,
  asked: Rollback,
  patience: Patience,
  say: (text: string) => void,
): Promise<RolledBack> {
  const reading = await readLatest(temporal, asked.app);
  // After the reading, so that one which began meanwhile is not told what it does already.
  const before = await startedBefore(temporal, asked.app, onceOf(asked));
  if (before !== null) {
    const { runId, memo } = before;
    const started = { workflowId: releaseWorkflowId(asked.app), runId, repeated: true };
    return { kind: 'started', runId, from: memo.version ?? '', started };
  }
  if (reading?.kind === 'open' || reading?.kind === 'silent') {
    const { runId } = reading;
    return { kind: 'told', runId, delivered: await takeBack(temporal, reading, asked, patience) };
  }
  if (reading?.kind === 'closed') {
    const delivered = takenBy(reading.status, asked);
    if (delivered !== null) return { kind: 'told', runId: reading.runId, delivered };
  }
  const from = onlineOf(reading, asked);
  const started = await launchRollback(temporal, asked, from, say);
  return { kind: 'started', runId: started.runId, from, started };
}

/** What a release that is closed answered this very command, while it baked; null when it never had it. */
function takenBy(status: ReleaseStatus, { commandId }: Rollback): Delivered | null {
  const taken = status.commands.find(
    ({ id, verb, accepted }) => id === commandId && verb === 'rollback' && accepted,
  );
  return taken === undefined ? null : { commandId, message: taken.message, via: 'update', status };
}

/** What makes two rollbacks the same: their command, and what it asks for. */
function onceOf({ commandId, app, to, appVersion, from }: Rollback): Once {
  const planHash = hashOf({ rollback: { app, to, appVersion, from } });
  return { key: commandId, planHash, called: 'command id' };
}

/** The release runs: it is told to end, and where to go back to. */
function takeBack(
  temporal: Temporal,
  reading: Extract<Reading, { kind: 'open' | 'silent' }>,
  { app, to, appVersion, from, by, reason, commandId }: Rollback,
  patience: Patience,
): Promise<Delivered> {
  if (reading.kind === 'open') refuseUnlessBaking(app, reading.status, from);
  const payload = {
    by,
    commandId,
    version: to,
    ...(reason === undefined ? {} : { reason }),
    ...(appVersion === undefined ? {} : { appVersion }),
  };
  const target = { app, run: reading.runId };
  return deliver(temporal, target, { verb: 'rollback', payload, noWait: false }, patience);
}

function refuseUnlessBaking(
  app: string,
  { phase, kind, version, percentage, previousVersion }: ReleaseStatus,
  from: string | undefined,
): void {
  const refuse = (why: string, remedy: string) => new ReleaseError('refused', why, remedy);
  const see = `weapp-rollout status ${app} --watch   follows it`;
  if (kind === 'rollback')
    throw refuse(`a rollback of ${app} from ${version} to ${previousVersion} is running already`, see);
  if (phase === 'reverting') throw refuse(`users of ${version} are being taken back already`, see);
  if (phase !== 'baking')
    throw refuse(
      `rollback is for a release that bakes or is closed; ${version} is ${phase}, at ${percentage} % of users`,
      `weapp-rollout abort ${app}   ends it; whoever has ${version} goes back to ${previousVersion ?? 'the version before'}`,
    );
  if (from !== undefined && from !== version)
    throw refuse(`it is ${version} that is online and bakes, not ${from}`, 'leave --from out');
}

/** The version that is online, as far as the last release can tell. */
function onlineOf(reading: Reading | null, { app, from, to }: Rollback): string {
  const last = reading?.kind === 'closed' ? reading.status : null;
  const online = from ?? (last?.percentage === 100 ? last.version : undefined);
  if (online === undefined)
    throw new ReleaseError(
      'usage',
      last === null
        ? `no closed release of ${app} tells which version is online`
        : `the last release of ${app} ended as ${last.outcome}, so ${last.version} should not be online`,
      `say which is with --from VERSION; weapp-rollout wechat getversioninfo --app ${app} tells it`,
    );
  if (online === to)
    throw new ReleaseError('usage', `${to} is the version that is online`, 'choose another with --to');
  return online;
}

function launchRollback(
  temporal: Temporal,
  asked: Rollback,
  from: string,
  say: (text: string) => void,
): Promise<Started> {
  const { app, to, appVersion, by, reason = 'no reason given' } = asked;
  const input = (searchAttributes: boolean): RollbackInput => ({
    app,
    from,
    to: { version: to, appVersion: appVersion ?? null },
    by,
    reason,
    searchAttributes,
  });
  return launch(
    temporal,
    {
      workflow: ROLLBACK_WORKFLOW,
      input,
      memo: { app, version: from, rollbackTo: to },
      summary: `rollback of ${from} to ${to} for ${app}`,
      details: `Rollback of ${escapeText(from, 64)} to ${escapeText(to, 64)}. Started by ${escapeText(by, 100)}: ${escapeText(reason)}`,
    },
    onceOf(asked),
    say,
  );
}
