/** What may be sent to the control API, as schemas; the same commands are arguments of `control`'s methods. */
import { z } from 'zod';
import { PUSH_EVENTS, PUSH_FLAWS, type PushFlaw } from '../push/flaws.js';
import { metricName } from '../world/health.js';
import { duration, percentage, sample, strict, userVersion } from '../world/schema.js';
import { auditScript, category } from '../world/world.js';

const app = z.string({ error: 'name the appid' });
const component = z.string({ error: 'name the appid of a component' });
const description = z.string().default('');

export const auditSchema = strict({
  app,
  verdict: z.enum(['approve', 'reject', 'delay'], { error: 'write approve, reject or delay' }),
  reason: z.string().default(''),
  screenshot: z.string().default(''),
});

const SET_HELP = 'write the number of a permission set, such as 18';
const permissionSets = z.array(z.int({ error: SET_HELP }).min(1, SET_HELP), {
  error: 'write a list of numbers, as in [18, 17]',
});

export const consoleSchema = z.discriminatedUnion(
  'action',
  [
    strict({ app, action: z.enum(['pause', 'resume', 'delete', 'finish']) }),
    strict({ app, action: z.enum(['withdraw', 'openVisit', 'closeVisit']) }),
    strict({ app, action: z.literal('unauthorize') }),
    strict({ app, action: z.literal('advance'), percentage }),
    strict({ app, action: z.literal('publish'), version: userVersion }),
    strict({ app, action: z.literal('trial'), version: userVersion, description }),
    strict({
      app,
      action: z.literal('submitAudit'),
      version: userVersion,
      description,
      audit: auditScript.optional(),
    }),
    strict({
      app,
      action: z.literal('categories'),
      categories: z.array(category, { error: 'write a list of categories as in the world file' }),
    }),
    strict({ app, action: z.literal('authorize'), permissions: permissionSets.optional() }),
  ],
  {
    error:
      'write an action: pause, resume, delete, finish, advance (with percentage), publish (with version), trial (with version), ' +
      'submitAudit (with version), withdraw, openVisit, closeVisit, categories (with categories), authorize or unauthorize',
  },
);

export const metricSchema = strict({
  app,
  name: metricName,
  version: userVersion,
  value: sample,
  from: percentage.default(0),
});

const TIME_HELP = 'write a time such as "2026-03-10T02:00:00Z", or milliseconds since the epoch';

export const clockSchema = strict({
  frozen: z.boolean({ error: 'write true or false' }).optional(),
  advance: duration.optional(),
  set: z
    .union([z.int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))], {
      error: TIME_HELP,
    })
    .optional(),
})
  .refine((command) => Object.values(command).some((value) => value !== undefined), {
    error: 'write advance (a duration), set (a time), frozen (true or false), or several of them',
  })
  .refine(({ advance, set }) => advance === undefined || set === undefined, {
    path: ['set'],
    error: 'advance and set exclude each other',
  });

const FLAWS = Object.keys(PUSH_FLAWS) as [PushFlaw, ...PushFlaw[]];
const DELAY_HELP = 'write milliseconds, a whole number, at most 86400000 (a day)';

/** How a push on demand goes wrong, if it does. */
const flawed = {
  flaw: z.enum(FLAWS, { error: `write one of ${FLAWS.join(', ')}` }).optional(),
  delayMs: z.int({ error: DELAY_HELP }).min(0, DELAY_HELP).max(86_400_000, DELAY_HELP).default(1_000),
};

export const pushSchema = z.discriminatedUnion(
  'event',
  [
    strict({ event: z.literal('component_verify_ticket'), component: component.optional(), ...flawed }),
    strict({ event: z.enum(['authorized', 'updateauthorized', 'unauthorized']), app, ...flawed }),
    strict({
      event: z.enum(['weapp_audit_success', 'weapp_audit_fail', 'weapp_audit_delay']),
      app,
      reason: z.string().default(''),
      screenshot: z.string().default(''),
      ...flawed,
    }),
    strict({
      event: z.literal('raw'),
      xml: z.string({ error: 'write the XML that is to be encrypted' }),
      app: app.optional(),
      component: component.optional(),
      ...flawed,
    }),
  ],
  { error: `write an event: ${PUSH_EVENTS.join(', ')}, or raw (with xml)` },
);

export type AuditCommand = z.input<typeof auditSchema>;
export type ConsoleCommand = z.input<typeof consoleSchema>;
/** A button of the console with what goes with it, checked. */
export type ConsoleAction = z.output<typeof consoleSchema>;
export type MetricCommand = z.input<typeof metricSchema>;
export type ClockCommand = z.input<typeof clockSchema>;
export type PushCommand = z.input<typeof pushSchema>;
export type CheckedPush = z.output<typeof pushSchema>;
