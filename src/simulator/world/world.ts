/** The world file: what exists in this WeChat when it starts. Parsed once, at the edge. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { accountFields } from './account.js';
import { authorizerFields, complaintsAboutComponents, component, draft, template } from './components.js';
import { healthFields, withDerivedMetrics } from './health.js';
import { callLimits } from './limits.js';
import { duration, type Problem, printProblem, problemsOf, strict, userVersion } from './schema.js';
import { SWITCHES } from './switches.js';

const seconds = z
  .number({ error: 'write a number of seconds' })
  .min(0, 'write a number of seconds, 0 or more');
const id = z.int({ error: 'write a whole number' }).min(0, 'write a whole number, 0 or more');
const pages = z.array(z.string().min(1)).min(1, 'name at least one page');

const TOKEN_HELP = 'write an access_token of 1 to 512 letters, digits, _ . | ! or -';

const token = z.string({ error: TOKEN_HELP }).regex(/^[\w.|!-]{1,512}$/, TOKEN_HELP);

const tokenEntry = z.union(
  [
    token.transform((value) => ({ value, expiresAfter: null })),
    strict({ value: token, expiresAfter: duration.nullable().default(null) }),
  ],
  { error: `${TOKEN_HELP}, or { value: …, expiresAfter: 2h }` },
);

const onlineVersion = strict({
  version: userVersion,
  description: z.string().default(''),
  appVersion: id.optional(),
  released: duration.default(30 * 86_400_000),
});

/** One category that a merchant has set. */
export const category = strict({
  first_class: z.string(),
  second_class: z.string(),
  third_class: z.string().optional(),
  first_id: id,
  second_id: id,
  third_id: id.optional(),
  /** Withdrawn by WeChat since: submit_audit with it is 85077. */
  delisted: z.boolean().default(false),
});

const verdictShapes = {
  approve: strict({ approveAfter: duration }),
  reject: strict({
    reject: strict({ after: duration, reason: z.string().min(1), screenshot: z.string().default('') }),
  }),
  delay: strict({
    delay: strict({ after: duration, reason: z.string().min(1), approveAfter: duration.optional() }),
  }),
};

const AUDIT_HELP =
  'write { approveAfter: 2s }, { reject: { after: 2s, reason: … } }, { delay: { after: 2s, reason: …, approveAfter: 1h } } or never';

/** `audit:` of an app, for one submission. */
export const auditScript = z.union(
  [z.literal('never'), verdictShapes.approve, verdictShapes.reject, verdictShapes.delay],
  { error: AUDIT_HELP },
);

/** How one submission will be judged. */
export type AuditScript = z.output<typeof auditScript>;

const app = strict({
  token: tokenEntry.optional(),
  tokens: z.array(tokenEntry).default([]),
  initialized: z.boolean().default(true),
  online: onlineVersion.optional(),
  history: z.array(onlineVersion).max(20).default([]),
  experience: strict({ version: userVersion, description: z.string().default('') }).optional(),
  pages: pages.default(['pages/index/index']),
  categories: z
    .array(category)
    .prefault([{ first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 }]),
  audit: z
    .union([auditScript, z.array(auditScript, { error: AUDIT_HELP }).min(1)], {
      error: `${AUDIT_HELP}; a list for one submission after the other`,
    })
    .default({ approveAfter: 2_000 })
    .transform((scripts) => (Array.isArray(scripts) ? scripts : [scripts])),
  privacyScanSeconds: seconds.optional(),
  fullReleaseSeconds: seconds.optional(),
  ...healthFields,
  ...accountFields,
  ...authorizerFields,
}).transform(withDerivedMetrics);

const pool = (limit: number) =>
  strict({ limit: id.default(limit), used: id.default(0) }).default({ limit, used: 0 });

const appid = z.string().regex(/^[\w-]{1,64}$/, 'an appid has letters and digits, as in wx0123456789abcdef');

/** A world file. */
export const worldSchema = strict({
  components: z.record(appid, component).default({}),
  apps: z
    .record(appid, app, {
      error: 'name the apps by appid, as in apps: { wx0123456789abcdef: { token: some-fake-token } }',
    })
    .refine((apps) => Object.keys(apps).length > 0, { error: 'name at least one app' }),
  templates: z.array(template).default([]),
  drafts: z.array(draft).default([]),
  quotas: strict({ audit: pool(100), speedup: pool(10) }).prefault({}),
  limits: callLimits,
  privacyScanSeconds: seconds.default(2),
  fullReleaseSeconds: seconds.default(0),
  /** The same number makes the same tokens, codes and tickets in every run. */
  tokenSeed: id.optional(),
  switches: strict(SWITCHES).prefault({}),
}).superRefine((value, ctx) => {
  for (const { path, message } of complaintsAboutComponents(value))
    ctx.addIssue({ code: 'custom', path, message });
  const owners = new Map<string, string>();
  for (const [appid, { token: one, tokens }] of Object.entries(value.apps)) {
    for (const entry of one === undefined ? tokens : [one, ...tokens]) {
      const owner = owners.get(entry.value);
      if (owner !== undefined)
        ctx.addIssue({
          code: 'custom',
          path: ['apps', appid, 'tokens'],
          message: `uses an access_token that ${owner} has too; give every app its own`,
        });
      owners.set(entry.value, appid);
    }
  }
});

/** A world as people write it. */
export type WorldInput = z.input<typeof worldSchema>;
/** A world with every default filled in; durations in milliseconds, `…Seconds` in seconds. */
export type World = z.output<typeof worldSchema>;
/** One app of the world. */
export type WorldApp = World['apps'][string];

/** A world that cannot be: every problem with its path, value and remedy. */
export class WorldError extends Error {
  constructor(
    readonly source: string,
    readonly problems: Problem[],
  ) {
    super(
      [`${source} is not a usable world:`, ...problems.map((problem) => `  ${printProblem(problem)}`)].join(
        '\n',
      ),
    );
    this.name = 'WorldError';
  }
}

/** Checks a world and fills in its defaults. Throws WorldError. */
export function parseWorld(input: unknown, source = 'the world'): World {
  const result = worldSchema.safeParse(input);
  if (result.success) return result.data;
  throw new WorldError(source, problemsOf(result.error, input));
}

/** The same check for input that is passed on as it is. Throws WorldError. */
export function assertWorld(input: unknown, source: string): asserts input is WorldInput {
  parseWorld(input, source);
}

/** Reads a world file, YAML or JSON, without checking what it says. Throws WorldError. */
export async function readWorldFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new WorldError(path, [
      {
        path: '',
        value: null,
        message: `cannot be read (${cause.code ?? cause.message}); give --world a file, for instance examples/world.yaml`,
      },
    ]);
  });
  try {
    return parse(text, { prettyErrors: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WorldError(path, [{ path: '', value: null, message: `is not YAML or JSON: ${message}` }]);
  }
}
