/** Every fault of the matrix, and what it means to whoever writes: its class, from which everything else follows. */
import type { EffectName } from '../../src/domain/effects.js';
import { EFFECTS, waitsForQuota } from '../../src/domain/effects.js';
import { type CallFaultInput, FAULT_KINDS, type FaultKind } from '../../src/simulator/control/faults.js';
import { endpoints } from '../../src/wechat/catalogue.js';
import { lookUpCode } from '../../src/wechat/error-codes.js';

/**
 * What the workers of these tests wait for one answer, milliseconds; an upload has a time of its own. A hundred releases begin
 * at once: an answer that is late because the machine is busy must not pass for one that never comes.
 */
export const TIMEOUT_MS = 8_000;
export const UPLOAD_TIMEOUT_MS = 35_000;

/**
 * What a writer knows after the fault.
 *
 * - `none`: all that it needs; the answer was only slow.
 * - `token`: nothing was done, and another token may do.
 * - `later`: nothing was done, WeChat asks to come back.
 * - `tomorrow`: nothing was done, and nothing will be before the next day; what goes up can wait for that.
 * - `person`: nothing was done, and only a person can change that.
 * - `claimed`: WeChat says that it is so already, and it is not.
 * - `lost`: nothing, and nothing was done.
 * - `done`: nothing, but it was done.
 */
export type FaultClass = 'none' | 'token' | 'later' | 'tomorrow' | 'person' | 'claimed' | 'lost' | 'done';

export interface ListedFault {
  /** As the document names it. */
  name: string;
  fault: Omit<CallFaultInput, 'endpoint' | 'app' | 'times'>;
  class: FaultClass;
  /** How long its answer takes, milliseconds. */
  takesMs: number;
  /** How long WeChat asks to wait, milliseconds. */
  asksMs: number;
}

type Disturbance = ListedFault['fault'];

function timeoutOf(effect: EffectName): number {
  return effect === 'commit' ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS;
}

/** The classes of WeChat's error codes, as the writer's. */
const OF_ACTION = {
  refreshToken: 'token',
  retryAfter: 'later',
  notNow: 'later',
  alreadyDone: 'claimed',
  unknownOutcome: 'lost',
  quota: 'person',
  permission: 'person',
  permanent: 'person',
} as const satisfies Record<string, FaultClass>;

function classOf(fault: Disturbance, effect: EffectName): FaultClass {
  const row = FAULT_KINDS[fault.kind];
  const applies = fault.applies ?? row.applies;
  const unknown: FaultClass = applies ? 'done' : 'lost';
  if (fault.kind === 'slow') return (fault.delayMs ?? 1_000) < timeoutOf(effect) ? 'none' : unknown;
  const code = 'errcode' in row ? row.errcode : fault.errcode;
  if (code !== undefined) {
    const { action, retryAfterMs } = lookUpCode(code);
    if (action === 'quota' && retryAfterMs === 'nextDay' && waitsForQuota(effect)) return 'tomorrow';
    const known = OF_ACTION[action];
    return known === 'lost' ? unknown : known;
  }
  if (fault.status === 429) return 'later';
  // 408 is what a server says of a request that came late or in part.
  if (fault.status !== undefined && fault.status < 500 && fault.status !== 408) return 'person';
  return unknown;
}

function askedMs(fault: Disturbance): number {
  if (fault.status === 429) return 60_000;
  const row = FAULT_KINDS[fault.kind];
  const code = 'errcode' in row ? row.errcode : fault.errcode;
  const asked = code === undefined ? undefined : lookUpCode(code);
  if (typeof asked?.retryAfterMs !== 'number') return 0;
  // What WeChat has to finish first is asked for soon, and rarer each time.
  return asked.action === 'notNow' ? 2_000 : asked.retryAfterMs;
}

function listed(name: string, fault: Disturbance, effect: EffectName): ListedFault {
  const timeoutMs = timeoutOf(effect);
  const takesMs =
    fault.kind === 'hang'
      ? timeoutMs
      : fault.kind === 'slow'
        ? Math.min(fault.delayMs ?? 1_000, timeoutMs)
        : 0;
  return { name, fault, class: classOf(fault, effect), takesMs, asksMs: askedMs(fault) };
}

/** What every call may meet: by name, the fault for a write with this timeout (milliseconds). */
const COMMON: Record<string, Disturbance | ((timeoutMs: number) => Disturbance)> = {
  'connection reset, nothing done': { kind: 'dropBeforeApplying' },
  'connection reset, done': { kind: 'dropAfterApplying' },
  'no answer, nothing done': { kind: 'hang' },
  'no answer, done': { kind: 'hang', applies: true },
  'slow answer': { kind: 'slow', delayMs: 1_000 },
  'answer slower than the timeout': (timeoutMs) => ({ kind: 'slow', delayMs: timeoutMs + 1_000 }),
  '-1, nothing done': { kind: 'systemError', applies: false },
  '-1, done': { kind: 'systemError', applies: true },
  'HTTP 502, nothing done': { kind: 'http502' },
  'HTTP 502, done': { kind: 'http502', applies: true },
  'HTTP 500, nothing done': { kind: 'httpStatus', status: 500 },
  'HTTP 503, done': { kind: 'httpStatus', status: 503, applies: true },
  'HTTP 504, nothing done': { kind: 'httpStatus', status: 504 },
  'HTTP 504, done': { kind: 'httpStatus', status: 504, applies: true },
  'HTTP 408, nothing done': { kind: 'httpStatus', status: 408 },
  'HTTP 429': { kind: 'httpStatus', status: 429 },
  'HTTP 403': { kind: 'httpStatus', status: 403 },
  'HTTP 404': { kind: 'httpStatus', status: 404 },
  'half an answer, nothing done': { kind: 'invalidJson', applies: false },
  'half an answer, done': { kind: 'invalidJson' },
  'empty answer, nothing done': { kind: 'emptyBody', applies: false },
  'empty answer, done': { kind: 'emptyBody' },
  '42001 token expired': { kind: 'tokenExpired' },
  '40001 token not the latest': { kind: 'errcode', errcode: 40001 },
  '40014 token not valid': { kind: 'errcode', errcode: 40014 },
  '45011 too many calls in this minute': { kind: 'minuteQuota' },
  '45009 too many calls today': { kind: 'dailyQuota' },
  '9402202, nothing done': { kind: 'concurrent' },
  '61003 not authorized': { kind: 'errcode', errcode: 61003 },
  '61007 permission set missing': { kind: 'errcode', errcode: 61007 },
  '48001 permission set 18 missing': { kind: 'errcode', errcode: 48001 },
  'a code nobody knows': { kind: 'errcode', errcode: 99999 },
};

/** An upload or submission whose connection broke goes on at WeChat, and refuses another one meanwhile. */
const LANDING: Record<string, Disturbance> = {
  'connection reset, done 20 s later': { kind: 'concurrent', landsAfterMs: 20_000 },
};

/** What strikes every effect, in the order of the document. */
export function commonFaults(effect: EffectName): ListedFault[] {
  return Object.entries(COMMON).map(([name, fault]) =>
    listed(name, typeof fault === 'function' ? fault(timeoutOf(effect)) : fault, effect),
  );
}

/** What only some calls meet: late landings, and the error codes that the call's own page names. */
export function ownFaults(effect: EffectName): ListedFault[] {
  const { endpoint } = EFFECTS[effect];
  const landing = endpoint === 'commit' || endpoint === 'submit_audit' ? LANDING : {};
  const common = new Set<number>([-1, 40001, 40014, 42001, 45009, 45011, 48001, 61003, 61007, 9402202]);
  const codes = Object.keys(endpoints[endpoint].errors)
    .map(Number)
    .filter((code) => !common.has(code));
  return [
    ...Object.entries(landing).map(([name, fault]) => ({
      ...listed(name, fault, effect),
      class: 'done' as const,
    })),
    ...codes.map((errcode) =>
      listed(String(errcode), { kind: 'errcode' satisfies FaultKind, errcode }, effect),
    ),
  ];
}

/** The kinds of the simulator that no fault of the matrix uses: none may be left out. */
export function unusedKinds(effects: readonly EffectName[]): FaultKind[] {
  const used = new Set(
    effects
      .flatMap((effect) => [...commonFaults(effect), ...ownFaults(effect)])
      .map(({ fault }) => fault.kind),
  );
  return (Object.keys(FAULT_KINDS) as FaultKind[]).filter((kind) => !used.has(kind));
}
