/**
 * Shows a release: Current Details for the Web UI, search attributes for lists, a line in the worker's log for each change
 * of them, and its end for metrics. Only changed search attributes cost an event.
 */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { currentDetails } from '../domain/details.js';
import type { ReleaseStatus } from '../domain/status.js';
import { SEARCH_KEYS, searchValues } from './search-attributes.js';
import { telemetry } from './sinks.js';

export class Publisher {
  private shown: Record<string, unknown> = { ReleaseOutcome: null };

  constructor(private readonly withSearchAttributes: boolean) {}

  show(status: ReleaseStatus): void {
    setCurrentDetails(currentDetails(status, Date.now()));
    const values = searchValues(status);
    const changed = SEARCH_KEYS.filter((key) => values[key.name] !== this.shown[key.name]);
    this.shown = values;
    if (changed.length === 0) return;
    const { version, phase, percentage, outcome, paused, attention, reason } = status;
    log.info(`release ${phase}`, {
      ...{ version, phase, percentage, outcome, reason },
      ...{ paused: paused.length > 0, attention: attention !== null },
    });
    if (this.withSearchAttributes)
      upsertSearchAttributes(
        changed.map((key) => ({ key, value: values[key.name] ?? null }) as SearchAttributeUpdatePair),
      );
  }

  /** The release is over. */
  end({ kind, outcome, durations }: ReleaseStatus): void {
    // A replay says nothing anyway, and one without our sinks would complain.
    if (outcome === null || durations === undefined || workflowInfo().unsafe.isReplaying) return;
    telemetry.closed({ kind, outcome, durations });
  }
}
