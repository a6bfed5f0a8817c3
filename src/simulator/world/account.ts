/** What the world file says of a Mini Program's account: privacy, audits, links, libraries. */
import { z } from 'zod';
import { duration, strict } from './schema.js';

const NAMES = 'write a list of names, as in [wx.getLocation]';
const names = z.array(z.string({ error: NAMES }).min(1, NAMES), { error: NAMES }).default([]);

const LINKS = 'write a list of links, as in ["https://example.com/qr"]';
const links = z.array(z.string({ error: LINKS }).min(1, LINKS), { error: LINKS }).default([]);

const whole = (fallback: number) =>
  z.int({ error: 'write a whole number' }).min(0, 'write a whole number, 0 or more').default(fallback);

/** What the privacy scan of the app's code finds. */
const privacy = strict({
  /** Interfaces the code uses without the Mini Program's permission. */
  withoutAuth: names,
  /** Interfaces the code uses and the template does not declare; ext_json's requiredPrivateInfos declares them. */
  withoutConf: names,
  /** What the template's own app.json declares. */
  declared: names,
});

const REFUSALS = [85077, 85087, 86007, 86008, 86009, 86010, 87006, 9400001] as const;
/** A code with which every submit_audit of an app is refused, for reasons outside the simulator. */
export type AuditRefusal = (typeof REFUSALS)[number];

const VERSION = 'write a version of the base library as text, as in "3.0.0"';
const libraryVersion = z.string({ error: VERSION }).regex(/^\d+\.\d+\.\d+$/, VERSION);
const PERCENT = 'write a percentage from 0 to 100';

const libraries = strict({
  minimum: libraryVersion.default('1.0.0'),
  users: z
    .array(
      strict({
        version: libraryVersion,
        percentage: z.number({ error: PERCENT }).min(0, PERCENT).max(100, PERCENT),
      }),
    )
    .default([
      { version: '1.0.0', percentage: 0 },
      { version: '1.1.0', percentage: 0 },
      { version: '2.32.3', percentage: 2 },
      { version: '3.0.0', percentage: 18 },
      { version: '3.6.0', percentage: 80 },
    ]),
});

const jumpRule = strict({
  prefix: z.string().min(1),
  path: z.string().min(1),
  published: z.boolean().default(false),
});

/** Links that open the Mini Program, and the web servers they lead to. */
const jump = strict({
  rules: z.array(jumpRule).default([]),
  /** Rules an app may have, and publications of a month. */
  rulesMax: whole(10),
  publishQuota: whole(100),
  /** The file of qrcodejumpdownload lies on the web server; else 85069. */
  fileInPlace: z.boolean().default(true),
  /** Links that begin so are on WeChat's black list, belong to another app, have no ICP registration. */
  blacklisted: links,
  occupied: links,
  withoutIcp: links,
});

/** A picture or video of uploadmedia that is there from the start. */
const media = strict({ id: z.string().min(1), type: z.enum(['image', 'video']) });

/** Fields of an app. */
export const accountFields = {
  media: z.array(media).max(100).default([]),
  privacy: privacy.prefault({}),
  /** Of a person, not of a company: no rules for links (85075). */
  personal: z.boolean().default(false),
  /** False: its code is not managed by a third-party platform; 86000. */
  thirdParty: z.boolean().default(true),
  /** Its first submission has to say how content of its users is reviewed; else 85094. */
  ugc: z.boolean().default(false),
  refuseAudit: z
    .literal(REFUSALS, { error: `write the code of a refusal: ${REFUSALS.join(', ')}` })
    .optional(),
  speedup: strict({
    /** How long an audit takes at most once it is sped up. WeChat says 2 to 12 hours. */
    after: duration.default(2 * 3_600_000),
    refuse: z
      .literal([89401, 89403], {
        error: 'write 89401 (the service is unstable) or 89403 (not for this kind)',
      })
      .optional(),
  }).prefault({}),
  libraries: libraries.prefault({}),
  jump: jump.prefault({}),
};
