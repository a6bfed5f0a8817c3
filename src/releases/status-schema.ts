/** The published shape of `status --output json`, made from the same types that the status has. */
import { z } from 'zod';
import { CHANNEL_KINDS, NOTIFY_EVENT_NAMES } from '../domain/notifying/events.js';
import { OUTCOMES, PHASES, type ReleaseStatus } from '../domain/status.js';

const moment = z.number().describe('Milliseconds since the epoch.');
const length = z.number().describe('Milliseconds.');
const percent = z.number().min(0).max(100);

const stage = z.object({
  percentage: percent,
  members: z.array(z.enum(['developers', 'testers'])),
  hold: z.boolean().describe('Ends only by promote.'),
  state: z
    .enum(['pending', 'releasing', 'soaking', 'holding', 'waiting', 'confirming', 'done', 'skipped', 'ended'])
    .describe(
      'waiting: the next stage waits for an approval, a window or the end of a freeze. ended: the release went back while this percentage ran.',
    ),
  soakMs: length,
  confirmedAt: moment.nullable(),
  remainingMs: length.nullable().describe('Rest of the soak; counts down only while soakEndsAt is set.'),
  soakEndsAt: moment.nullable(),
});

const metric = z.object({
  name: z.string(),
  active: z.boolean(),
  dryRun: z.boolean().describe('Measured and shown; decides nothing.'),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'error']).nullable(),
  value: z.number().nullable(),
  at: moment.nullable(),
  message: z.string(),
  failures: z.int(),
  inconclusive: z.int(),
  consecutiveErrors: z.int(),
});

const effect = z
  .object({
    endpoint: z.string(),
    at: moment,
    result: z.enum(['applied', 'refused', 'unknown']),
    percentage: percent.exactOptional(),
    answer: z.string(),
    writes: z.int().describe('How many times the request was sent.'),
  })
  .describe('One write to WeChat and what came of it.');

const gate = z
  .object({
    gate: z.string().describe('trial, or stage:N for the stage at index N.'),
    percentage: percent.nullable().describe('Percent that begins behind it; null for the trial version.'),
    approvers: z.array(z.string()),
    count: z.int().describe('How many of them must agree.'),
    claimed: z.boolean().describe('Whether a name that is only claimed counts.'),
    approvals: z.array(
      z.object({
        by: z.string(),
        authenticated: z.boolean().describe('A signature was verified; else the name is only claimed.'),
        at: moment,
      }),
    ),
    since: moment,
    timeoutAt: moment.nullable().describe('null while paused, and without a timeout.'),
  })
  .describe('The gate that waits for people.');

const freeze = z
  .object({ reason: z.string(), by: z.string(), at: moment, until: moment })
  .describe('No stage begins until it is lifted or over.');

const override = z
  .object({ by: z.string(), reason: z.string(), at: moment })
  .describe('The next stage begins in spite of freeze and window.');

const attention = z.object({ reason: z.string(), remedy: z.string(), step: z.string(), since: moment });

const decision = z
  .object({
    at: moment,
    what: z.string(),
    why: z.string(),
    by: z.string(),
    via: z
      .enum(['signal', 'update', 'cancel', 'system'])
      .exactOptional()
      .describe('Through what a command came.'),
    authenticated: z.boolean().exactOptional().describe('Who it was is proven by a signature.'),
    refused: z.literal(true).exactOptional().describe('A command that was not taken.'),
  })
  .describe("One line of the release's story.");

const event = z.enum(NOTIFY_EVENT_NAMES);
const channel = z.int().describe('Counted from 1, as in the plan.');

const notifications = z
  .object({
    channels: z.array(
      z.object({
        channel,
        kind: z.enum(CHANNEL_KINDS),
        sent: z.int(),
        waiting: z.int(),
        notSent: z.int(),
        lastSentAt: moment.nullable(),
      }),
    ),
    waiting: z
      .array(z.object({ id: z.string(), event, title: z.string(), at: moment, channels: z.array(channel) }))
      .describe('Not sent yet, in order.'),
    notSent: z
      .array(z.object({ id: z.string(), event, title: z.string(), channel, at: moment, reason: z.string() }))
      .describe('The latest that could not be sent.'),
    leftOut: z.int().describe('Messages that were not made: more than a release sends.'),
  })
  .describe('Of the messages that the plan asks for; absent when it names nobody to tell.');

/** The schema of a release's status. */
export const statusSchema = z.object({
  schemaVersion: z.literal(1),
  app: z.string(),
  version: z.string(),
  description: z.string(),
  kind: z
    .enum(['release', 'rollback'])
    .describe("rollback: a closed release's version is taken back on its own."),
  workflowId: z.string(),
  runId: z.string(),
  phase: z.enum(PHASES),
  outcome: z.enum(OUTCOMES).nullable().describe('null while the release runs.'),
  reason: z.string().describe('One sentence: why it stands where it stands, or how it ended.'),
  percentage: percent.describe(
    'Percent of users that WeChat was last read to serve this version to, whoever set it.',
  ),
  perhaps: percent
    .exactOptional()
    .describe('A higher percent that was sent, and of which nobody can tell whether it took effect.'),
  theirs: z
    .string()
    .nullable()
    .exactOptional()
    .describe('What someone else released instead: a version, or a staged release; null when nobody did.'),
  paused: z.array(
    z.object({
      kind: z
        .enum(['human', 'metric', 'drift', 'approval'])
        .describe(
          'human and approval are lifted by resume, metric by a resume that names it, drift when the fact changes or is adopted.',
        ),
      metric: z.string().exactOptional(),
      reason: z.string(),
      by: z.string(),
      at: moment,
    }),
  ),
  attention: attention
    .extend({
      covers: attention
        .exactOptional()
        .describe('What needed a person before, and does so again once this is settled.'),
    })
    .nullable()
    .describe('A person must look.'),
  startedAt: moment,
  startedBy: z
    .string()
    .exactOptional()
    .describe('As they said, or as a token of the API proved it. Never the only approver.'),
  closedAt: moment.nullable(),
  audit: z.object({
    auditId: z.number().nullable(),
    state: z.enum(['none', 'auditing', 'delayed', 'approved', 'rejected', 'withdrawn']),
    submittedAt: moment.nullable(),
    overdueAt: moment.nullable(),
    reason: z.string(),
    resubmitUntil: moment.nullable().describe('After a rejection: until when a resubmit is waited for.'),
  }),
  trial: z
    .object({ uploadedAt: moment.nullable() })
    .nullable()
    .describe('The version can be tried out by members: there while its gate waits.'),
  gate: gate.nullable(),
  freeze: freeze.nullable(),
  override: override.nullable(),
  window: z
    .object({ opensAt: moment, closesAt: moment })
    .nullable()
    .describe('The present or next time in which stages may begin, once it was looked up.'),
  stages: z.array(stage),
  bake: z.object({
    state: z.enum(['pending', 'baking', 'done']),
    bakeMs: length,
    remainingMs: length.nullable(),
    endsAt: moment.nullable(),
  }),
  health: z.array(metric),
  next: z
    .object({ what: z.string(), at: moment.nullable() })
    .describe('What happens next if nobody does anything.'),
  allowed: z.array(z.object({ verb: z.string(), json: z.record(z.string(), z.unknown()), does: z.string() })),
  wayBack: z.object({
    way: z.enum(['none', 'revertgrayrelease', 'revertcoderelease', 'impossible']),
    text: z.string(),
  }),
  platformDeadline: z.object({ finishesAt: moment, actsAt: moment }).nullable(),
  previousVersion: z.string().nullable(),
  notices: z.array(z.string()),
  notifications: notifications.exactOptional(),
  effects: z.array(effect),
  decisions: z.array(decision),
  commands: z.array(
    z.object({ id: z.string(), verb: z.string(), accepted: z.boolean(), message: z.string(), at: moment }),
  ),
});

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** Fails to compile when schema and type differ. */
const same: Same<z.output<typeof statusSchema>, ReleaseStatus> = true;

/** The JSON Schema's text, as it stands in schema/status.schema.json. */
export function statusJsonSchema(): string {
  const schema = z.toJSONSchema(statusSchema, { io: 'input' });
  const about = {
    title: 'weapp-rollout status',
    description: 'What `weapp-rollout status APP --output json` prints.',
  };
  return `${JSON.stringify(same && { ...schema, ...about }, null, 2)}\n`;
}
