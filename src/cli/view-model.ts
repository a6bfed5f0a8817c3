/** What is shown of a release, decided here without a terminal: printers only align and colour. */
import { VERBS } from '../domain/commands.js';
import type { AllowedCommand, MetricStatus, Outcome, PauseReason, ReleaseStatus } from '../domain/status.js';
import { bakeRow, stageRow } from './stage-rows.js';
import { VERB_COMMANDS } from './verb-table.js';
import type { CommandRow, HealthRow, ReleaseView, Row, Tone } from './view.js';
import { ago, brief, moment, safe, shellWord, until } from './words.js';

const OUTCOME_TONE: Record<Outcome, Tone> = {
  released: 'good',
  reverted: 'bad',
  rolledBack: 'bad',
  rejected: 'bad',
  aborted: 'bad',
  failed: 'bad',
};

/** The view at `now`, milliseconds since the epoch; lengths count down from the status' own moments. */
export function viewOf(status: ReleaseStatus, now: number): ReleaseView {
  const standing = standingOf(status);
  return {
    header: headerRows(status, standing, now),
    stages: [...status.stages.map((stage) => stageRow(stage, status, now)), bakeRow(status, now)],
    health: status.health.map((metric) => healthRow(metric, now)),
    outlook: outlookRows(status, now),
    notices: status.notices.map(safe),
    commands: status.allowed.map((command) => commandRow(command, status.app)),
    headline: { tone: standing.tone, text: `${safe(status.app)} ${safe(status.version)}: ${standing.text}` },
  };
}

interface Standing {
  tone: Tone;
  text: string;
}

function standingOf({ outcome, attention, paused, phase }: ReleaseStatus): Standing {
  if (outcome !== null) return { tone: OUTCOME_TONE[outcome], text: outcome };
  if (attention !== null) return { tone: 'warn', text: `${phase}, a person must look` };
  if (paused.length > 0) return { tone: 'paused', text: `${phase}, paused` };
  return { tone: 'busy', text: phase };
}

function headerRows(status: ReleaseStatus, standing: Standing, now: number): Row[] {
  const { attention, description, outcome } = status;
  const rows: Row[] = [
    { key: 'App', text: safe(status.app) },
    { key: 'Version', text: [status.version, description].filter(Boolean).map(safe).join('  ') },
    { key: outcome === null ? 'Phase' : 'Outcome', text: standing.text, tone: standing.tone },
  ];
  if (status.reason !== '' && status.reason !== attention?.reason)
    rows.push({ key: 'Reason', text: safe(status.reason) });
  if (attention !== null)
    rows.push(
      { key: 'Attention', text: `${safe(attention.reason)} (${ago(attention.since, now)})`, tone: 'warn' },
      { key: 'What to do', text: safe(attention.remedy) },
    );
  for (const pause of status.paused)
    rows.push({ key: 'Paused', text: pauseText(pause, now), tone: 'paused' });
  rows.push({ key: 'Now', text: `${status.percentage} % of users` });
  if (status.previousVersion !== null)
    rows.push({ key: 'Previous version', text: safe(status.previousVersion) });
  rows.push({ key: 'Audit', text: auditText(status, now) });
  if (status.platformDeadline !== null && outcome === null)
    rows.push({
      key: 'Platform deadline',
      text: `${until(status.platformDeadline.finishesAt, now)}; acted on ${brief(status.platformDeadline.finishesAt - status.platformDeadline.actsAt)} before`,
    });
  const took = status.closedAt === null ? '' : `, took ${brief(status.closedAt - status.startedAt)}`;
  rows.push({ key: 'Started', text: `${moment(status.startedAt)}${took}` });
  return rows;
}

function pauseText({ kind, metric, by, reason, at }: PauseReason, now: number): string {
  const who = kind === 'metric' ? `by metric ${safe(metric ?? '')}` : `by ${safe(by)}`;
  return `${who}, ${ago(at, now)}: ${safe(reason)}`;
}

function auditText({ audit, outcome }: ReleaseStatus, now: number): string {
  if (audit.state === 'none') return 'not submitted';
  const id = audit.auditId === null ? '' : ` (${audit.auditId})`;
  const running = audit.state === 'auditing' || audit.state === 'delayed';
  const since = running && audit.submittedAt !== null ? `, submitted ${ago(audit.submittedAt, now)}` : '';
  const due =
    running && outcome === null && audit.overdueAt !== null ? `, due ${until(audit.overdueAt, now)}` : '';
  const reason = audit.reason === '' ? '' : `: ${safe(audit.reason)}`;
  return `${audit.state}${id}${since}${due}${reason}`;
}

function healthRow(metric: MetricStatus, now: number): HealthRow {
  const { name, verdict, value, at, message } = metric;
  const tone: Tone =
    verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : verdict === null ? 'idle' : 'warn';
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
    verdict: verdict ?? (metric.active ? 'not measured yet' : 'not active'),
    value: value === null ? '' : String(value),
    note: [said, ...counts, asked].filter(Boolean).join(', '),
  };
}

function withoutName(message: string, name: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}

function outlookRows({ next, wayBack, outcome }: ReleaseStatus, now: number): Row[] {
  const way: Row = { key: 'Way back', text: safe(wayBack.text) };
  if (outcome !== null) return outcome === 'released' ? [way] : [];
  const when = next.at === null || next.at - now < 1000 ? '' : `, ${until(next.at, now)}`;
  return [{ key: 'Next', text: `${safe(next.what)}${when}` }, way];
}

function commandRow({ verb, json, does }: AllowedCommand, app: string): CommandRow {
  const known = VERBS.find((name) => name === verb);
  const { name, summary } = known === undefined ? { name: verb, summary: does } : VERB_COMMANDS[known];
  const words = ['weapp-rollout', name, shellWord(app)];
  if (json.expect !== undefined) words.push('--expect', String(json.expect));
  if (typeof json.metric === 'string') words.push('--metric', shellWord(json.metric));
  return { line: [...words, '--reason', '"why"'].join(' '), does: summary };
}
