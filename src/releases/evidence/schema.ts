/** The published shape of an evidence file. */
import { z } from 'zod';
import { OUTCOMES, PHASES } from '../../domain/status.js';
import { statusSchema } from '../status-schema.js';

const moment = z.number().describe('Milliseconds since the epoch.');
const percent = z.number().min(0).max(100);
const count = z.int().min(0);

const sample = z
  .object({
    metric: z.string(),
    at: moment.describe('When it was measured.'),
    verdict: z.enum(['pass', 'fail', 'inconclusive', 'error']),
    value: z.number().nullable(),
    message: z.string(),
    led: z
      .enum(['confirmed', 'notConfirmed', 'revert', 'pause', 'notify'])
      .describe(
        'confirmed: the stage could be left; notConfirmed: it could not yet; else what a limit led to.',
      ),
  })
  .describe('A measurement that something was decided on.');

const watched = z.object({
  stage: z.string().describe('`1 %`, or `bake` for the watch after 100 %.'),
  percentage: percent,
  confirmedAt: moment.nullable().describe('When WeChat was read to serve the percentage.'),
  metrics: z
    .array(
      z.object({
        metric: z.string(),
        pass: count,
        fail: count,
        inconclusive: count,
        error: count.describe('At least: of a guard only errors in a row are known.'),
      }),
    )
    .describe(
      'Verdicts by metric, as far as the history has them: a guard that had nothing to decide takes its counts with it.',
    ),
  samples: z.array(sample),
});

const { durations, effects, decisions, commands, audit, stages, bake, attention, paused, notices } =
  statusSchema.shape;

/** The schema of one release's evidence. */
export const evidenceSchema = z.object({
  schemaVersion: z.literal(1),
  app: z.string(),
  version: z.string(),
  description: z.string(),
  kind: z.enum(['release', 'rollback']),
  workflowId: z.string(),
  runId: z.string(),
  runs: z.array(z.string()).describe('Of this release, oldest first: a long one goes on as a new run.'),
  startedBy: z.string(),
  startedAt: moment,
  closedAt: moment.nullable(),
  durations: durations.describe('How long it took; there once it is closed.'),
  phase: z.enum(PHASES),
  outcome: z.enum(OUTCOMES).nullable().describe('null while the release runs.'),
  reason: z.string(),
  percentage: percent,
  previousVersion: z.string().nullable(),
  plan: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe(
      'As it was started, with every default; references are names, never what they stand for. null: a rollback.',
    ),
  audit,
  stages,
  bake,
  paused,
  attention,
  actors: z
    .array(
      z.object({
        by: z.string(),
        via: z.enum(['signal', 'update', 'cancel', 'system']).nullable(),
        authenticated: z.boolean().describe('Proven by a signature at least once; else only claimed.'),
        did: z.array(z.string()),
      }),
    )
    .describe('Who had a part in it, and the plan and WeChat where they decided.'),
  approvals: z.array(
    z.object({
      at: moment,
      by: z.string(),
      what: z.enum(['approve', 'refuse']),
      authenticated: z.boolean(),
      why: z.string(),
    }),
  ),
  effects,
  decisions,
  commands,
  health: z.array(watched),
  notices,
  timeline: z.array(z.object({ at: moment, what: z.string(), why: z.string(), by: z.string() })),
});

/** Everything that is known of how a release went. */
export type Evidence = z.output<typeof evidenceSchema>;

/** The JSON Schema's text, as it stands in schema/evidence.schema.json. */
export function evidenceJsonSchema(): string {
  const schema = z.toJSONSchema(evidenceSchema, { io: 'input' });
  const about = {
    title: 'weapp-rollout evidence',
    description: 'What `weapp-rollout evidence APP` writes.',
  };
  return `${JSON.stringify({ ...schema, ...about }, null, 2)}\n`;
}
