/** What WeChat's ledger may show: percentages that rise, one audit a wish, nobody else's version or plan touched. */
import type { Command } from '../../../src/domain/commands.js';
import type { ReleasePlan } from '../../../src/domain/plan.js';
import type { ReleaseState } from '../../../src/domain/state.js';
import { check } from './check.js';
import type { EffectStep } from './fake-effects.js';
import type { FakeWechat } from './wechat.js';
import type { Write } from './wechat-server.js';

/** What `retry` uploads, or submits, once more, by the step that a person had to look at. */
const UPLOADED: ReadonlySet<string> = new Set(['commit', 'trial', 'foreignAudit']);
const SUBMITTED: ReadonlySet<string> = new Set(['submitAudit', 'withdrawn', 'trial', 'foreignAudit']);

export class LedgerBook {
  private highest = -1;
  /** Users were taken back. */
  private reverted = false;
  /** What people have asked for and was not done yet. */
  private uploads = 1;
  private submissions = 1;
  /** The version that a person chose to go back to. */
  private target: string | null = null;

  constructor(
    private readonly plan: ReleasePlan,
    private readonly wechat: FakeWechat,
  ) {}

  /** A command was taken. A person who says `retry` wishes what failed once more. */
  steered({ verb, template, version, appVersion }: Command, before: ReleaseState): void {
    const { baseline, attention, effects } = before;
    const again = verb === 'retry' ? (attention?.step ?? '') : '';
    const unknown = effects.findLast(({ endpoint }) => endpoint === 'commit')?.result === 'unknown';
    if (
      UPLOADED.has(again) ||
      (verb === 'retry' && unknown) ||
      (verb === 'resubmit' && template !== undefined)
    )
      this.uploads = 1;
    if (SUBMITTED.has(again) || verb === 'resubmit') this.submissions = 1;
    if (verb === 'rollback') {
      const numbered = baseline?.history.find((entry) => entry.appVersion === appVersion)?.version;
      this.target = version ?? numbered ?? this.target;
    }
  }

  /** Somebody took the slot before us, with an upload of theirs: ours is made again once it is free. */
  slotTaken(): void {
    check(this.plan.audit.onForeignAudit !== 'refuse', () => 'forgets its upload, and nobody asked for it');
    this.uploads = 1;
  }

  /** A write that took effect; `asked` is the state that ordered it. */
  wrote({ effect, percentage = 0 }: EffectStep, asked: ReleaseState, write: Write): void {
    const { before } = write;
    switch (effect) {
      case 'commit':
        check(this.uploads > 0, () => 'uploaded once more, and nobody asked for it');
        this.uploads -= 1;
        this.nothingReverted(effect);
        return;
      case 'submitAudit':
        check(this.submissions > 0, () => 'submitted once more, and nobody asked for it');
        this.submissions -= 1;
        this.nothingReverted(effect);
        return;
      case 'withdrawAudit':
        this.withdrew(asked, write);
        return;
      case 'speedupAudit':
        check(this.plan.audit.speedup, () => 'sped up, and the plan does not say so');
        return;
      case 'grayRelease': {
        const served = before.gray.status === 'running' ? before.gray.percentage : -1;
        const highest = Math.max(this.highest, served);
        check(percentage > highest, () => `${percentage} % after ${highest} %`);
        this.highest = percentage;
        const own = before.audit?.auditId === asked.audit.id;
        check(own, () => `staged although audit ${before.audit?.auditId} is not ours`);
        this.nothingReverted(effect);
        return;
      }
      case 'release':
        this.nothingReverted(effect);
        return;
      case 'revertGray': {
        const { status } = before.gray;
        const runs = status === 'running' || status === 'paused';
        check(runs, () => `reverted a staged release that is ${status}`);
        const own = before.grayVersion === this.plan.version;
        check(own, () => `reverted a staged release of ${before.grayVersion}`);
        this.reverted = true;
        return;
      }
      case 'revertCode': {
        const { version = 'nothing' } = before.online ?? {};
        check(version === this.plan.version, () => `rolled back although ${version} is online`);
        const now = this.wechat.online?.version ?? 'nothing';
        // A rollback of its own is started with its target, and knows of no version before.
        const begun = asked.kind === 'rollback' ? asked.target : asked.baseline?.online;
        const target = this.target ?? begun?.version ?? 'nothing';
        check(now === target, () => `rolled back to ${now}, not to ${target}`);
        this.reverted = true;
      }
    }
  }

  private nothingReverted(effect: string): void {
    check(!this.reverted, () => `${effect} after users were taken back`);
  }

  /** Ours only when someone who ended the release said so; another's only where the plan says so. */
  private withdrew(asked: ReleaseState, { before: { audit } }: Write): void {
    const isOurs = audit?.auditId === asked.audit.id;
    if (isOurs) check(asked.ending?.withdrawAudit === true, () => 'withdrew our audit, and nobody said so');
    else
      check(
        this.plan.audit.onForeignAudit === 'withdraw',
        () => `withdrew audit ${audit?.auditId}, not ours`,
      );
  }
}
