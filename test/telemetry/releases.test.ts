/** Releases as a scrape reads them, on a visibility that answers, refuses, or is silent. */
import { ServiceError } from '@temporalio/client';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { collectReleases } from '../../src/telemetry/collect-releases.js';
import type { CountingClient } from '../../src/telemetry/releases.js';

/** A visibility that counts by a word of the query. */
function visibility(numbers: Record<string, number>) {
  const state = { asked: [] as string[], numbers, fault: null as Error | null, at: 0 };
  const client: CountingClient = {
    withDeadline: (_deadline, ask) => ask(),
    workflow: {
      async count(query) {
        state.asked.push(query);
        if (state.fault !== null) throw state.fault;
        const found = Object.entries(state.numbers).find(([part]) => query.includes(part));
        return { count: found?.[1] ?? 0, groups: [] };
      },
    },
  };
  const registry = new Registry();
  const notes: string[] = [];
  collectReleases(registry, client, { note: (text) => notes.push(text), now: () => state.at });
  return { state, notes, scrape: () => registry.metrics() };
}

function refusal(code: number): ServiceError {
  const cause = Object.assign(new Error('no'), { code, details: 'no', metadata: {} });
  return new ServiceError('Failed to count workflows', { cause });
}
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;

const NUMBERS = {
  "ReleasePhase = 'rolling'": 3,
  'ReleasePaused = true': 2,
  'ReleaseAttention = true': 1,
  "ReleaseOutcome = 'released'": 40,
  'ReleaseOutcome IS NULL': 5,
  'ReleasePhase IS NULL': 7,
};

describe('releases', () => {
  it('are counted by phase and outcome, zeros included', async () => {
    const text = await visibility(NUMBERS).scrape();
    for (const line of [
      'weapp_rollout_releases{phase="rolling"} 3',
      'weapp_rollout_releases{phase="preparing"} 0',
      'weapp_rollout_releases{phase="unknown"} 7',
      'weapp_rollout_releases_paused 2',
      'weapp_rollout_releases_attention 1',
      'weapp_rollout_releases_closed{outcome="released"} 40',
      'weapp_rollout_releases_closed{outcome="rolledBack"} 0',
      'weapp_rollout_releases_closed{outcome="none"} 5',
      'weapp_rollout_visibility_errors_total{reason="unavailable"} 0',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toContain('phase="closed"');
  });

  it('are counted once for several scrapes, and again after fifteen seconds', async () => {
    const { state, scrape } = visibility(NUMBERS);
    await Promise.all([scrape(), scrape()]);
    const { length } = state.asked;
    state.at = 14_999;
    await scrape();
    expect(state.asked).toHaveLength(length);
    state.at = 15_000;
    await scrape();
    expect(state.asked).toHaveLength(2 * length);
  });

  it('do not hold a scrape for longer than the limit', async () => {
    const registry = new Registry();
    const silent = new Promise<never>(() => {});
    const client: CountingClient = {
      withDeadline: (_deadline, ask) => ask(),
      workflow: { count: () => silent },
    };
    collectReleases(registry, client, { limitMs: 10 });
    expect(await registry.metrics()).toContain(
      'weapp_rollout_visibility_errors_total{reason="unavailable"} 1',
    );
  });

  it.each([
    [INVALID_ARGUMENT, 'unregistered', 'has not the search attributes'],
    [DEADLINE_EXCEEDED, 'unavailable', 'did not answer in time'],
  ])(
    'are absent and not zero after gRPC’s %d, which is counted and said once',
    async (code, reason, said) => {
      const { state, notes, scrape } = visibility(NUMBERS);
      await scrape();
      state.fault = refusal(code);
      for (const at of [20_000, 40_000]) {
        state.at = at;
        const text = await scrape();
        expect(text).not.toMatch(/^weapp_rollout_releases/m);
        expect(text).toContain(`weapp_rollout_visibility_errors_total{reason="${reason}"} ${at / 20_000}`);
      }
      expect(notes).toEqual([expect.stringContaining(said)]);
      state.fault = null;
      state.at = 60_000;
      expect(await scrape()).toContain('weapp_rollout_releases{phase="rolling"} 3');
      expect(notes.at(-1)).toBe('metrics: releases are counted again');
    },
  );
});
