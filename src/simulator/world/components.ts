/** The world file's third-party platforms, what an app is to its platform, and the template library. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { duration, strict, userVersion } from './schema.js';

const CREDENTIAL_HELP = 'write 1 to 512 letters, digits and _ . | ! @ = + / -';

/** A made-up credential of any kind that is no access token, such as `ticket@@@…`. */
const credential = z.string({ error: CREDENTIAL_HELP }).regex(/^[\w.|!@=+/-]{1,512}$/, CREDENTIAL_HELP);

const url = z
  .string({ error: 'write an http address, such as http://127.0.0.1:8790/wechat/component' })
  .regex(/^https?:\/\/\S+$/, 'write an http address, such as http://127.0.0.1:8790/wechat/component');

const KEY_HELP = 'write 43 letters and digits, as WeChat makes an EncodingAESKey';

/** One third-party platform, by its appid. */
export const component = strict({
  /** component_appsecret. */
  secret: credential,
  /** The component_verify_ticket at the start; without it one is made up. */
  ticket: credential.optional(),
  /** What pushes are signed with. */
  messageToken: credential.optional(),
  encodingAesKey: z
    .string({ error: KEY_HELP })
    .regex(/^[A-Za-z0-9]{43}$/, KEY_HELP)
    .optional(),
  /** Where pushes go. `$APPID$` in `messages` stands for the Mini Program's appid. */
  pushUrls: strict({ authorization: url.optional(), messages: url.optional() }).prefault({}),
  /** Addresses that may call; from any other every call is 61004. Without it everybody may. */
  allowedIps: z.array(z.string().min(1)).optional(),
});

export type WorldComponent = z.output<typeof component>;

const permissionSet = z
  .int({ error: 'write the number of a permission set, such as 18' })
  .min(1, 'write the number of a permission set, such as 18');

const ORIGINAL_ID_HELP = 'write an original id, such as gh_0123456789ab';

/** What a Mini Program granted its platform, and who it is. Part of `apps.APPID`. */
export const authorizerFields = {
  /** The platform it belongs to; the only one unless there are several. */
  component: z.string().optional(),
  /** Without it one is made up. */
  refreshToken: credential.optional(),
  originalId: z
    .string({ error: ORIGINAL_ID_HELP })
    .regex(/^gh_\w{1,32}$/, ORIGINAL_ID_HELP)
    .optional(),
  nickName: z.string().optional(),
  /** 18 is what code management needs; without it those calls are 61007. */
  permissions: z.array(permissionSet).default([17, 18, 19, 25, 30, 31]),
  authorized: z.boolean({ error: 'write true or false' }).default(true),
};

/** The original id of a Mini Program that the world gives none: always the same for an appid. */
export function originalIdOf(appid: string): string {
  return `gh_${createHash('sha256').update(appid).digest('hex').slice(0, 12)}`;
}

const id = z.int({ error: 'write a whole number' }).min(0, 'write a whole number, 0 or more');

/** What commit can find wrong with a template: it is broken (85043), its package too big (85044), its plugins … */
const TEMPLATE_ERRORS = [85043, 85044, 80066, 80067, 80082, 85310, 85311, 85312, -60005] as const;
export type TemplateError = (typeof TEMPLATE_ERRORS)[number];

const uploaded = {
  id,
  /** user_version and user_desc of the upload. */
  version: userVersion.default('1.0.0'),
  description: z.string().default(''),
  /** The Mini Program it was developed in. */
  source: strict({ appid: z.string(), name: z.string() }).optional(),
  developer: z.string().default('developer'),
  /** How long ago it was uploaded, or made a template. */
  created: duration.default(86_400_000),
  pages: z.array(z.string().min(1)).min(1, 'name at least one page').optional(),
  /** What every commit of it is refused with. */
  error: z
    .literal(TEMPLATE_ERRORS, { error: `write a code of commit: ${TEMPLATE_ERRORS.join(', ')}` })
    .optional(),
  /** In the library of this platform alone; otherwise of every one. */
  component: z.string().optional(),
};

/** What a developer uploaded; addtotemplate makes a template of it. */
export const draft = strict(uploaded);

/** What commit uploads. */
export const template = strict({
  ...uploaded,
  draftId: id.optional(),
  /** 0 ordinary, 1 standard. */
  type: z.literal([0, 1], { error: 'write 0 (ordinary) or 1 (standard)' }).default(0),
});

export type WorldDraft = z.output<typeof draft>;
export type WorldTemplate = z.output<typeof template>;

/** The parts of a world that name each other. */
interface Wired {
  components: Record<string, unknown>;
  apps: Record<
    string,
    {
      component?: string | undefined;
      refreshToken?: string | undefined;
      originalId?: string | undefined;
      token?: unknown;
      tokens: unknown[];
    }
  >;
  templates: { component?: string | undefined }[];
  drafts: { component?: string | undefined }[];
}

/** What is wrong with who belongs to whom, as path and message. */
export function complaintsAboutComponents(world: Wired): { path: (string | number)[]; message: string }[] {
  const names = Object.keys(world.components);
  const complaints: { path: (string | number)[]; message: string }[] = [];
  const complain = (path: (string | number)[], message: string) => complaints.push({ path, message });
  const known =
    names.length === 0 ? 'there are none; add components:' : `known here: ${names.slice(0, 10).join(', ')}`;
  const check = (path: (string | number)[], name: string | undefined) => {
    if (name !== undefined && !names.includes(name))
      complain([...path, 'component'], `no such component; ${known}`);
  };
  for (const [index, entry] of world.templates.entries()) check(['templates', index], entry.component);
  for (const [index, entry] of world.drafts.entries()) check(['drafts', index], entry.component);

  const owners = new Map<string, string>();
  for (const [appid, app] of Object.entries(world.apps)) {
    const at = ['apps', appid];
    check(at, app.component);
    if (app.component === undefined && names.length > 1)
      complain(
        [...at, 'component'],
        `there are several components; name the one it belongs to: ${names.join(', ')}`,
      );
    if (names.length === 0 && app.token === undefined && app.tokens.length === 0)
      complain(
        at,
        'has no access_token; give it token: some-fake-token, or tokens: [ … ], or give the world components:',
      );
    for (const field of ['refreshToken', 'originalId'] as const) {
      const value = field === 'originalId' ? (app.originalId ?? originalIdOf(appid)) : app.refreshToken;
      if (value === undefined) continue;
      const owner = owners.get(value);
      if (owner !== undefined) complain([...at, field], `${owner} has the same; give every app its own`);
      owners.set(value, appid);
    }
  }
  return complaints;
}
