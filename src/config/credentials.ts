/** The parts of a configuration that tokens come from: the platform, the kinds of tokens, the database. */
import { z } from 'zod';
import { parseDuration } from '../domain/duration.js';
import { reference } from './references.js';

/** A Mini Program's or a platform's. */
export const appid = z.string().regex(/^[\w-]{1,64}$/, 'must be an appid, such as wx0123456789abcdef');

/** A duration such as `10m` as milliseconds, within bounds. */
function duration(least: string, most: string) {
  const [min, max] = [parseDuration(least), parseDuration(most)];
  return z.string().transform((text, context) => {
    try {
      const ms = parseDuration(text);
      if (ms >= min && ms <= max) return ms;
      context.addIssue(`must be from ${least} to ${most}`);
    } catch {
      context.addIssue(`must be a duration such as ${least}`);
    }
    return z.NEVER;
  });
}

/** The third-party platform that Mini Programs have authorised. */
export const component = z.strictObject({
  appid,
  /** component_appsecret. */
  secret: reference.optional(),
  /** 消息校验Token, for the push receiver. */
  messageToken: reference.optional(),
  /** EncodingAESKey: the current one, then the previous one. */
  messageKeys: z.array(reference).max(2).default([]),
});

const http = z.strictObject({
  /** `{{app}}` stands for the appid. */
  address: z.string().superRefine((text, context) => {
    const fault = addressFault(text);
    if (fault !== null) context.addIssue(fault);
  }),
  /** Answers the platform's own token, as `address` does a Mini Program's. */
  platformAddress: z
    .string()
    .superRefine((text, context) => {
      const fault = platformAddressFault(text);
      if (fault !== null) context.addIssue(fault);
    })
    .optional(),
  method: z.enum(['GET', 'POST']).default('GET'),
  header: z
    .strictObject({
      name: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header, such as Authorization'),
      value: reference,
    })
    .optional(),
  jsonPath: z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)*$/, 'must be names with dots between them, such as data.access_token')
    .default('access_token'),
  cacheFor: duration('1s', '2h').prefault('5m'),
});

/** Where access tokens come from. */
export const tokens = z
  .strictObject({
    /** References by appid; these go first. */
    apps: z.record(z.string(), reference).default({}),
    /** The platform's own component_access_token, which something else keeps fresh. */
    platform: reference.optional(),
    /** For all other apps, one of these three. One reference for all of them. */
    default: reference.optional(),
    /** A token center of one's own. */
    http: http.optional(),
    /** Made here, from the platform's ticket and the apps' refresh tokens. */
    component: z.strictObject({ refreshAhead: duration('1m', '1h').prefault('10m') }).optional(),
  })
  .superRefine((given, context) => {
    const kinds = (['default', 'http', 'component'] as const).filter((kind) => given[kind] !== undefined);
    if (kinds.length > 1)
      context.addIssue(`has ${kinds.join(' and ')}, of which only one can be for all other apps`);
    if (given.platform === undefined) return;
    if (given.component !== undefined)
      context.addIssue("has platform and component; component makes the platform's token itself");
    if (given.http?.platformAddress !== undefined)
      context.addIssue("has platform and http.platformAddress, of which only one can be the platform's");
  });

/** PostgreSQL. */
export const database = z.strictObject({
  /** A reference to postgres://…; without it DATABASE_URL, when there is one. */
  url: reference.optional(),
  /** Keys for secrets at rest: the first encrypts, all decrypt. */
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[\w.-]{1,64}$/, 'must be letters, digits, `.`, `_` and `-`'),
        key: reference,
      }),
    )
    .default([])
    .superRefine((keys, context) => {
      if (new Set(keys.map(({ id }) => id)).size < keys.length) context.addIssue('two keys have the same id');
    }),
  /** Connections of one process, at most. */
  poolSize: z.int().min(3).max(50).default(5),
});

/** What is wrong with a token center's address; null when it can be used. The text never repeats it. */
function addressFault(text: string): string | null {
  if (!text.includes('{{app}}')) return 'must have {{app}} where the appid goes';
  const filled = (app: string) => text.replaceAll('{{app}}', app);
  if (!URL.canParse(filled('wx1')) || !URL.canParse(filled('wx2'))) return 'must be an http or https address';
  const [one, two] = [new URL(filled('wx1')), new URL(filled('wx2'))];
  if (!/^https?:$/.test(one.protocol)) return 'must be an http or https address';
  if (one.origin !== two.origin) return 'must have {{app}} behind the host';
  return urlFault(one, text);
}

/** As `addressFault`, for an address that is about no app. */
function platformAddressFault(text: string): string | null {
  if (text.includes('{{app}}')) return "must be without {{app}}: it answers the platform's own token";
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return 'must be an http or https address';
  return urlFault(url, text);
}

function urlFault(one: URL, text: string): string | null {
  if (one.username !== '' || one.password !== '' || text.includes('@'))
    return 'must be without user or password';
  return one.hash === '' ? null : 'must be without a fragment';
}
