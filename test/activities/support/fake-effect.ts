/** An effect of WeChat's under the write protocol, scripted by the test: what readings show, what writes answer. */
import { type Protocol, runEffect } from '../../../src/activities/effect.js';
import type { EffectResult } from '../../../src/domain/effects.js';
import type { Proof } from '../../../src/domain/proofs.js';
import type { WechatError } from '../../../src/wechat/errors.js';
import * as failures from '../../../src/wechat/failures.js';
import { Attempts, type AttemptsOptions } from './attempts.js';

const CALL = {
  endpoint: 'grayrelease',
  kind: 'write',
  app: 'wx0123456789abcdef',
  ofPlatform: false,
  tokens: [],
  secret: false,
} as const;

/** WeChat answers an error code. */
export const answers = (code: number, text = 'no'): WechatError =>
  failures.refused(CALL, code, text, JSON.stringify({ errcode: code, errmsg: text }), Date.now());
/** No answer in time: nobody knows what happened. */
export const timesOut = (): WechatError =>
  failures.transportFailure(CALL, { fault: 'timeout', sent: true, detail: 'no answer within 8000 ms' });
/** No connection came about: nothing was sent. */
export const unreachable = (): WechatError =>
  failures.transportFailure(CALL, { fault: 'notSent', sent: false, detail: 'ECONNREFUSED' });

export const MISSING: Proof = { seen: 'missing' };
export const OURS: Proof = { seen: 'applied', facts: { percentage: 10 }, how: 'the plan runs at 10 %' };
export const FOREIGN: Proof = { seen: 'conflict', why: 'another staged release is running' };

export class FakeEffect {
  /** What was asked of WeChat, in order: `read`, `before` and `write`. */
  readonly asked: string[] = [];
  /** What a reading shows now; an error is thrown. */
  shows: Proof | Error = MISSING;
  /** What each write answers, the last for all that follow; an error is thrown. */
  writes: ('ok' | Error)[] = ['ok'];
  /** What a write changes in WeChat, whatever it answers. */
  takesEffect: (write: number) => void = () => {};
  /** A write that never answers; ends when its signal fires. */
  hangs = false;
  private reached: () => void = () => {};

  /** The attempts of the activity on this effect. */
  attempts(more: Partial<Protocol> = {}, options: AttemptsOptions = {}): Attempts<EffectResult> {
    const protocol: Protocol = {
      effect: 'grayRelease',
      read: async () => {
        this.asked.push('read');
        if (this.shows instanceof Error) throw this.shows;
        return this.shows;
      },
      write: (signal) => this.write(signal),
      ...more,
    };
    return new Attempts(() => runEffect(protocol), options);
  }

  get sent(): number {
    return this.asked.filter((what) => what === 'write').length;
  }

  /** Fulfilled when the next write is sent. */
  nextWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.reached = resolve;
    });
  }

  private async write(signal: AbortSignal): Promise<void> {
    this.asked.push('write');
    this.takesEffect(this.sent);
    this.reached();
    if (this.hangs)
      await new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () =>
          reject(failures.transportFailure(CALL, { fault: 'aborted', sent: true, detail: 'aborted' })),
        );
      });
    const answer = this.writes[Math.min(this.sent, this.writes.length) - 1];
    if (answer instanceof Error) throw answer;
  }
}
