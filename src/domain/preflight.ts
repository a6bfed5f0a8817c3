/** What must hold before anything is spent. The same rules serve `check` and the start of a release. */
import type { AuditItem, ReleasePlan } from './plan.js';
import { type AuditReading, type Baseline, isAuditOpen, isGrayOpen } from './readings.js';

/** `refuse`: the release must not begin. `hint`: a person should know. */
export interface Finding {
  level: 'refuse' | 'hint' | 'ok';
  /** What was looked at, e.g. `gray plan`. */
  subject: string;
  text: string;
}

/** Whether a start would go on with these. */
export function mayStart(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== 'refuse');
}

/** The audit that holds the app's one slot before ours is submitted; null when it is free. */
export function foreignAudit({ latestAudit }: Baseline): AuditReading | null {
  return latestAudit !== null && isAuditOpen(latestAudit.status) ? latestAudit : null;
}

export interface Category {
  first_class: string;
  second_class: string;
  third_class?: string | undefined;
  first_id: number;
  second_id: number;
  third_id?: number | undefined;
}

/** The findings for a plan against what WeChat has now; refusals are those with level `refuse`. */
export function preflight(plan: ReleasePlan, baseline: Baseline): Finding[] {
  return [
    onlineFinding(plan, baseline),
    grayFinding(baseline),
    auditFinding(plan, baseline),
    sourceFinding(plan, baseline),
    quotaFinding(plan, baseline),
    wayBackFinding(baseline),
  ];
}

function onlineFinding(plan: ReleasePlan, { online }: Baseline): Finding {
  const subject = 'online version';
  if (online === null)
    return plan.rollout.firstRelease === 'full'
      ? {
          level: 'hint',
          subject,
          text: 'nothing is online: the first release goes to everyone at once and has no way back',
        }
      : {
          level: 'refuse',
          subject,
          text: 'nothing is online: WeChat refuses a staged release (85079) and there would be no way back; `rollout.firstRelease: full` releases to everyone at once',
        };
  if (online.version === plan.version)
    return {
      level: 'refuse',
      subject,
      text: `${plan.version} is online already; a release needs a version of its own to be told apart`,
    };
  return { level: 'ok', subject, text: online.version };
}

function grayFinding({ grayPlan }: Baseline): Finding {
  const subject = 'gray plan';
  return isGrayOpen(grayPlan.status)
    ? {
        level: 'refuse',
        subject,
        text: `a staged release is ${grayPlan.status} at ${grayPlan.percentage} %; finish or cancel it in the console first`,
      }
    : { level: 'ok', subject, text: 'none is running' };
}

function auditFinding(plan: ReleasePlan, { latestAudit }: Baseline): Finding {
  const subject = 'audit';
  if (latestAudit !== null && isAuditOpen(latestAudit.status))
    return {
      level: plan.audit.onForeignAudit === 'refuse' || plan.source === 'approved' ? 'refuse' : 'hint',
      subject,
      text: `audit ${latestAudit.auditId} of version ${latestAudit.version ?? 'unknown'} is ${latestAudit.status}; there is one slot per app: wait for it or withdraw it`,
    };
  return { level: 'ok', subject, text: 'the slot is free' };
}

/** What the plan builds on must be there: a trial version, or an audit that passed. */
function sourceFinding(plan: ReleasePlan, { trial, latestAudit }: Baseline): Finding {
  const subject = 'source';
  switch (plan.source) {
    case 'template':
      return { level: 'ok', subject, text: `template ${plan.template}` };
    case 'uploaded':
      return trial?.version === plan.version
        ? { level: 'ok', subject, text: `${plan.version} is the trial version` }
        : {
            level: 'refuse',
            subject,
            text: `the trial version is ${trial?.version ?? 'none'}, not ${plan.version}; upload it, or use source: template`,
          };
    case 'approved':
      return latestAudit?.status === 'approved' && latestAudit.version === plan.version
        ? { level: 'ok', subject, text: `audit ${latestAudit.auditId} of ${plan.version} passed` }
        : {
            level: 'refuse',
            subject,
            text: `the latest audit is ${latestAudit === null ? 'none' : `${latestAudit.auditId} of ${latestAudit.version ?? 'unknown'}, ${latestAudit.status}`}; source: approved needs one of ${plan.version} that passed`,
          };
  }
}

function quotaFinding({ source }: ReleasePlan, { quota }: Baseline): Finding {
  const subject = 'audit quota';
  if (source === 'approved') return { level: 'ok', subject, text: 'not needed: no audit is submitted' };
  if (quota === null) return { level: 'hint', subject, text: 'WeChat does not say how many audits are left' };
  const text = `${quota.rest} of ${quota.limit} audits left this month`;
  // All four numbers can be 0 while submitting works, so 0 of 0 refuses nothing.
  if (quota.limit > 0 && quota.rest === 0)
    return { level: 'refuse', subject, text: `${text}: submitting would be refused (85085)` };
  return { level: quota.limit > 0 && quota.rest <= 5 ? 'hint' : 'ok', subject, text };
}

function wayBackFinding({ online, history, grayPlan }: Baseline): Finding {
  const subject = 'way back';
  if (online === null) return { level: 'hint', subject, text: 'none: nothing is online to go back to' };
  const ladder = 'during the ladder by revertgrayrelease';
  // Only versions released through the platform are listed; whether the online one is, before another follows it, is not documented.
  if (history.length === 0)
    return {
      level: 'hint',
      subject,
      text: `${ladder}; after 100 % perhaps not at all: WeChat's history lists nothing to go back to`,
    };
  // Console help of 2017: not while a cancelled staged release lies between the two versions.
  if (grayPlan.status === 'deleted' && grayPlan.createdSec > online.timeSec)
    return {
      level: 'hint',
      subject,
      text: `${ladder}; after 100 % perhaps not at all: a staged release was cancelled since ${online.version} went online, and then WeChat may refuse (87012); let a last stage below 100 % soak long`,
    };
  return { level: 'ok', subject, text: `${ladder}; after 100 % by revertcoderelease to ${online.version}` };
}

/** Audit items that WeChat would refuse (85007, 85008), against get_page and get_category. Empty when all fit. */
export function itemProblems(items: AuditItem[], pages: string[], categories: Category[]): string[] {
  return items.flatMap((item, index) => {
    const at = `audit.items[${index}]`;
    const problems: string[] = [];
    // A page may be named with a query.
    if (item.address !== undefined && !pages.includes(item.address.replace(/^\//, '').replace(/\?.*$/, '')))
      problems.push(
        `${at}.address: the version has no page ${item.address}; it has ${pages.slice(0, 10).join(', ')}`,
      );
    const fits = (category: Category) =>
      (item.first_id === undefined || item.first_id === category.first_id) &&
      (item.second_id === undefined || item.second_id === category.second_id) &&
      // A category of two classes is often sent with an empty third.
      (!item.third_id || item.third_id === category.third_id) &&
      (item.first_class === undefined || item.first_class === category.first_class) &&
      (item.second_class === undefined || item.second_class === category.second_class) &&
      (!item.third_class || item.third_class === category.third_class);
    if (!categories.some(fits)) {
      const known = categories.map(
        (c) => `${c.first_class}/${c.second_class} (${c.first_id}/${c.second_id})`,
      );
      problems.push(
        `${at}: the app has no category ${item.first_class}/${item.second_class} (${item.first_id}/${item.second_id}); it has ${known.slice(0, 10).join(', ')}`,
      );
    }
    return problems;
  });
}
