/** What a simulation is printed as: its lines, its end, and the whole as JSON. */
import { formatDuration } from '../domain/duration.js';
import type { Feed } from '../simulate/feeds.js';
import type { Simulated } from '../simulate/run.js';
import type { Scenario, ScenarioEvent } from '../simulate/scenario.js';
import { clockText } from '../simulate/start.js';
import type { LedgerEffect } from '../simulator/state/ledger.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { align, type Colors } from './render.js';
import type { TimelineEvent } from './simulation-log.js';
import { spelled } from './verb-table.js';
import { ICONS } from './view.js';
import { brief, safe } from './words.js';

/** A simulation and what it was made of. */
export interface Played {
  simulated: Simulated;
  scenario: Scenario;
  events: TimelineEvent[];
  /** What is not as the plan has it. */
  notes: string[];
  timezone: string;
}

const MARKS: Record<TimelineEvent['kind'], string> = {
  release: ' ',
  verdict: ' ',
  scenario: '▸',
  fault: '↯',
  wechat: ' ',
};

/** One line of the timeline. What the scenario does is marked. */
export function renderEvent({ at, kind, text }: TimelineEvent, timezone: string, colors: Colors): string {
  const line = `${MARKS[kind]} ${text}`;
  const shown = kind === 'scenario' ? colors.cyan(line) : kind === 'fault' ? colors.yellow(line) : line;
  return `${colors.dim(clockText(at, timezone))} ${shown}`.trimEnd();
}

/** How the plan's metrics are fed. */
export function notesOf(feeds: readonly Feed[], hasWorld: boolean): string[] {
  return feeds.map(({ metric, series, ofWorld, first }) => {
    const name = `metric ${safe(metric.name)}`;
    if (first === null) return `${name} is read from ${series?.value ?? ''} of the world file`;
    const samples = first.samples === null ? '' : ` of ${first.samples} samples`;
    const shows = `shows ${first.value}${samples} from the beginning`;
    if (series === null) return `${name} is pushed by the simulation; it ${shows}`;
    if (hasWorld && !ofWorld)
      return `${name}: the world file has no series that its query names alone, so it ${shows}; a world's series answers plain selectors such as launches{app="…",version="…"}`;
    return `${name} ${shows}`;
  });
}

/** The code that a simulation ends with: that of the release, as far as it came. */
export function exitOf({ end, status }: Pick<Simulated, 'end' | 'status'>): ExitCode {
  const code = exitCodeOf(status);
  return end === 'timeUp' && code === EXIT.ok ? EXIT.tool : end === 'waits' ? EXIT.waiting : code;
}

/** What came of it, in a few lines. */
export function renderEnd({ simulated, scenario, timezone }: Played, colors: Colors): string[] {
  const { status, ledger, startedAt, endedAt, tookMs, historyEvents, unplayed } = simulated;
  const { icon, title, paint } = standing(simulated, colors);
  const headline = `${icon} ${title}, ${status.percentage} % of users have ${safe(status.version)}`;
  return [
    paint(headline),
    `  ${safe(status.reason)}`,
    ...(status.outcome === null ? [`  ${safe(spelled(status.attention?.remedy ?? status.next.what))}`] : []),
    '',
    "effects, as the simulated WeChat's ledger has them",
    ...align(ledger.effects.map((effect) => ['', clockText(effect.at, timezone), effectName(effect)])),
    ...doubled(ledger.effects).map((text) => colors.yellow(`${ICONS.warn} ${text}`)),
    ...unplayed.map((index) => `not played: events[${index}], ${whenText(scenario.events[index])}`),
    '',
    `simulated ${brief(endedAt - startedAt)} in ${(tookMs / 1_000).toFixed(1)} s; the release's history has ${historyEvents} events`,
  ];
}

function standing(simulated: Simulated, colors: Colors) {
  const { outcome } = simulated.status;
  if (outcome === 'released') return { icon: ICONS.good, title: outcome, paint: colors.green };
  if (outcome !== null) return { icon: ICONS.bad, title: outcome, paint: colors.red };
  const after = brief(simulated.endedAt - simulated.startedAt);
  const waits = exitOf(simulated) === EXIT.waiting;
  const title = waits ? `waits for a person after ${after}` : `goes on after ${after}`;
  return { icon: ICONS.warn, title, paint: colors.yellow };
}

function effectName({ endpoint, percentage }: LedgerEffect): string {
  return percentage === undefined ? endpoint : `${endpoint} ${percentage} %`;
}

/** Effects that WeChat applied more than once: after a resubmission that is right, else it is not. */
function doubled(effects: readonly LedgerEffect[]): string[] {
  const counts = new Map<string, number>();
  for (const effect of effects) counts.set(effectName(effect), (counts.get(effectName(effect)) ?? 0) + 1);
  return [...counts]
    .filter(([, times]) => times > 1)
    .map(([name, times]) => `${name} was applied ${times} times`);
}

function whenText(event: ScenarioEvent | undefined): string {
  if (event === undefined) return '';
  const { when } = event;
  if ('at' in when) return `at ${formatDuration(when.at)}`;
  const after = 'stage' in when.after ? `stage ${when.after.stage}` : when.after.effect;
  return `after ${after}${when.plus > 0 ? ` plus ${formatDuration(when.plus)}` : ''}`;
}

/** Everything, for programs. Moments are milliseconds since the epoch of the simulated time. */
export function simulationJson({ simulated, events, notes, timezone }: Played): Record<string, unknown> {
  const { status, end, ledger, startedAt, endedAt, tookMs, historyEvents, unplayed } = simulated;
  const requests: Record<string, number> = {};
  for (const { endpoint } of ledger.requests) requests[endpoint] = (requests[endpoint] ?? 0) + 1;
  return {
    schemaVersion: 1,
    app: status.app,
    version: status.version,
    outcome: status.outcome,
    end,
    exitCode: exitOf(simulated),
    timezone,
    startedAt,
    endedAt,
    tookMs: Math.round(tookMs),
    historyEvents,
    notes,
    events,
    unplayed,
    ledger: { effects: ledger.effects, events: ledger.events, requests },
    status,
  };
}
