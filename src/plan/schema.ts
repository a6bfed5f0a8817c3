/** The plan file: every field there is, and what it may hold. Relations between fields are the lint rules' subject. */
import { z } from 'zod';
import { approval } from './approval.js';
import { audit } from './audit.js';
import { choice, line, text, whole } from './field.js';
import { health } from './health.js';
import { notify } from './notify.js';
import { rollout } from './rollout.js';

/** An appid: `wx` and 16 letters or digits. */
const APPID = /^wx[0-9a-zA-Z]{16}$/;

export const planFile = z
  .strictObject({
    $schema: text(
      {
        description: "The JSON Schema's address, for editors; ignored.",
        example: '../schema/plan.schema.json',
      },
      2_000,
    ).exactOptional(),
    app: z
      .string()
      .regex(APPID, { error: 'is no appid: those are wx and 16 letters or digits' })
      .meta({ description: "The Mini Program's appid.", examples: ['wx0123456789abcdef'] }),
    version: line(
      { description: "The version's number, as users see it (user_version).", example: '1.4.0' },
      64,
    ),
    description: text(
      { description: 'What is new (user_desc). Without it: the version.', example: 'New checkout' },
      1_000,
    ).exactOptional(),
    source: choice(
      ['template', 'uploaded', 'approved'],
      'Where the code comes from: a `template`, committed for this app; what is `uploaded` already, its trial version; or what is `approved` already, the version of an audit that passed.',
    ).default('template'),
    template: whole(
      {
        description: "Template id in the third-party platform's library. Required for `source: template`.",
        example: 42,
      },
      0,
    ).exactOptional(),
    ext: z
      .record(z.string(), z.unknown())
      .meta({
        description: 'ext.json, as an object. Its `extAppid`, when given, must be the app.',
        examples: [{ extAppid: 'wx0123456789abcdef', ext: { shop: '17' } }],
      })
      .default({}),
    trial: z
      .strictObject({ approval: approval('Who must agree to the trial version.') })
      .meta({
        description:
          'A gate after commit: people try the trial version by its QR code before an audit is spent.',
        examples: [{ approval: { approvers: ['tester'] } }],
      })
      .exactOptional(),
    audit: audit.prefault({}),
    rollout,
    health,
    notify,
  })
  .superRefine(({ app, ext }, context) => {
    const path = nonFinite(ext, ['ext']);
    if (path) {
      context.addIssue({
        code: 'custom',
        path,
        message: 'is a number that JSON cannot carry',
        params: { remedy: 'write a finite number, or put the text in quotes' },
      });
    }
    if (ext.extAppid !== undefined && ext.extAppid !== app) {
      context.addIssue({
        code: 'custom',
        path: ['ext', 'extAppid'],
        message: `is not the app (${app})`,
        params: { remedy: `write extAppid: ${app}, or leave it out` },
      });
    }
  })
  .meta({
    title: 'weapp-rollout plan',
    description: 'How one version of one Mini Program reaches its users.',
    // What the lint rule `source-and-template` says, for editors.
    oneOf: [
      { required: ['template'], properties: { source: { const: 'template' } } },
      { required: ['source'], properties: { source: { enum: ['uploaded', 'approved'] }, template: false } },
    ],
  });

/** The first number that is infinite or none: YAML can write them, ext_json cannot. */
function nonFinite(value: unknown, path: Array<string | number>): Array<string | number> | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, inner] of entries) {
    const found = nonFinite(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/** A plan file that has the right shape, defaults filled in, durations in milliseconds. */
export type PlanFile = z.output<typeof planFile>;
