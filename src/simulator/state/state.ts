/** What the simulated WeChat knows. Plain JSON throughout; every `…At` is milliseconds since the epoch. */

import type { World, WorldApp } from '../world/world.js';
import { type Library, type PlatformCredentials, seedCredentials, seedLibrary } from './platform.js';
import { chinaMonth } from './time.js';

/** One upload of code. */
export interface Code {
  /** WeChat's own number of the version, as get_history_version lists it. */
  appVersion: number;
  userVersion: string;
  userDesc: string;
  committedAt: number;
  pages: string[];
}

/** The trial version (体验版): what commit made last. */
export interface Experience {
  code: Code;
  /** Until then submit_audit answers 61039. */
  scannedAt: number;
  /** Privacy interfaces that its ext_json declares in requiredPrivateInfos. */
  declared: string[];
}

/** get_auditstatus' numbers: 0 passed, 1 rejected, 2 auditing, 3 withdrawn, 4 delayed. */
export type AuditStatus = 0 | 1 | 2 | 3 | 4;

/** A verdict that is still to come. */
export interface Judgement {
  at: number;
  status: 0 | 1 | 4;
  reason: string;
  screenshot: string;
  /** What follows a delay. */
  next?: Judgement;
}

export interface Audit {
  auditId: number;
  code: Code;
  submittedAt: number;
  status: AuditStatus;
  reason: string;
  screenshot: string;
  /** null: nobody will judge it unless the control API does. */
  judgement: Judgement | null;
  /** Its version was put online once. */
  released: boolean;
  /** A gray plan of it was cancelled. */
  grayCancelled: boolean;
  /** Somebody else submitted it: it takes the slot, and the platform's calls do not know it. */
  foreign: boolean;
  spedUp: boolean;
}

/** A version that is or was online. */
export interface Published {
  code: Code;
  releasedAt: number;
  /** False when it was published in WeChat's console: then get_history_version does not list it. */
  byPlatform: boolean;
  /** Users were brought back to it by revertcoderelease: it cannot be reverted itself (87012). */
  reverted: boolean;
  /** A gray plan was cancelled just before it came online. */
  afterCancelledGray: boolean;
}

/** getgrayreleaseplan's numbers: 1 running, 2 paused, 3 finished, 4 deleted. */
export type GrayStatus = 1 | 2 | 3 | 4;

export interface GrayPlan {
  status: GrayStatus;
  auditId: number;
  code: Code;
  createdAt: number;
  percentage: number;
  supportDebuger: boolean;
  supportExperiencer: boolean;
  /** When a plan finished by 100 % puts its version online; null when only release will, or when it is done. */
  onlineAt: number | null;
  /** Its version came online. */
  published: boolean;
}

/** A picture or video of uploadmedia. Its bytes are not kept. */
export interface Media {
  id: string;
  type: 'image' | 'video';
  uploadedAt: number;
}

/** A rule by which links open the Mini Program, in WeChat's spelling. */
export interface JumpRule {
  prefix: string;
  permit_sub_rule: number;
  path: string;
  open_version: number;
  debug_url: string[];
  /** 1 not published, 2 published. */
  state: 1 | 2;
}

/** From `since` on these were the percentages of users, by user_version; jserr_list counts back by it. */
export interface Exposure {
  since: number;
  shares: Record<string, number>;
}

export interface AppState {
  appid: string;
  lastAppVersion: number;
  experience: Experience | null;
  /** Oldest first. */
  audits: Audit[];
  online: Published | null;
  /** Versions that were online before, newest first. */
  previous: Published[];
  gray: GrayPlan | null;
  /** A gray plan was cancelled since the last version came online. */
  grayCancelled: boolean;
  undoneAt: number[];
  /** Users can open it; change_visitstatus closes it. */
  open: boolean;
  /** What the merchant has set; submit_audit's items must name one of them. */
  categories: WorldApp['categories'];
  /** Newest last. */
  media: Media[];
  jumpRules: JumpRule[];
  /** When rules were published, for the month's quota. */
  jumpPublishedAt: number[];
  /** The lowest version of the base library it runs on. */
  minimumLibrary: string;
  /** Oldest first. */
  exposure: Exposure[];
}

/** What all apps of one third-party platform share. */
export interface PlatformState {
  lastAuditId: number;
  /** Submissions used in `month` (China's calendar). */
  auditMonth: string;
  auditsUsed: number;
  speedupsUsed: number;
  credentials: PlatformCredentials;
  library: Library;
}

/** An app as the world file seeds it. */
export function seedApp(appid: string, world: WorldApp, now: number): AppState {
  const count = world.history.length + (world.online === undefined ? 0 : 1);
  const seeded = [...(world.online === undefined ? [] : [world.online]), ...world.history].map(
    (version, index): Published => {
      const releasedAt = now - version.released;
      return {
        code: {
          appVersion: version.appVersion ?? count - index,
          userVersion: version.version,
          userDesc: version.description,
          committedAt: releasedAt,
          pages: world.pages,
        },
        releasedAt,
        byPlatform: true,
        reverted: false,
        afterCancelledGray: false,
      };
    },
  );
  const online = world.online === undefined ? null : (seeded.shift() ?? null);
  const lastAppVersion = Math.max(0, ...[online, ...seeded].map((version) => version?.code.appVersion ?? 0));
  const empty: AppState = {
    appid,
    lastAppVersion,
    experience: null,
    audits: [],
    online,
    previous: seeded,
    gray: null,
    grayCancelled: false,
    undoneAt: [],
    open: true,
    categories: world.categories,
    media: world.media.map((uploaded) => ({ ...uploaded, uploadedAt: now })),
    jumpRules: world.jump.rules.map(({ prefix, path, published }) => ({
      prefix,
      permit_sub_rule: 1,
      path,
      open_version: 3,
      debug_url: [],
      state: published ? 2 : 1,
    })),
    jumpPublishedAt: [],
    minimumLibrary: world.libraries.minimum,
    exposure: [online, ...seeded]
      .filter((version) => version !== null)
      .map(({ code, releasedAt }) => ({ since: releasedAt, shares: { [code.userVersion]: 100 } }))
      .sort((a, b) => a.since - b.since),
  };
  if (world.experience === undefined) return empty;
  const code = {
    ...newCode(empty, world.experience.version, world.experience.description, world.pages, now),
  };
  return { ...empty, lastAppVersion: code.appVersion, experience: { code, scannedAt: now, declared: [] } };
}

/** The next upload of an app. */
export function newCode(
  app: AppState,
  userVersion: string,
  userDesc: string,
  pages: string[],
  now: number,
): Code {
  return { appVersion: app.lastAppVersion + 1, userVersion, userDesc, committedAt: now, pages };
}

/** The shared state a world begins with: of one of its components, or of all apps of a world without any. */
export function seedPlatform(
  world: World,
  now: number,
  component?: { appid: string; index: number; ticket: string },
): PlatformState {
  return {
    // Audit ids are WeChat's, not the platform's: no two platforms have the same.
    lastAuditId: 500_000_000 + (component?.index ?? 0) * 10_000_000,
    auditMonth: chinaMonth(now),
    auditsUsed: world.quotas.audit.used,
    speedupsUsed: world.quotas.speedup.used,
    credentials: seedCredentials(component?.ticket, now),
    library: seedLibrary(world, component?.appid ?? null, now),
  };
}
