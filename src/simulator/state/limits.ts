/** How often each call was made, by the minute and by the day, and the limits a world sets on that. */
import { type EndpointName, endpoints } from '../../wechat/catalogue.js';
import { chinaDay } from './time.js';

const MINUTE_MS = 60_000;

/** How often one caller may make a call: in a minute of the clock, in a day of China's calendar. */
export interface Limit {
  perMinute?: number | undefined;
  perDay?: number | undefined;
}

/** What one caller has used of a call. */
export interface CallUsage {
  usedToday: number;
  usedThisMinute: number;
  /** null: this world sets no limit. */
  perDay: number | null;
  perMinute: number | null;
}

/** The part of the meter that a step may look at. */
export interface CallReader {
  usage(caller: string, path: string, now: number): CallUsage;
}

/** A world's limits, written by the call's name, under the paths that they are counted by. */
export function limitsByPath(
  limits: Readonly<Partial<Record<EndpointName, Limit | undefined>>>,
): Map<string, Limit> {
  const byPath = new Map<string, Limit>();
  for (const row of Object.values(endpoints)) {
    const limit = limits[row.name];
    if (limit !== undefined) byPath.set(row.path, limit);
  }
  return byPath;
}

export interface Count {
  day: string;
  inDay: number;
  minute: number;
  inMinute: number;
}

/** Counts calls by caller and path, as WeChat's quotas do. A caller is a Mini Program or the platform, by appid. */
export class CallMeter implements CallReader {
  #counts = new Map<string, Map<string, Count>>();

  /** `limits`: by path. A path that is not in it is counted and never refused. */
  constructor(private readonly limits: ReadonlyMap<string, Limit>) {}

  /** Counts a call; or, when the caller has used up its calls, the code that refuses this one, which is not counted. */
  count(caller: string, path: string, now: number): 45009 | 45011 | undefined {
    const used = this.#countOf(caller, path, now);
    const { perMinute, perDay } = this.limits.get(path) ?? {};
    if (perDay !== undefined && used.inDay >= perDay) return 45009;
    if (perMinute !== undefined && used.inMinute >= perMinute) return 45011;
    const paths = this.#counts.get(caller) ?? new Map<string, Count>();
    paths.set(path, { ...used, inDay: used.inDay + 1, inMinute: used.inMinute + 1 });
    this.#counts.set(caller, paths);
    return undefined;
  }

  usage(caller: string, path: string, now: number): CallUsage {
    const { inDay, inMinute } = this.#countOf(caller, path, now);
    const { perMinute = null, perDay = null } = this.limits.get(path) ?? {};
    return { usedToday: inDay, usedThisMinute: inMinute, perDay, perMinute };
  }

  /** clear_quota: the caller begins anew with every call. */
  clear(caller: string): void {
    this.#counts.delete(caller);
  }

  saved() {
    return this.#counts;
  }

  restore(saved: ReturnType<CallMeter['saved']>): void {
    this.#counts = saved;
  }

  #countOf(caller: string, path: string, now: number): Count {
    const day = chinaDay(now);
    const minute = Math.floor(now / MINUTE_MS);
    const known = this.#counts.get(caller)?.get(path);
    return {
      day,
      minute,
      inDay: known?.day === day ? known.inDay : 0,
      inMinute: known?.minute === minute ? known.inMinute : 0,
    };
  }
}
