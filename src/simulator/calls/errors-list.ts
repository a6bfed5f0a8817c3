/** jserr_list: the script errors that users' devices reported, by version and day. */
import { createHash } from 'node:crypto';
import { JSERR_LIMIT_MAX } from '../../wechat/endpoints/health.js';
import { countErrors, type ErrorCount, type ErrorReport } from '../health/js-errors.js';
import { refuse } from '../state/errors.js';
import { type Params, read, type Step } from '../state/machine.js';
import { asNumber, asText, BAD } from '../state/params.js';
import { chinaDay, chinaDayStart } from '../state/time.js';

const DAY_MS = 24 * 3_600_000;
/** How far back anything is known, in days. */
const OLDEST_DAYS = 90;

interface Query {
  version: string | null;
  /** 0: all. */
  type: number;
  from: number;
  to: number;
  keyword: string;
  openid: string;
  by: 'uv' | 'pv';
  rising: boolean;
  offset: number;
  limit: number;
}

/** jserr_list. Nothing finer than a day, and today as far as it has gone. */
export const jserrList: Step = (scene, params) => {
  const query = readQuery(params, scene.now);
  if (typeof query === 'number') return refuse(query);
  const { keyword, type, by, rising, offset, limit } = query;
  const report = countErrors(scene, query.version, query.from, query.to);
  const rows = report.counts
    .filter(({ error }) => (type === 0 || error.type === type) && error.message.includes(keyword))
    .filter(({ pv }) => Math.round(pv) > 0)
    .sort((a, b) => (a[by] - b[by]) * (rising ? 1 : -1));
  // Nobody here has a name, so no user had an error.
  const found = query.openid === '' ? rows : [];
  const whole = scene.switches.errorPercentOf === 'traffic' ? report : sumOf(report);
  return read({
    errcode: 0,
    errmsg: 'ok',
    success: true,
    openid: query.openid,
    data: found.slice(offset, offset + limit).map((row) => rowOf(row, whole)),
    totalCount: found.length,
  });
};

type Whole = Pick<ErrorReport, 'launches' | 'users'>;

function sumOf({ counts }: ErrorReport): Whole {
  return {
    launches: counts.reduce((sum, { pv }) => sum + pv, 0),
    users: counts.reduce((sum, { uv }) => sum + uv, 0),
  };
}

function rowOf({ error, pv, uv }: ErrorCount, whole: Whole) {
  return {
    errorMsgMd5: md5(error.message),
    errorMsg: error.message,
    uv: Math.max(1, Math.round(uv)),
    pv: Math.round(pv),
    errorStackMd5: md5(error.stack),
    errorStack: error.stack,
    pvPercent: percent(pv, whole.launches),
    uvPercent: percent(uv, whole.users),
  };
}

/** As text with two decimals, which is how clients declare it. */
function percent(part: number, whole: number): string {
  return (whole === 0 ? 0 : (100 * part) / whole).toFixed(2);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** What is asked for, or the code it is refused with. What is absent has the value clients send by default. */
function readQuery(params: Params, now: number): Query | 40097 | 47001 {
  const version = asText(params.appVersion);
  const start = asText(params.startTime);
  const end = asText(params.endTime);
  const keyword = asText(params.keyword);
  const openid = asText(params.openid);
  const orderby = asText(params.orderby);
  const type = asNumber(params.errType || 0);
  const desc = asNumber(params.desc || 1);
  const offset = asNumber(params.offset || 0);
  const limit = asNumber(params.limit || JSERR_LIMIT_MAX);
  if (version === BAD || start === BAD || end === BAD || keyword === BAD || openid === BAD) return 47001;
  if (orderby === BAD || type === BAD || desc === BAD || offset === BAD || limit === BAD) return 47001;
  const today = chinaDay(now);
  const from = dayOf(start ?? today);
  const last = dayOf(end ?? today);
  const by = orderby || 'uv';
  const query = { type: type ?? 0, desc: desc ?? 1, offset: offset ?? 0, limit: limit ?? JSERR_LIMIT_MAX };
  const fits =
    from !== undefined &&
    last !== undefined &&
    from <= last &&
    (by === 'uv' || by === 'pv') &&
    [0, 1, 2, 3].includes(query.type) &&
    [1, 2].includes(query.desc) &&
    isWithin(query.offset, 0, Number.MAX_SAFE_INTEGER) &&
    isWithin(query.limit, 1, JSERR_LIMIT_MAX);
  if (!fits) return 40097;
  const oldest = chinaDayStart(today) - OLDEST_DAYS * DAY_MS;
  return {
    ...query,
    version: version === undefined || version === '' || version === '0' ? null : version,
    from: Math.max(from, oldest),
    to: Math.min(last + DAY_MS, now),
    keyword: keyword ?? '',
    openid: openid ?? '',
    by,
    rising: query.desc === 2,
  };
}

function dayOf(text: string): number | undefined {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(text) ? chinaDayStart(text) : Number.NaN;
  return Number.isNaN(start) ? undefined : start;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
