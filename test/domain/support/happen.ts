/** What each happening does to a release on the fake WeChat. */
import type { Verb } from '../../../src/domain/commands.js';
import { check } from './check.js';
import type { Driver } from './driver.js';
import { HOUR, MINUTE, OURS } from './given.js';
import { ANSWERS, type Answer, type Button, type Fields, type Happening } from './happenings.js';

/** What cannot be put right any more in the console, so that only an end is left. */
const LASTING: ReadonlySet<Button> = new Set([
  'cancel',
  'rollBack',
  'releaseOther',
  'submitOther',
  'submitOurs',
]);

/** A release and what was done around it. */
export class Story {
  /** Somebody did what no one can undo. */
  spoilt = false;
  private readonly answers = new Map<string, Answer>();

  constructor(readonly driver: Driver) {
    driver.measureBy((metric) => ANSWERS[this.answers.get(metric.name) ?? this.answers.get('*') ?? 'good']);
  }

  happen(what: Happening): void {
    const { driver } = this;
    switch (what.kind) {
      case 'command':
        driver.signal(what.verb, payloadOf(driver, what.verb, what.fields));
        return;
      case 'offered':
        offered(driver, what.pick);
        return;
      case 'rubbish':
        driver.signal(what.verb, what.payload);
        return;
      case 'providers':
        this.answers.set(what.metric, what.say);
        return;
      case 'report':
        driver.push({ metric: 'crashes', value: what.value, at: driver.now - what.agoMs });
        return;
      case 'fault':
        if (what.fault !== null) driver.faults.set(what.effect, [what.fault]);
        driver.delays.set(what.effect, [what.delayMs]);
        return;
      case 'button':
        this.spoilt ||= LASTING.has(what.button);
        press(driver, what.button, what.percentage);
        return;
      case 'trouble':
        trouble(driver, what.what, what.ms);
        return;
      case 'process':
        this.process(what.what, what.ms);
        return;
      case 'auditPush':
        driver.pushAudit();
    }
  }

  /** Providers are good again. */
  heal(): void {
    this.answers.clear();
  }

  private process(what: Extract<Happening, { kind: 'process' }>['what'], ms: number): void {
    const { driver } = this;
    switch (what) {
      case 'down':
        driver.clock.goDown(ms);
        return;
      case 'breakWatch':
        driver.breakWatch(Math.floor(ms / MINUTE));
        return;
      case 'breakReading':
        for (const reading of ['survey', 'surveyWayBack', 'nextOpening'] as const)
          driver.doing.broken.add(reading);
        return;
      case 'slowSignatures':
        driver.around.verifyMs = Math.min(ms, HOUR);
        return;
      default:
        driver[what]();
    }
  }
}

/** The payload of a command, right or wrong in what it must name. */
function payloadOf(driver: Driver, verb: Verb, sent: Fields): Record<string, unknown> {
  const { state } = driver;
  const { id, right, flag, by, signature, pick } = sent;
  const metric = state.pauses.find(({ kind }) => kind === 'metric')?.metric ?? 'js-error-rate';
  const common = { by, reason: 'because', ...(id === null ? {} : { commandId: `sent ${id}` }) };
  switch (verb) {
    case 'promote':
      return { ...common, expect: right ? state.ladder.percentage : 10, full: flag };
    case 'resume':
      return {
        ...common,
        ...(right ? { metric } : {}),
        ...(flag ? { restart: true } : {}),
        adopt: pick === 0,
      };
    case 'abort':
      return { ...common, withdrawAudit: flag };
    case 'approve':
    case 'refuse': {
      const gate = right ? driver.status.gate?.gate : ['trial', 'stage:0', 'stage:1', undefined][pick % 4];
      return {
        ...common,
        ...(gate === undefined ? {} : { gate }),
        ...(signature === null ? {} : { signature }),
      };
    }
    case 'rollback':
      return {
        ...common,
        ...[{ version: '1.3.0' }, { version: '1.2.0' }, { appVersion: 6 }, { version: '0.0.1' }, {}][
          pick % 5
        ],
      };
    case 'resubmit':
      return {
        ...common,
        ...(right ? { items: [{ address: 'pages/index/index', tag: `tag ${pick}` }] } : {}),
        ...(flag ? { template: 43 } : {}),
      };
    case 'freeze':
      return { ...common, ...[{ for: '30m' }, { for: '2d' }, { until: 0 }, {}][pick % 4] };
    case 'unfreeze':
      return { ...common, override: flag };
    default:
      return common;
  }
}

/** What the status offers is taken as it stands. */
function offered(driver: Driver, pick: number): void {
  const { allowed } = driver.status;
  const command = allowed[pick % Math.max(1, allowed.length)];
  if (command === undefined) return;
  // Endings come by themselves and less often.
  if (['abort', 'giveUp', 'rollback'].includes(command.verb) && pick > 2) return;
  const { verb, json } = command;
  const steered = driver.signal(verb as Verb, json);
  const told = typeof steered === 'string' ? steered : steered.message;
  const taken = typeof steered !== 'string' && steered.accepted;
  check(taken, () => `${verb} ${JSON.stringify(json)} was offered and is refused: ${told}`);
}

function trouble({ wechat, clock }: Driver, what: 'unreadable' | 'unauthorised', ms: number): void {
  const set = (good: boolean) => {
    if (what === 'unreadable') wechat.readable = good;
    else wechat.authorised = good;
  };
  set(false);
  // An authorization comes back when a person has been told: see mend.ts.
  if (what === 'unreadable') clock.after(ms, () => set(true));
}

function press({ wechat, now }: Driver, button: Button, percentage: number): void {
  switch (button) {
    case 'advanceTo':
      wechat.advanceTo(Math.max(percentage, wechat.gray.percentage));
      return;
    case 'finish':
      if (wechat.gray.status === 'running') wechat.finish(now);
      return;
    case 'rollBack':
      wechat.rollBack(now);
      return;
    case 'releaseOther':
      wechat.releaseOther('2.0.0', now);
      return;
    case 'submitOther':
      // One audit slot per app.
      if (!wechat.auditOpen) wechat.submitOther(now);
      return;
    case 'submitOurs':
      if (!wechat.auditOpen && wechat.trial?.version === OURS) wechat.submitOther(now, OURS);
      return;
    case 'uploadOther':
      wechat.upload('8.8.8', now);
      return;
    case 'uploadOurs':
      wechat.upload(OURS, now);
      return;
    case 'beginStaged':
      wechat.beginStaged(percentage, now);
      return;
    case 'publishApproved':
      wechat.publishApproved(now);
      return;
    default:
      wechat[button]();
  }
}
