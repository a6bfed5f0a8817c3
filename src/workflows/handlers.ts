/** Registers every message of a release over one handler. Signal handlers never throw; validators are synchronous. */
import { ApplicationFailure, log, setHandler, uuid4 } from '@temporalio/workflow';
import { type Command, VERB_EXAMPLE, VERB_HELP, VERBS, type Verb } from '../domain/commands.js';
import { type Parsed, parseCommand, parseHealthReport } from '../domain/parse-command.js';
import type { ReleasePlan } from '../domain/plan.js';
import { report } from '../domain/report.js';
import { ignore, type ReleaseState } from '../domain/state.js';
import type { ReleaseStatus } from '../domain/status.js';
import { misread, refusalOf, steer } from '../domain/steer.js';
import * as messages from './messages.js';

/** How handlers see the release they belong to. */
export interface Steerable {
  plan: ReleasePlan;
  read(): ReleaseState;
  write(state: ReleaseState): void;
  status(): ReleaseStatus;
}

const DEFINITIONS: Record<Verb, [typeof messages.pauseSignal, typeof messages.pauseUpdate]> = {
  pause: [messages.pauseSignal, messages.pauseUpdate],
  resume: [messages.resumeSignal, messages.resumeUpdate],
  promote: [messages.promoteSignal, messages.promoteUpdate],
  approve: [messages.approveSignal, messages.approveUpdate],
  refuse: [messages.refuseSignal, messages.refuseUpdate],
  rollback: [messages.rollbackSignal, messages.rollbackUpdate],
  resubmit: [messages.resubmitSignal, messages.resubmitUpdate],
  freeze: [messages.freezeSignal, messages.freezeUpdate],
  unfreeze: [messages.unfreezeSignal, messages.unfreezeUpdate],
  abort: [messages.abortSignal, messages.abortUpdate],
  retry: [messages.retrySignal, messages.retryUpdate],
  giveUp: [messages.giveUpSignal, messages.giveUpUpdate],
};

function exampleOf(verb: Verb): string {
  return JSON.stringify({ ...VERB_EXAMPLE[verb], by: 'you', reason: 'why' });
}

export function registerHandlers(release: Steerable): void {
  for (const verb of VERBS) registerVerb(release, verb);
  registerReports(release);
  setHandler(messages.statusQuery, release.status, { description: 'The whole status as JSON' });
  setHandler(messages.historyQuery, () => release.read().decisions, {
    description: 'What was decided, by whom, why',
  });
  // No default handler for signals: with one, the SDK throws at a name that begins with __temporal_, and the workflow
  // task then fails for ever. Without one an unknown signal is kept and never read.
}

function registerVerb(release: Steerable, verb: Verb): void {
  const [signal, update] = DEFINITIONS[verb];
  const description = `${VERB_HELP[verb]} JSON: ${exampleOf(verb)}`;
  const parse = (payload: unknown, via: Command['via']): Parsed<Command> =>
    parseCommand(verb, payload, { via, newId: uuid4 });

  setHandler(
    signal,
    (payload?: unknown) => {
      const parsed = parse(payload, 'signal');
      if (!parsed.ok) {
        log.warn(parsed.message);
        return release.write(misread(release.read(), verb, parsed.message, Date.now()));
      }
      const steered = steer(release.read(), release.plan, parsed.value, Date.now());
      if (!steered.accepted) log.warn(`${verb} refused: ${steered.message}`);
      release.write(steered.state);
    },
    { description },
  );

  setHandler(
    update,
    (payload?: unknown) => {
      const parsed = parse(payload, 'update');
      if (parsed.ok) release.write(steer(release.read(), release.plan, parsed.value, Date.now()).state);
      return release.status();
    },
    {
      description,
      validator: (payload?: unknown) => {
        const why = refusalOf(release.read(), release.plan, verb, payload, Date.now());
        if (why !== null) throw ApplicationFailure.nonRetryable(`${verb} refused: ${why}`, 'Refused');
      },
    },
  );
}

function registerReports(release: Steerable): void {
  const description =
    'A pushed measurement. JSON: {"metric": "name", "value": 0.002, "samples": 1200, "at": 1773108000000}; at: when it was measured, ms';
  const take = (payload: unknown) => {
    const parsed = parseHealthReport(payload);
    const state = release.read();
    release.write(
      parsed.ok ? report(state, release.plan, parsed.value, Date.now()) : ignore(state, parsed.message),
    );
  };
  setHandler(messages.healthReportSignal, (payload?: unknown) => take(payload), { description });
  setHandler(
    messages.healthReportUpdate,
    (payload?: unknown) => {
      take(payload);
      return release.status();
    },
    {
      description,
      validator: (payload?: unknown) => {
        const parsed = parseHealthReport(payload);
        if (!parsed.ok) throw ApplicationFailure.nonRetryable(parsed.message, 'Refused');
      },
    },
  );
  setHandler(
    messages.auditResultSignal,
    () => {
      const state = release.read();
      release.write({ ...state, audit: { ...state.audit, pushed: true } });
    },
    { description: 'Wakes a reading of the audit; what it says is not believed' },
  );
}
