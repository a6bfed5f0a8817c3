/** Shows a release: Current Details for the Web UI, search attributes for lists. Only changes cost an event. */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { currentDetails } from '../domain/details.js';
import type { ReleaseStatus } from '../domain/status.js';
import { SEARCH_KEYS, searchValues } from './search-attributes.js';

export class Publisher {
  private shown: Record<string, unknown> = { ReleaseOutcome: null };

  constructor(private readonly withSearchAttributes: boolean) {}

  show(status: ReleaseStatus): void {
    setCurrentDetails(currentDetails(status, Date.now()));
    if (!this.withSearchAttributes) return;
    const values = searchValues(status);
    const changed = SEARCH_KEYS.filter((key) => values[key.name] !== this.shown[key.name]);
    this.shown = values;
    if (changed.length > 0)
      upsertSearchAttributes(
        changed.map((key) => ({ key, value: values[key.name] ?? null }) as SearchAttributeUpdatePair),
      );
  }
}
