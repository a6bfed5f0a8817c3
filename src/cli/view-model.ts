/** What is shown of a release, decided here without a terminal: printers only align and colour. */
import { afterwards, theirsText } from '../domain/back-story.js';
import { PLATFORM_WARNING_MS } from '../domain/plan.js';
import { readable } from '../domain/readable.js';
import type { MetricStatus, Outcome, ReleaseStatus } from '../domain/status.js';
import { isReasonTold, nextAt } from '../domain/told.js';
import { percentText } from '../domain/unproven.js';
import type { Aside } from '../releases/read.js';
import { commandRows } from './command-rows.js';
import { bakeRow, stageRow } from './stage-rows.js';
import { storyRows } from './story-rows.js';
import { spelled } from './verb-table.js';
import { type HealthRow, NO_ASIDE, type ReleaseView, type Row, type Tone } from './view.js';
import { attentionRows, waitingRows, windowRow } from './waiting-rows.js';
import { ago, brief, moment, safe, until } from './words.js';

const OUTCOME_TONE: Record<Outcome, Tone> = {
  released: 'good',
  reverted: 'bad',
  rolledBack: 'bad',
  rejected: 'bad',
  aborted: 'bad',
  failed: 'bad',
};

/** The view at `now`, milliseconds since the epoch; lengths count down from the status' own moments. */
export function viewOf(status: ReleaseStatus, now: number, aside: Aside = NO_ASIDE): ReleaseView {
  const standing = standingOf(status);
  const waiting = waitingRows(status, now);
  const ladder = status.stages.map((stage) => stageRow(stage, status, now));
  return {
    header: [
      ...identityRows(status, standing),
      ...causeRows(status, waiting.rows, aside, now),
      ...factRows(status, aside, now),
    ],
    stages: ladder.length === 0 ? [] : [...ladder, bakeRow(status, now)],
    health: status.health.map((metric) => healthRow(metric, now)),
    outlook: outlookRows(status, now),
    notices: status.notices.map(safe),
    commands: commandRows(status, new Set(waiting.verbs)),
    headline: { tone: standing.tone, text: `${safe(status.app)} ${versionText(status)}: ${standing.text}` },
  };
}

interface Standing {
  tone: Tone;
  text: string;
}

function standingOf(status: ReleaseStatus): Standing {
  const { outcome, attention, paused, phase, gate, freeze, audit, stages } = status;
  if (outcome !== null) return { tone: OUTCOME_TONE[outcome], text: outcome };
  if (attention !== null) return { tone: 'warn', text: `${phase}, a person must look` };
  if (paused.length > 0) return { tone: 'paused', text: `${phase}, paused` };
  if (gate !== null) return { tone: 'paused', text: `${phase}, waits for approval` };
  if (audit.state === 'rejected') return { tone: 'bad', text: `${phase}, rejected: waits for resubmit` };
  if (stages.some(({ state }) => state === 'holding')) return { tone: 'paused', text: `${phase}, holds` };
  if (freeze !== null) return { tone: 'paused', text: `${phase}, frozen` };
  return { tone: phase === 'reverting' ? 'bad' : 'busy', text: phase };
}

/** `1.4.0`; of a rollback also what it goes back to. */
function versionText({ kind, version, previousVersion }: ReleaseStatus): string {
  return kind === 'rollback' ? `${safe(version)} → ${safe(previousVersion ?? '')}` : safe(version);
}

function identityRows(status: ReleaseStatus, standing: Standing): Row[] {
  const { app, kind, description, outcome } = status;
  const rollback = kind === 'rollback';
  const version = versionText(status);
  return [
    { key: 'App', text: safe(app) },
    rollback
      ? { key: 'Rollback', text: version }
      : { key: 'Version', text: [version, safe(description)].filter(Boolean).join('  ') },
    { key: outcome === null ? 'Phase' : 'Outcome', text: standing.text, tone: standing.tone },
  ];
}

/** Why it stands where it stands, or why it went back; each cause once, the most urgent first. */
function causeRows(status: ReleaseStatus, waiting: Row[], aside: Aside, now: number): Row[] {
  return [
    ...attentionRows(status, now),
    ...storyRows(status, now),
    ...waiting,
    ...(isReasonTold(status) ? [] : [{ key: 'Reason', text: safe(readable(status.reason)) }]),
    ...afterRows(status),
    ...tryingRows(aside, now),
  ];
}

function afterRows(status: ReleaseStatus): Row[] {
  const text = afterwards(status);
  return text === null ? [] : [{ key: 'What to do', text: safe(text) }];
}

function tryingRows({ trying }: Aside, now: number): Row[] {
  if (trying === null) return [];
  const { what, attempt, why, nextAt } = trying;
  const next = nextAt === null ? '' : ` ${until(nextAt, now)}`;
  return [
    {
      key: 'Trying',
      text: `${safe(what)}, attempt ${attempt}${next}; the last one: ${safe(why)}`,
      tone: 'busy',
    },
  ];
}

function factRows(status: ReleaseStatus, { zone }: Aside, now: number): Row[] {
  const { startedAt, startedBy, closedAt, outcome } = status;
  const by = startedBy === undefined ? '' : ` by ${safe(startedBy)}`;
  const took = closedAt === null ? '' : `, took ${brief(closedAt - startedAt)}`;
  const told = outcome === 'reverted' || outcome === 'rolledBack' || status.phase === 'reverting';
  return [
    ...(told ? [] : [{ key: 'Now', text: usersText(status) }]),
    ...(status.kind === 'rollback' ? [] : [{ key: 'Audit', text: auditText(status, now) }]),
    ...windowRow(status, zone, now),
    ...deadlineRows(status, now),
    { key: 'Started', text: `${moment(startedAt)}${by}${took}` },
  ];
}

function usersText({ kind, version, percentage, perhaps, previousVersion, theirs }: ReleaseStatus): string {
  if (theirs) return `${percentage} % of users; in its place ${safe(theirsText(theirs))}`;
  // Of a rollback the version before is the one to come; WeChat had all users on the other one.
  if (kind === 'rollback') return `${safe(version)}, ${percentage} % of users`;
  const users = `${percentText(percentage, perhaps)} of users`;
  if (previousVersion === null) return users;
  const before = safe(previousVersion);
  if (percentage === 100) return `100 % of users; they had ${before} before`;
  return `${users}; the others have ${before}`;
}

/** From the platform's own warning on it is shown as one. */
function deadlineRows({ platformDeadline, outcome, version }: ReleaseStatus, now: number): Row[] {
  if (platformDeadline === null || outcome !== null) return [];
  const { finishesAt, actsAt } = platformDeadline;
  const near = finishesAt - now <= PLATFORM_WARNING_MS;
  const then = near ? `: WeChat then gives ${safe(version)} to everyone by itself` : '';
  const text = `${until(finishesAt, now)}${then}; acted on ${brief(finishesAt - actsAt)} before`;
  return [{ key: 'Platform deadline', text, ...(near ? { tone: 'warn' as const } : {}) }];
}

function auditText({ audit, outcome }: ReleaseStatus, now: number): string {
  if (audit.state === 'none') return 'not submitted';
  const id = audit.auditId === null ? '' : ` (${audit.auditId})`;
  const running = audit.state === 'auditing' || audit.state === 'delayed';
  const since = running && audit.submittedAt !== null ? `, submitted ${ago(audit.submittedAt, now)}` : '';
  const due =
    running && outcome === null && audit.overdueAt !== null ? `, due ${until(audit.overdueAt, now)}` : '';
  // While a rejection is waited on it has a row of its own.
  const reason =
    audit.reason === '' || (audit.state === 'rejected' && outcome === null)
      ? ''
      : `: ${safe(readable(audit.reason))}`;
  return `${audit.state}${id}${since}${due}${reason}`;
}

function healthRow(metric: MetricStatus, now: number): HealthRow {
  const { name, verdict, value, at, message } = metric;
  const tone: Tone =
    verdict === 'pass'
      ? 'good'
      : verdict === null || metric.dryRun
        ? 'idle'
        : verdict === 'fail'
          ? 'bad'
          : 'warn';
  const counts = [
    metric.failures > 0 ? `failures ${metric.failures}` : '',
    metric.inconclusive > 0 ? `inconclusive ${metric.inconclusive}` : '',
    metric.consecutiveErrors > 0 ? `errors in a row ${metric.consecutiveErrors}` : '',
  ];
  const said = verdict === 'pass' || message === '' ? '' : safe(withoutName(message, name));
  const asked = at === null ? '' : ago(at, now);
  return {
    tone,
    name: safe(name),
    verdict: `${verdict ?? (metric.active ? 'not measured yet' : 'not active')}${metric.dryRun ? ' (dry run)' : ''}`,
    value: value === null ? '' : String(value),
    note: [said, ...counts, asked].filter(Boolean).join(', '),
  };
}

function withoutName(message: string, name: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}

function outlookRows(status: ReleaseStatus, now: number): Row[] {
  const { next, wayBack, outcome, attention } = status;
  const way: Row = { key: 'Way back', text: safe(spelled(wayBack.text)) };
  if (outcome !== null) return outcome === 'released' ? [way] : [];
  if (next.what === attention?.remedy) return [way];
  const at = nextAt(status);
  const when = at === null || at - now < 1000 ? '' : `, ${until(at, now)}`;
  return [{ key: 'Next', text: `${safe(next.what)}${when}` }, way];
}
