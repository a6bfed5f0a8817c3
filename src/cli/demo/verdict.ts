/** Whether the demo went as it should, judged by what the simulated WeChat wrote down and not by what we believe. */
import type { Outcome, ReleaseStatus } from '../../domain/status.js';
import type { LedgerEffect } from '../../simulator/state/ledger.js';

/** One release of the demo after its end. */
export interface Ended {
  app: string;
  version: string;
  outcome: Outcome | null;
  /** Percent of users who have the version now. */
  percentage: number;
  reason: string;
  historyEvents: number;
  effects: { at: number; endpoint: string; percentage?: number }[];
}

/** What the simulated WeChat says of an app. */
export interface Witness {
  effects: Pick<LedgerEffect, 'at' | 'endpoint' | 'percentage'>[];
  /** user_version → percent of users served. */
  serving: Record<string, number>;
  grayCancelled: boolean;
}

/** The release as the summary and `--json` show it; its effects are the ledger's. */
export function endedOf(
  plan: { app: string; version: string },
  status: ReleaseStatus | null,
  historyEvents: number,
  witness: Witness,
): Ended {
  return {
    app: plan.app,
    version: plan.version,
    outcome: status?.outcome ?? null,
    percentage: status?.percentage ?? 0,
    reason: status?.reason ?? 'it did not end',
    historyEvents,
    effects: witness.effects.map(({ at, endpoint, percentage }) => ({
      at,
      endpoint,
      ...(percentage === undefined ? {} : { percentage }),
    })),
  };
}

/** What is wrong with a release that should have ended so; empty when nothing is. */
export function faultsOf(ended: Ended, witness: Witness, expected: 'released' | 'reverted'): string[] {
  const { app, version, outcome } = ended;
  const faults: string[] = [];
  const require = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${app}: ${fault}`);
  };
  require(outcome === expected, `should have ended as ${expected}, ended as ${outcome ?? 'nothing'}`);
  for (const [effect, times] of counted(ended))
    require(times === 1, `${effect} was applied ${times} times instead of once`);
  const ladder = ended.effects.flatMap(({ endpoint, percentage }) =>
    endpoint === 'grayrelease' && percentage !== undefined ? [percentage] : [],
  );
  const served = witness.serving[version] ?? 0;
  if (expected === 'released') {
    require(ladder.join() ===
      '1,10,50,100', `climbed ${ladder.join(' → ')} % instead of 1 → 10 → 50 → 100 %`);
    require(served === 100, `WeChat serves it to ${served} % of users instead of all`);
  } else {
    require(ladder.join() === '1,10', `climbed ${ladder.join(' → ')} % instead of 1 → 10 %`);
    require(ended.effects.at(-1)?.endpoint === 'revertgrayrelease', 'its gray plan was not cancelled last');
    require(witness.grayCancelled && served === 0, `WeChat still serves it to ${served} % of users`);
  }
  return faults;
}

function counted({ effects }: Ended): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { endpoint, percentage } of effects) {
    const key = percentage === undefined ? endpoint : `${endpoint} ${percentage} %`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
