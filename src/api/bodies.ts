/** What can be sent, as zod schemas: they check requests and become the OpenAPI document. */
import { z } from 'zod';
import { appid } from '../config/credentials.js';
import type { Verb } from '../domain/commands.js';
import { OUTCOMES, PHASES } from '../domain/status.js';

const reason = z
  .string()
  .max(500)
  .describe('Why, as the release records it.')
  .meta({ examples: ['support is asking'] });
const commandId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\S(.*\S)?$/, 'must be without space around it')
  .describe(
    'Sent again with the same id it is not done twice. Without it: the Idempotency-Key header, else made here.',
  );
const common = { reason: reason.optional(), commandId: commandId.optional() };

const whole = z.int().min(0);
const text = (longest: number) => z.string().min(1).max(longest);

/** submit_audit's own spelling. */
const auditItem = z
  .strictObject({
    address: text(500),
    tag: z.string().max(500),
    first_class: text(500),
    second_class: text(500),
    third_class: text(500),
    first_id: whole,
    second_id: whole,
    third_id: whole,
    title: text(500),
  })
  .partial()
  .describe("One line of submit_audit's item_list, in WeChat's own spelling.");

const approval = {
  ...common,
  gate: text(50)
    .optional()
    .describe('The gate that is meant, as status shows it; refused when another one waits.'),
  signature: text(500)
    .optional()
    .describe(
      'Made with a key of your own (docs/identities.md). Without it the API vouches for you, where it has a key.',
    ),
};

/** The body of each verb. `by` is nowhere: it is whose token it is. */
export const VERB_BODIES = {
  pause: z.strictObject(common),
  resume: z.strictObject({
    ...common,
    metric: text(100).optional().describe('Lift the pause that this metric caused.'),
    restart: z.boolean().optional().describe('Soak again from the start.'),
    adopt: z.boolean().optional().describe("Take over a percentage that someone raised in WeChat's console."),
  }),
  promote: z.strictObject({
    ...common,
    expect: z.int().min(0).max(100).describe('The percentage that is running; refused when it is another.'),
    full: z.boolean().optional().describe('Straight to 100; approvals that are skipped stay owed.'),
  }),
  approve: z.strictObject(approval),
  refuse: z.strictObject(approval),
  abort: z.strictObject({
    ...common,
    withdrawAudit: z.boolean().optional().describe('Take a running audit back too; spends quota.'),
  }),
  rollback: z.strictObject({
    ...common,
    version: text(64).describe('The version to go back to.'),
    appVersion: whole.optional().describe("Its number in WeChat's list, where a version is listed twice."),
    from: text(64).optional().describe('The version that is online, when the last release does not tell.'),
  }),
  resubmit: z.strictObject({
    ...common,
    items: z.array(auditItem).min(1).max(5).optional().describe('Corrected items.'),
    template: whole.optional().describe('Upload another template first.'),
  }),
  retry: z.strictObject(common),
  giveUp: z.strictObject(common),
  freeze: z.strictObject({
    ...common,
    reason,
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Its end.')
      .meta({ examples: ['2026-10-08T09:00:00+08:00'] }),
    for: text(50)
      .optional()
      .describe('Its length.')
      .meta({ examples: ['2d'] }),
  }),
  unfreeze: z.strictObject({
    ...common,
    override: z
      .boolean()
      .optional()
      .describe('Keep the freeze; only the next stage begins in spite of it and of windows.'),
  }),
} satisfies Record<Verb, z.ZodType>;

export const healthReportBody = z.strictObject({
  metric: text(100).describe('As the plan names it.'),
  value: z.number().optional(),
  verdict: z.enum(['pass', 'fail']).optional().describe('Judged elsewhere, instead of a value.'),
  samples: z.number().min(0).optional().describe('How many samples stand behind it.'),
  at: z
    .union([z.number(), z.iso.datetime({ offset: true })])
    .optional()
    .describe(
      'When it was measured: milliseconds since the epoch, or a moment with its zone. Without it: now.',
    ),
  commandId: commandId.optional(),
});

/** The appid in a path. As loose as what can be released: a release of an app that never was is simply not there. */
export const appParams = z.object({ app: appid });
/** As Temporal makes them; it answers anything else with an error. */
const runId = z
  .string()
  .regex(
    /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
    'must be a run id, as GET /v1/releases/{app}/runs lists them',
  );
export const runQuery = z.strictObject({
  run: runId.optional().describe('An older run; without it the latest.'),
});
/** Of a verb that is for the latest run, whichever that is. */
export const noQuery = z.strictObject({});

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const moment = z.iso.datetime({ offset: true });
export const listQuery = z.strictObject({
  app: appid.optional(),
  version: text(64).optional(),
  state: z.enum(['running', 'closed', 'all']).default('running'),
  phase: z.enum(PHASES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  paused: flag.optional(),
  attention: flag.optional(),
  startedAfter: moment.optional(),
  startedBefore: moment.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(4_000).optional().describe('`next` of the page before.'),
});
export const channelQuery = z.strictObject({
  channel: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('One of them, counted from 1; without it all.'),
});
export const auditQuery = z.strictObject({
  app: appid.optional(),
  by: text(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(200).optional().describe('`next` of the page before.'),
});

export const commandHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Sent again with the same key it is not done twice.'),
  prefer: z
    .string()
    .max(200)
    .optional()
    .describe(
      '`wait=N`: seconds to wait for the answer, half a second at least and 60 at most; without it 10, and 45 where a worker has to ask others. `respond-async`: half a second.',
    ),
});
