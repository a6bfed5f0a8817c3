/** Lint rules about what stages wait for: people, windows, and WeChat's own end of it all. */
import { formatDuration } from '../domain/duration.js';
import {
  type Approval,
  PLATFORM_ACTION_MS,
  PLATFORM_LIMIT_MS,
  type ReleasePlan,
  WEEKDAYS,
} from '../domain/plan.js';
import { worstLadder } from '../domain/timeline.js';
import { isTimeZone } from '../windows/wall-clock.js';
import type { Finding, Rule } from './lint-rule.js';
import type { Path } from './problem.js';

const STAGES = ['rollout', 'stages'] as const;
const WINDOWS = ['rollout', 'windows'] as const;

/** A rule that looks at one approval at a time; `path` leads to it. */
function perApproval(name: string, asks: string, check: (approval: Approval, path: Path) => Finding[]): Rule {
  return {
    name,
    asks,
    check: (plan) => approvalsOf(plan).flatMap(([approval, path]) => check(approval, path)),
  };
}

function approvalsOf({ trial, rollout }: ReleasePlan): [Approval, Path][] {
  const gates: [Approval | undefined | null, Path][] = [
    [trial?.approval, ['trial', 'approval']],
    ...rollout.stages.map(({ approval }, index): [Approval | null, Path] => [
      approval,
      [...STAGES, index, 'approval'],
    ]),
  ];
  return gates.flatMap(([approval, path]): [Approval, Path][] => (approval ? [[approval, path]] : []));
}

const canBeGiven = perApproval(
  'approvers',
  'An approval names its approvers, each once, and asks for at least one of them and at most all.',
  ({ approvers, count }, path) => {
    if (approvers.length === 0) {
      return [
        {
          severity: 'error',
          path: [...path, 'approvers'],
          message: 'names nobody, so that the gate could never open',
          remedy: 'write for example approvers: [release-manager]',
        },
      ];
    }
    const twice = approvers.flatMap((name, index): Finding[] =>
      approvers.indexOf(name) === index
        ? []
        : [
            {
              severity: 'error',
              path: [...path, 'approvers', index],
              value: name,
              message: 'is named twice, and counts once',
              remedy: 'name each approver once',
            },
          ],
    );
    const most = new Set(approvers).size;
    if (Number.isInteger(count) && count >= 1 && count <= most) return twice;
    return [
      ...twice,
      {
        severity: 'error',
        path: [...path, 'count'],
        value: `${count}`,
        message: `must be between 1 and the number of approvers (${most})`,
        remedy: `write count: ${Math.min(Math.max(1, Math.trunc(count) || 1), most)}, or name more approvers`,
      },
    ];
  },
);

const timeoutIsGiven = perApproval(
  'approval-timeout',
  'An approval whose onTimeout is `abort` or `notify` has a timeout.',
  ({ timeoutMs, onTimeout }, path) =>
    timeoutMs !== null || onTimeout === 'pause'
      ? []
      : [
          {
            severity: 'error',
            path: [...path, 'onTimeout'],
            value: onTimeout,
            message: 'never happens, since there is no timeout',
            remedy: 'write for example timeout: 2d',
          },
        ],
);

const isProven = perApproval(
  'claimed-approval',
  'An approval counts signatures, not names that anyone can claim. Hint.',
  ({ claimed }, path) =>
    claimed
      ? [
          {
            severity: 'hint',
            path: [...path, 'claimed'],
            value: 'true',
            message: "anyone who can reach Temporal can claim an approver's name",
            remedy: "leave it out, and give the worker the approvers' keys: weapp-rollout identity new NAME",
          },
        ]
      : [],
);

const windowsOpen: Rule = {
  name: 'windows-open',
  asks: 'rollout.windows names an IANA time zone and at least one day, and its hours begin and end at different times; all day is `00:00-24:00`.',
  check: ({ rollout: { windows } }, { openings }) => {
    if (windows === null) return [];
    const { timezone, days, hours } = windows;
    if (!isTimeZone(timezone)) {
      return [
        {
          severity: 'error',
          path: [...WINDOWS, 'timezone'],
          value: timezone,
          message: 'is no IANA time zone',
          remedy: 'write for example timezone: Asia/Shanghai',
        },
      ];
    }
    if (hours.from === hours.to) {
      return [
        {
          severity: 'error',
          path: [...WINDOWS, 'hours'],
          value: `${hours.from}-${hours.to}`,
          message: 'begins when it ends: nothing, or all day?',
          remedy: 'write 00:00-24:00 for all day',
        },
      ];
    }
    if (openings.length > 0) return [];
    return [
      {
        severity: 'error',
        path: [...WINDOWS, 'days'],
        value: `[${days.join(', ')}]`,
        message: 'no window ever opens, so that no stage would begin',
        remedy: 'write for example days: [mon, tue, wed, thu]',
      },
    ];
  },
};

const windowsClose: Rule = {
  name: 'windows-close',
  asks: 'rollout.windows leaves something out. Hint.',
  check: ({ rollout: { windows } }) => {
    if (windows === null) return [];
    const { days, hours } = windows;
    if (hours.from !== '00:00' || hours.to !== '24:00' || WEEKDAYS.some((day) => !days.includes(day)))
      return [];
    return [
      {
        severity: 'hint',
        path: WINDOWS,
        message: 'is always open',
        remedy: 'name the hours or days you want, for example hours: 10:00-18:00, or leave windows out',
      },
    ];
  },
};

/** The ladder may take this long: we act this long before WeChat completes the plan by itself. */
const MOST_MS = PLATFORM_LIMIT_MS - PLATFORM_ACTION_MS;

const withinPlatformLimit: Rule = {
  name: 'within-15-days',
  asks: 'From the first gray release to 100 % it takes, at worst, at most 15 days less one hour: WeChat completes a rollout by itself on its 15th day. Soaks, timeouts of approvals and closed windows count. A hold, and an approval that no timeout aborts, have no bound: hint.',
  check: (plan, { openings }) => {
    const { ms, holds, approvals } = worstLadder(plan, openings);
    if (ms > MOST_MS) {
      return [
        {
          severity: 'error',
          path: STAGES,
          value: formatDuration(ms),
          message: `takes up to ${formatDuration(ms)} to 100 %, and after ${formatDuration(MOST_MS)} the platform's own deadline decides`,
          remedy: shorter(plan, ms),
        },
      ];
    }
    const later = `at most ${formatDuration(MOST_MS - ms)} later than the plan foresees`;
    const decides = `onPlatformDeadline (${plan.rollout.onPlatformDeadline}) decides ${formatDuration(MOST_MS)} after the first gray release`;
    return plan.rollout.stages.flatMap(({ percentage, approval }, index): Finding[] => [
      ...(approval !== null && approvals.includes(percentage)
        ? [
            {
              severity: 'hint' as const,
              ...endless(approval, [...STAGES, index, 'approval']),
              message: `an approval that nothing aborts has no end of its own: without agreement, ${decides}`,
              remedy: `agree ${later}, or write timeout and onTimeout: abort`,
            },
          ]
        : []),
      ...(holds.includes(percentage)
        ? [
            {
              severity: 'hint' as const,
              path: [...STAGES, index, 'hold'],
              value: 'true',
              message: `a hold has no end of its own: without promote, ${decides}`,
              remedy: `promote ${later}`,
            },
          ]
        : []),
    ]);
  },
};

/** The field that leaves an approval without an end. */
function endless({ timeoutMs, onTimeout }: Approval, path: Path): Pick<Finding, 'path' | 'value'> {
  return timeoutMs === null
    ? { path: [...path, 'timeout'] }
    : { path: [...path, 'onTimeout'], value: onTimeout };
}

/** What would make a ladder of `ms` milliseconds fit. */
function shorter(plan: ReleasePlan, ms: number): string {
  const by = formatDuration(Math.ceil((ms - MOST_MS) / 60_000) * 60_000);
  const waits = plan.rollout.stages.slice(1).some(({ approval }) => (approval?.timeoutMs ?? 0) > 0);
  const what = waits ? "the soaks or the approvals' timeouts" : 'the soaks';
  if (plan.rollout.windows === null) return `shorten ${what} by ${by}`;
  const always = formatDuration(worstLadder(plan).ms);
  return `open rollout.windows for more hours or days (always open it would be ${always}), or shorten ${what}`;
}

export const GATE_RULES: readonly Rule[] = [
  canBeGiven,
  timeoutIsGiven,
  isProven,
  windowsOpen,
  windowsClose,
  withinPlatformLimit,
];
