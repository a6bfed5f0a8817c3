/** Lint rules about the ladder of percentages. The bounds of a single percentage are checked here too: a plan can reach
 * a worker without having been read from a file. */
import { formatDuration } from '../domain/duration.js';
import { decidingMetrics, type Stage } from '../domain/plan.js';
import type { Finding, Rule } from './lint-rule.js';

const STAGES = ['rollout', 'stages'] as const;

const rising: Rule = {
  name: 'rising-percentages',
  asks: 'Percentages are whole, between 0 and 100, and rise from stage to stage.',
  check: ({ rollout: { stages } }) =>
    stages.flatMap(({ percentage }, index): Finding[] => {
      const finding = {
        severity: 'error',
        path: [...STAGES, index, 'percentage'],
        value: `${percentage}`,
      } as const;
      if (!Number.isInteger(percentage) || percentage < 0 || percentage > 100) {
        return [
          { ...finding, message: 'must be a whole number from 0 to 100', remedy: 'write for example 10' },
        ];
      }
      const before = stages[index - 1]?.percentage;
      if (before === undefined || percentage > before) return [];
      return percentage === 0
        ? [
            {
              ...finding,
              message: 'only the first stage can be 0 % (members only)',
              remedy: 'move it to the top',
            },
          ]
        : [
            {
              ...finding,
              message: `must be above ${before}, the stage before it: WeChat only ever raises a percentage`,
              remedy: 'put the stages in rising order, each percentage once',
            },
          ];
    }),
};

const endsAtAll: Rule = {
  name: 'last-stage-100',
  asks: 'The last stage is 100 %.',
  check: ({ rollout: { stages } }) => {
    const last = stages.at(-1);
    if (last?.percentage === 100) return [];
    return [
      {
        severity: 'error',
        path: last ? [...STAGES, stages.length - 1, 'percentage'] : STAGES,
        ...(last && { value: `${last.percentage}` }),
        message: 'the last stage must be 100: a rollout ends with all users',
        remedy: 'add - { percentage: 100 } at the end, and hold: true before it if a person is to decide',
      },
    ];
  },
};

const lastDoesNotWait: Rule = {
  name: 'last-stage-neither-soaks-nor-holds',
  asks: 'The last stage has neither soak nor hold; the watch after it is `rollout.bake`.',
  check: ({ rollout: { stages } }) => {
    const index = stages.length - 1;
    const last = stages[index];
    const findings: Finding[] = [];
    if (last?.percentage !== 100) return findings;
    if (last.soakMs > 0) {
      findings.push({
        severity: 'error',
        path: [...STAGES, index, 'soak'],
        value: formatDuration(last.soakMs),
        message: 'the last stage does not soak',
        remedy: 'remove it; the watch after 100 % is rollout.bake',
      });
    }
    if (last.hold) {
      findings.push({
        severity: 'error',
        path: [...STAGES, index, 'hold'],
        value: 'true',
        message: 'the last stage cannot hold: nothing comes after it',
        remedy: 'put hold: true on the stage before it',
      });
    }
    return findings;
  },
};

const membersAtZero: Rule = {
  name: 'members-at-0',
  asks: 'A stage of 0 % says which members see it, and no other stage does.',
  check: ({ rollout: { stages } }) =>
    stages.flatMap((stage, index): Finding[] => {
      const path = [...STAGES, index, 'members'];
      if (stage.percentage === 0 && stage.members.length === 0) {
        return [
          {
            severity: 'error',
            path,
            message: '0 % without members is nobody, and WeChat refuses it',
            remedy: 'write members: [developers], [testers] or both, or begin with 1 %',
          },
        ];
      }
      if (stage.percentage === 0 || stage.members.length === 0) return [];
      return [
        {
          severity: 'error',
          path,
          value: `[${stage.members.join(', ')}]`,
          message: `members see the version first at 0 % only, and this stage is ${stage.percentage} %`,
          remedy: 'remove it, or add a stage of percentage: 0 with these members',
        },
      ];
    }),
};

const isLast = (stages: readonly Stage[], index: number) => index === stages.length - 1;

const everyStageLasts: Rule = {
  name: 'every-stage-lasts',
  asks: 'Every stage before the last has a soak or holds.',
  check: ({ rollout: { stages } }) =>
    stages.flatMap((stage, index): Finding[] => {
      if (isLast(stages, index) || stage.hold || stage.soakMs > 0) return [];
      return [
        {
          severity: 'error',
          path: [...STAGES, index, 'soak'],
          message: `the stage of ${stage.percentage} % has no soak, so that it would be over at once`,
          remedy: 'write for example soak: 30m, or hold: true to wait for promote',
        },
      ];
    }),
};

const everyStageIsGuarded: Rule = {
  name: 'every-stage-guarded',
  asks: 'Every stage before the last is measured by an active metric that decides (no dry run), or left only when a person wants it: it holds, or the stage after it has an approval; with `health: none` all are. A stage of 0 % beside metrics needs neither.',
  check: (plan) =>
    plan.rollout.stages.flatMap((stage, index): Finding[] => {
      const { stages } = plan.rollout;
      const asked = isLast(stages, index) || stage.hold || (stages[index + 1]?.approval ?? null) !== null;
      const measured = decidingMetrics(plan, stage.percentage).length > 0;
      const members = stage.percentage === 0 && plan.health.some(({ dryRun }) => !dryRun);
      if (asked || measured || members) return [];
      const orDry = plan.health.some(({ dryRun }) => dryRun) ? ' or is a dry run' : '';
      const why =
        plan.health.length === 0
          ? 'health is none'
          : `every metric begins above ${stage.percentage} %${orDry}`;
      const byPeople = 'hold: true, so that a person promotes it, or an approval on the stage after it';
      return [
        {
          severity: 'error',
          path: [...STAGES, index, 'hold'],
          value: 'false',
          message: `${why}, so that nothing would stop a bad version at ${stage.percentage} %`,
          remedy:
            plan.health.length === 0
              ? `write ${byPeople}, or declare a metric`
              : `lower a metric's from, or write ${byPeople}`,
        },
      ];
    }),
};

const hasLadder: Rule = {
  name: 'has-a-ladder',
  asks: 'There is a stage between 0 and 100 %. Hint.',
  check: ({ rollout: { stages } }) =>
    stages.some(({ percentage }) => percentage > 0 && percentage < 100)
      ? []
      : [
          {
            severity: 'hint',
            path: STAGES,
            message: 'all users get the version in one step',
            remedy: 'begin with few, for example 1, 10, 50, 100',
          },
        ],
};

/** From here on nearly everyone has the version while the cheap way back is still there. Percent. */
const NEARLY_ALL = 90;

const soaksNearlyAll: Rule = {
  name: 'soaks-nearly-all',
  asks: 'The stage before 100 is nearly everyone, such as 99: until 100, all users are taken back by one cheap call (revertgrayrelease); after it, only by rolling back. Hint.',
  check: ({ rollout: { stages } }) => {
    const index = stages.length - 2;
    const before = stages[index];
    if (!before || before.percentage === 0 || before.percentage >= NEARLY_ALL) return [];
    return [
      {
        severity: 'hint',
        path: [...STAGES, index, 'percentage'],
        value: `${before.percentage}`,
        message: `from ${before.percentage} % to 100 % in one step; 100 spends the cheap way back (cancelling the gray release)`,
        remedy: 'consider a last soak at 99, for example - { percentage: 99, soak: 2h }',
      },
    ];
  },
};

export const LADDER_RULES: readonly Rule[] = [
  rising,
  endsAtAll,
  lastDoesNotWait,
  membersAtZero,
  everyStageLasts,
  everyStageIsGuarded,
  hasLadder,
  soaksNearlyAll,
];
