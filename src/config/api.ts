/** The part of a configuration that is about the HTTP API: its tokens, its key, its limits. One file serves worker and API. */
import { z } from 'zod';
import { appid } from './credentials.js';
import { name, publicKeys } from './identities.js';
import { referenceTo } from './references.js';

/** What a token may be used for. */
export const API_ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;
export type ApiRole = (typeof API_ROLES)[number];

/** What every token begins with, so that people and scanners know one where they see it. */
const TOKEN = /wr_[A-Za-z0-9_-]{20,}/;
const SAY_TOKEN =
  'is a token itself, and is a secret no more: only its hash belongs here. Make a new one with `weapp-rollout token new`';
const SAY_MOMENT = 'must be a moment with its zone, such as 2027-01-31T00:00:00Z';

/** Whatever is wrong with a text: a token that was pasted into the wrong place is never repeated. */
const notToken = (text: string, context: z.RefinementCtx) => {
  if (TOKEN.test(text)) context.addIssue(SAY_TOKEN);
};

const hash = z
  .string()
  .superRefine((text, context) => {
    if (TOKEN.test(text)) context.addIssue(SAY_TOKEN);
    else if (!/^sha256:[\da-f]{64}$/i.test(text))
      context.addIssue(
        'must be sha256: and 64 hexadecimal digits, never the token itself; `weapp-rollout token new` prints it',
      );
  })
  .toLowerCase();

const unique = (values: readonly string[]) => new Set(values).size === values.length;

const token = z.strictObject(
  {
    /** Whom its commands are by. Several tokens may have one name, while one is replaced by the next. */
    name: name.superRefine(notToken),
    hash,
    roles: z.array(z.enum(API_ROLES)).min(1, 'must name a role').refine(unique, 'names a role twice'),
    /** The Mini Programs it is for; `["*"]` for all. */
    apps: z
      .array(
        z
          .union([z.literal('*'), appid], 'must be an appid, such as wx0123456789abcdef, or *')
          .superRefine(notToken),
      )
      .min(1, 'must name an app, or be ["*"] for all')
      .max(10_000, 'must be at most 10000 apps; ["*"] is for all')
      .refine(
        (apps) => apps.length === 1 || !apps.includes('*'),
        'has * beside other apps; * alone is for all',
      )
      .refine(unique, 'names an app twice'),
    /** From this moment on it opens nothing; milliseconds since the epoch. Without it, it does not expire. */
    expires: z.iso
      .datetime({ offset: true, error: SAY_MOMENT })
      .transform((moment) => Date.parse(moment))
      .optional(),
  },
  // The default names fields that are not known, and a token may stand where a field's name should.
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' && issue.keys.some((key) => !/^\w{1,20}$/.test(key))
        ? 'has a field that is not known here'
        : undefined,
  },
);

/** A token as the API knows it: never itself. */
export type ApiToken = z.output<typeof token>;

export const api = z.strictObject({
  /** Whose signature vouches for a name, as whoever has a token of that name; several while one is replaced. */
  publicKey: publicKeys.default([]),
  /** Of the API alone: its private half, PEM. */
  signingKey: referenceTo('a key').optional(),
  /** Who may ask what. */
  tokens: z
    .array(token)
    .max(10_000, 'must be at most 10000 tokens')
    .default([])
    .superRefine((tokens, context) => {
      const seen = new Map<string, number>();
      for (const [index, { hash }] of tokens.entries()) {
        const first = seen.get(hash);
        if (first === undefined) seen.set(hash, index);
        else
          context.addIssue({
            code: 'custom',
            path: [index, 'hash'],
            message: `is that of tokens.${first} too`,
          });
      }
    }),
  limits: z
    .strictObject({
      /** Requests a minute, of one token to one route. */
      requests: z.int().min(1).max(100_000).default(600),
      /** Health reports a minute, of one token for one app. Each takes room in a release's history, which is bounded. */
      healthReports: z.int().min(1).max(100_000).default(60),
      /**
       * Checks a minute, and tests of notifications, for one app, whoever asks one API process. A check reads WeChat, which counts an app's
       * calls, and a robot counts messages: what is used up here would be missing when users have to be taken back.
       */
      checks: z.int().min(1).max(100_000).default(10),
      /** Streams of events that one token has open at once. */
      streams: z.int().min(1).max(1_000).default(20),
    })
    .prefault({}),
  /** Whether X-Forwarded-For says who asks: only behind a proxy of one's own, which sets it. */
  behindProxy: z.boolean().default(false),
});

export type ApiConfig = z.output<typeof api>;
