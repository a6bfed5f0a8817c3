import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take minutes, most of them waiting: begun last, they would make the whole run wait for them. */
const LONG = [
  'release/faults',
  'release/random',
  'release/storm',
  'crash/worker-killed',
  'release/asked-early',
  'crash/temporal-killed',
  'domain/model',
  'cli/flow',
  'release/rollback',
  'release/ladder',
  'release/sources',
  'release/hotfix',
  'release/platform',
  'release/attention',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const index = LONG.findIndex((part) => moduleId.includes(`/test/${part}`));
  return index === -1 ? LONG.length : index;
};

/** Long files first, the others in Vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
