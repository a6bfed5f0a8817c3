/** What is answered, as zod schemas, for the OpenAPI document: an answer is as the release told it, and not checked. */
import { z } from 'zod';
import { evidenceSchema } from '../releases/evidence/schema.js';
import { statusSchema } from '../releases/status-schema.js';
import { PROBLEMS, type ProblemKind } from './problem.js';

/** Named parts of the document; on copies, since the published schemas have no names. */
const row = z
  .object({
    app: z.string(),
    version: z.string().nullable(),
    rollbackTo: z.string().nullable(),
    zone: z.string().nullable(),
    state: z.string(),
    phase: z.string().nullable(),
    outcome: z.string().nullable(),
    percentage: z.number().nullable(),
    paused: z.boolean(),
    attention: z.boolean(),
    startedAt: z.number(),
    closedAt: z.number().nullable(),
    workflowId: z.string(),
    runId: z.string(),
  })
  .meta({ id: 'Row', description: 'What the server itself knows of a release.' });

const status = statusSchema.meta({
  id: 'Status',
  description: 'The whole status, as `weapp-rollout status --output json` has it.',
});

/** Everything that is answered. */
export const ANSWERS = {
  status,
  evidence: evidenceSchema.meta({ id: 'Evidence' }),
  row,
  rows: z.object({
    releases: z.array(row),
    next: z.string().nullable().describe('`cursor` of the next page.'),
  }),
  runs: z.object({ runs: z.array(row) }),
  reading: z.object({
    kind: z
      .enum(['open', 'closed', 'silent', 'lost'])
      .describe('silent: it runs and no worker answers; lost: Temporal ended it without a result.'),
    runId: z.string(),
    status: status.nullable().describe('null when silent or lost.'),
    row: row.nullable().describe('null when open or closed.'),
    why: z.string().nullable(),
  }),
  history: z.object({ decisions: statusSchema.shape.decisions }),
  started: z.object({
    app: z.string(),
    version: z.string(),
    workflowId: z.string(),
    runId: z.string(),
    repeated: z
      .boolean()
      .describe('It was started by an earlier request with the same key; nothing was started now.'),
    planHash: z.string(),
    hints: z.array(z.unknown()),
    webUi: z.string().nullable().describe('Where it can be seen; null when the API does not know.'),
  }),
  delivered: z
    .object({
      app: z.string(),
      runId: z.string().nullable(),
      commandId: z.string(),
      accepted: z.boolean().nullable().describe('null: no worker has answered yet.'),
      message: z.string(),
      via: z.enum(['signal', 'update', 'start']),
      status: status.nullable(),
    })
    .meta({ id: 'Delivered' }),
  linted: z.object({
    ok: z.boolean(),
    problems: z.array(z.unknown()),
    hints: z.array(z.unknown()),
    plan: z
      .unknown()
      .optional()
      .describe('With every default; only when it may be started, as what follows.'),
    firstStageAt: z.unknown().optional(),
    timeline: z.array(z.unknown()).optional(),
  }),
  tested: z.object({ ok: z.boolean(), channels: z.array(z.unknown()) }),
  checked: z.object({
    ok: z.boolean(),
    findings: z.array(
      z.object({ level: z.enum(['ok', 'refuse', 'hint']), subject: z.string(), text: z.string() }),
    ),
    hints: z.array(z.unknown()),
  }),
  problem: z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      instance: z.string(),
      kind: z.enum(Object.keys(PROBLEMS) as [ProblemKind, ...ProblemKind[]]),
      remedy: z.string().optional(),
      errors: z
        .array(
          z.object({
            path: z.string(),
            message: z.string(),
            remedy: z.string().optional(),
            value: z.string().optional(),
            rule: z.string().optional(),
            line: z.int().optional(),
            column: z.int().optional(),
          }),
        )
        .optional(),
    })
    .meta({ id: 'Problem' }),
} as const;
