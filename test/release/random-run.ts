/** Runs the scenarios of a seed and says which rules did not hold, with all that is needed to run one again alone. */
import { replayErrors } from './random-history.js';
import { violations } from './random-rules.js';
import { draw } from './random-scenarios.js';
import { type Played, playAll } from './random-world.js';

export interface Batch {
  seed: number;
  runs: number;
  /** Faults that take minutes to settle are drawn too, and workers come and go. */
  patient: boolean;
}

/** `RUNS` and `ONLY` of the environment go before what is given. */
export async function violationsOf({ seed, patient, ...given }: Batch): Promise<string[]> {
  const { RUNS, ONLY } = process.env;
  const all = [...draw(seed, Number(RUNS ?? given.runs), patient).entries()];
  const chosen = all.filter(([index]) => ONLY === undefined || index === Number(ONLY));
  const played = await playAll(
    chosen.map(([, scenario]) => scenario),
    { restarts: patient },
  );
  const recorded = played.flatMap((one) => (one instanceof Error ? [] : one.histories));
  const errors = await replayErrors(recorded);
  return played.flatMap((one, position) => {
    const [index, scenario] = chosen[position] ?? [];
    const broken = one instanceof Error ? [String(one.stack)] : [...violations(one), ...unlike(one, errors)];
    if (broken.length === 0) return [];
    const again = `SEED=${seed} RUNS=${all.length} ONLY=${index}`;
    return [`${again}: ${broken.join('\n  ')}\n  ${JSON.stringify(scenario)}`];
  });
}

/** What is decided once is decided again in a replay: on another worker, after a restart. */
function unlike({ histories }: Played, errors: Map<string, string>): string[] {
  return histories.flatMap(({ workflowId }) => errors.get(workflowId) ?? []);
}
