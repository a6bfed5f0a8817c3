/** What the simulated WeChat knows. Plain JSON throughout; every `…At` is milliseconds since the epoch. */

import type { World, WorldApp } from '../world/world.js';
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
}

/** What all apps of one third-party platform share. */
export interface PlatformState {
  lastAuditId: number;
  /** Submissions used in `month` (China's calendar). */
  auditMonth: string;
  auditsUsed: number;
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
  };
  if (world.experience === undefined) return empty;
  const code = {
    ...newCode(empty, world.experience.version, world.experience.description, world.pages, now),
  };
  return { ...empty, lastAppVersion: code.appVersion, experience: { code, scannedAt: now } };
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

/** The shared state a world begins with. */
export function seedPlatform(world: World, now: number): PlatformState {
  return { lastAuditId: 500_000_000, auditMonth: chinaMonth(now), auditsUsed: world.quotas.audit.used };
}
