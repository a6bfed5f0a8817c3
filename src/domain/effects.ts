/**
 * Every write to WeChat, as a table: how long one negative reading proves nothing, how often a write may be
 * sent, and what a person can do when its outcome cannot be told. WeChat is not transactional and gives no
 * idempotency keys, so an effect is applied when a reading proves it, whatever the write answered.
 */
export const EFFECTS = {
  commit: {
    endpoint: 'commit',
    // A commit whose connection broke may still be running for a minute (9402202).
    settleMs: 60_000,
    maxWrites: 3,
    waitsForQuota: true,
    remedy: 'look at the trial version in the console; `retry` uploads again, `abort` ends the release',
  },
  submitAudit: {
    endpoint: 'submit_audit',
    settleMs: 60_000,
    maxWrites: 3,
    waitsForQuota: true,
    remedy:
      'a lasting -1 on submit_audit usually ends only when the template is uploaded and committed anew: abort, then start again; or `retry`',
    // 85009 while no audit of ours is to be seen: WeChat does not show one that the merchant or another platform submitted.
    taken:
      'an audit that WeChat does not show us holds the slot (the merchant submitted it, or another platform): wait for it or withdraw it in the console, then `retry`',
  },
  withdrawAudit: {
    endpoint: 'undocodeaudit',
    settleMs: 30_000,
    // Five a day and ten a month per app: never spent twice.
    maxWrites: 1,
    remedy: 'look at the audit in the console; `retry` withdraws again and may cost another of five a day',
  },
  speedupAudit: {
    endpoint: 'speedupaudit',
    settleMs: 30_000,
    maxWrites: 3,
    // Nothing can be read that shows it; its answer, or 89404 to a repeat, is all there is.
    answerProves: true,
    remedy: 'the audit goes on at its own pace',
  },
  grayRelease: {
    endpoint: 'grayrelease',
    settleMs: 10_000,
    maxWrites: 3,
    waitsForQuota: true,
    remedy:
      'look at the staged release in the console; `retry` tries the stage again, `abort` takes users back',
  },
  release: {
    endpoint: 'release',
    settleMs: 30_000,
    maxWrites: 3,
    waitsForQuota: true,
    remedy: 'look at the online version in the console; `retry` tries again, `abort` takes users back',
  },
  revertGray: {
    endpoint: 'revertgrayrelease',
    settleMs: 10_000,
    maxWrites: 5,
    remedy: 'cancel the staged release in the console',
  },
  revertCode: {
    endpoint: 'revertcoderelease',
    settleMs: 30_000,
    maxWrites: 3,
    remedy: 'roll back in the console',
  },
} as const;

export type EffectName = keyof typeof EFFECTS;

/** What the proof of an effect showed. Moments of WeChat in seconds. */
export interface EffectFacts {
  auditId?: number;
  /** exp_time of the uploaded trial version, seconds. */
  trialSec?: number;
  percentage?: number;
  /** The gray plan's create_timestamp, seconds: its identity. */
  createdSec?: number;
  /** When WeChat completes the plan by itself, seconds. */
  finishesSec?: number | null;
  /** The version is online for everyone. */
  online?: boolean;
}

/** What stood in the way, where the release knows more to do than to ask. */
export type Obstacle = 'trialChanged' | 'foreignAudit';

interface Told {
  at: number;
  /** How many times we sent the request. */
  writes: number;
  /** WeChat's answer, or how the effect was recognised. Never a token. */
  answer: string;
}

/** How an effect ended. Activities return this; they do not throw for WeChat's sake. */
export type EffectResult =
  | (Told & { status: 'applied'; facts: EffectFacts })
  /** WeChat, or the facts, said no: nothing was applied. */
  | (Told & { status: 'refused'; remedy: string; because?: Obstacle })
  /** It could not be told within the budget whether it was applied. */
  | (Told & { status: 'unknown'; remedy: string })
  /** Not sent, or not sent again: the confirmation it was to rest on had become too old. */
  | (Told & { status: 'stale' })
  /** WeChat does not take it yet, and nothing was sent: it may be asked again after so many milliseconds. */
  | (Told & { status: 'deferred'; afterMs: number });

/** Whether a write was sent of which nobody can tell what came of it; one that came too late to be sent again may still show. */
export function isOutcomeUnknown({ status, writes }: EffectResult): boolean {
  return status === 'unknown' || (status === 'stale' && writes > 0);
}

/** `writes` remembered between attempts; `lastWriteAt` null when nothing was sent. */
export interface WriteMemory {
  writes: number;
  lastWriteAt: number | null;
  /** WeChat answered a write with ok, or claimed that it is so already (which may be someone else's doing). */
  accepted: 'no' | 'ok' | 'claimed';
  lastAnswer: string;
  failedReads: number;
  /** Times WeChat told us to come back later when an earlier write of ours may still take effect. */
  deferrals: number;
  /** The attempt that ended in order; a missing one may have written at any time up to its end. */
  endedAttempt: number;
}

export const FRESH_MEMORY: WriteMemory = {
  writes: 0,
  lastWriteAt: null,
  accepted: 'no',
  lastAnswer: '',
  failedReads: 0,
  deferrals: 0,
  endedAttempt: 0,
};

/** Readings that failed in a row before an effect gives up; with the back-off below about ten minutes. */
export const MAX_FAILED_READS = 24;
/** Times WeChat may ask to come back later while an earlier write of ours is under way, before a person must look. */
export const MAX_DEFERRALS = 30;

/**
 * What an attempt starts from. An attempt before this one that did not end in order (its process died, or it
 * ran out of time) may have written without saying so: then a write is assumed to have happened just now.
 */
export function recallMemory(stored: WriteMemory | undefined, attempt: number, now: number): WriteMemory {
  const memory = stored ?? FRESH_MEMORY;
  if (attempt <= 1 || memory.endedAttempt === attempt - 1) return memory;
  return {
    ...memory,
    writes: Math.max(memory.writes, 1),
    lastWriteAt: now,
    lastAnswer: memory.lastAnswer || 'the attempt before ended without an answer',
  };
}

/** Whether WeChat's answer to a write is the only proof there is of it. */
export function isProvenByAnswer(effect: EffectName): boolean {
  return 'answerProves' in EFFECTS[effect];
}

/**
 * Whether a day's limit of calls (45009) is waited for: what goes up can wait, what takes users back is for a person at
 * once, and what is optional is done without.
 */
export function waitsForQuota(effect: EffectName): boolean {
  return 'waitsForQuota' in EFFECTS[effect];
}

/** What to do when a reading shows that the effect is not there. */
export type NextWrite = { do: 'write' } | { do: 'readAgain'; afterMs: number } | { do: 'giveUp' };

/** One negative reading proves nothing until the settle time has passed; then a write may be sent again. */
export function nextWrite(effect: EffectName, memory: WriteMemory, now: number): NextWrite {
  const { settleMs, maxWrites } = EFFECTS[effect];
  if (memory.lastWriteAt !== null) {
    const left = memory.lastWriteAt + settleMs - now;
    if (left > 0) return { do: 'readAgain', afterMs: Math.min(left, 2_000) };
    // WeChat took it and yet it does not show: sending it again would be guessing.
    if (memory.accepted !== 'no') return { do: 'giveUp' };
  }
  return memory.writes < maxWrites ? { do: 'write' } : { do: 'giveUp' };
}
