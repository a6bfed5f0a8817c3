/** A release's decisions, read as a book: what stood in the way of a step up at a moment. */
import { approvalOf, stageGate, TRIAL_GATE } from '../../src/domain/gates.js';
import type { ReleasePlan } from '../../src/domain/plan.js';
import type { Decision, ReleaseStatus } from '../../src/domain/status.js';

/** What stood in the way. */
export interface Standing {
  /** Somebody, a metric or a gate paused it; somebody's button did. */
  paused: boolean;
  drifted: boolean;
  attention: boolean;
  frozenUntil: number;
  override: boolean;
  trialPassed: boolean;
  /** Who agreed, by gate. */
  agreed: Record<string, string[]>;
}

const NOTHING: Standing = {
  paused: false,
  drifted: false,
  attention: false,
  frozenUntil: 0,
  override: false,
  trialPassed: false,
  agreed: {},
};

/** What only begins to stand in the way when the moment it is told in is over: a write may have been sent in it. */
const BLOCKING: ReadonlySet<string> = new Set(['pause', 'a person must look', 'freeze', 'refuse']);

export class Story {
  readonly lines: Decision[] = [];
  private readonly messages = new Map<string, string>();

  /** Every status that was seen: the last one has forgotten what was long ago. */
  constructor(
    private readonly plan: ReleasePlan,
    statuses: readonly ReleaseStatus[],
  ) {
    const known = new Set<string>();
    for (const { decisions, commands } of statuses) {
      for (const line of decisions) {
        const key = JSON.stringify(line);
        if (!known.has(key)) this.lines.push(line);
        known.add(key);
      }
      for (const { verb, at, accepted, message } of commands)
        if (accepted) this.messages.set(`${verb} ${at}`, message);
    }
  }

  /** What stood in the way of a step that was decided at a moment, milliseconds since the epoch. */
  standingAt(moment: number): Standing {
    return this.lines
      .filter(({ at, what, refused }) => !refused && (BLOCKING.has(what) ? at < moment : at <= moment))
      .reduce((standing, line) => this.read(standing, line), NOTHING);
  }

  /** For how long it was not paused between two moments, milliseconds. */
  unpausedMs(from: number, to: number): number {
    let standing = NOTHING;
    let since = from;
    let sum = 0;
    const pass = (until: number) => {
      const end = Math.min(until, to);
      if (end > since && !standing.paused && !standing.drifted) sum += end - since;
      since = Math.max(since, end);
    };
    for (const line of this.lines) {
      if (line.refused) continue;
      pass(line.at);
      standing = this.read(standing, line);
    }
    pass(to);
    return sum;
  }

  /** Whether something was told between two moments. */
  told(what: RegExp, from = 0, to = Number.POSITIVE_INFINITY): boolean {
    return this.lines.some(
      (line) => !line.refused && what.test(line.what) && line.at >= from && line.at <= to,
    );
  }

  count(what: RegExp): number {
    return this.lines.filter((line) => !line.refused && what.test(line.what)).length;
  }

  private read(now: Standing, line: Decision): Standing {
    if (line.via !== undefined) return this.command(now, line);
    const { what, why, by } = line;
    if (what === 'pause' && by === 'plan: rollout.onDrift')
      return { ...now, drifted: true, attention: false };
    if (what === 'pause') return { ...now, paused: true };
    if (what === 'a person must look') return { ...now, attention: true };
    if (what === 'goes on') return { ...now, drifted: false, attention: false };
    if (what.endsWith('adopted') || what === '100 %')
      return { ...now, drifted: false, attention: false, override: false };
    if (what.endsWith(' %')) return { ...now, override: false };
    if (what === 'freeze over') return { ...now, frozenUntil: 0 };
    if (what === 'trial approved') return { ...now, trialPassed: true };
    if (what === 'approval needed') return asked(now, this.gateIn(why));
    if (what === 'begun by someone else') return { ...now, attention: false };
    return now;
  }

  private command(now: Standing, { what, at, by }: Decision): Standing {
    const message = this.messages.get(`${what === 'adopt' ? 'resume' : what} ${at}`) ?? '';
    switch (what) {
      case 'pause':
        return { ...now, paused: true };
      case 'resume':
        if (message === 'resumed') return { ...now, paused: false, drifted: false };
        return { ...now, paused: message.includes('metric ') };
      case 'adopt':
        return { ...now, drifted: false, attention: false };
      case 'retry':
        return { ...now, drifted: false, attention: false };
      case 'resubmit':
        return { ...now, attention: false, agreed: {} };
      case 'freeze': {
        const until = Date.parse(message.replace(/^.*until /, ''));
        return { ...now, frozenUntil: until, override: now.override && message.startsWith('frozen already') };
      }
      case 'unfreeze':
        return { ...now, frozenUntil: 0 };
      case 'override of freeze and window':
        return { ...now, override: true };
      case 'approve':
        return agree(now, this.waiting(now), by);
      case 'refuse':
        return asked(now, this.waiting(now));
      default:
        return now;
    }
  }

  /** Every gate of the plan in its order. */
  private gates(): string[] {
    const stages = this.plan.rollout.stages.map((_stage, index) => stageGate(index));
    return [TRIAL_GATE, ...stages].filter((gate) => approvalOf(this.plan, gate) !== null);
  }

  /** The first that still needs people. */
  private waiting({ agreed, trialPassed }: Standing): string {
    const open = (gate: string) =>
      gate === TRIAL_GATE
        ? trialPassed
        : (agreed[gate]?.length ?? 0) >= (approvalOf(this.plan, gate)?.count ?? 0);
    return this.gates().find((gate) => !open(gate)) ?? '';
  }

  private gateIn(why: string): string {
    if (why.endsWith('the trial version')) return TRIAL_GATE;
    const percentage = Number(/approve (\d+) %$/.exec(why)?.[1]);
    return stageGate(this.plan.rollout.stages.findIndex((stage) => stage.percentage === percentage));
  }
}

/** It asks everyone anew. */
function asked(now: Standing, gate: string): Standing {
  const trialPassed = gate === TRIAL_GATE ? false : now.trialPassed;
  return { ...now, trialPassed, agreed: { ...now.agreed, [gate]: [] } };
}

function agree(now: Standing, gate: string, by: string): Standing {
  const given = new Set([...(now.agreed[gate] ?? []), by]);
  return { ...now, agreed: { ...now.agreed, [gate]: [...given] } };
}
