/** Lint rules about whom a plan tells: each of them hints, since a message never stops a release. */
import { channelName, type NotifyEvent } from '../domain/notifying/events.js';
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding, Rule } from './lint-rule.js';

const eachOnce: Rule = {
  name: 'notify-once',
  asks: 'An event is named once in a channel (else refused), and an address in one channel (else hint).',
  check: ({ notify }) =>
    notify.flatMap(({ kind, address, events }, index): Finding[] => {
      const first = notify.findIndex((other) => other.kind === kind && other.address === address);
      return [
        ...events.flatMap((event, at): Finding[] =>
          events.indexOf(event) === at
            ? []
            : [
                {
                  severity: 'error',
                  path: ['notify', index, 'events', at],
                  value: event,
                  message: 'is named twice',
                  remedy: 'name each event once',
                },
              ],
        ),
        ...(first === index
          ? []
          : [
              {
                severity: 'hint' as const,
                path: ['notify', index, kind],
                message: `has the address of ${channelName(first, { kind })}: what both ask for comes twice`,
                remedy: 'put the events of both into one channel',
              },
            ]),
      ];
    }),
};

/** Events that somebody should hear of once anybody is told anything, and when they can come at all. */
const WANTED: [NotifyEvent, string, (plan: ReleasePlan) => boolean][] = [
  ['attention', 'nobody would be told when a person must look', () => true],
  [
    'approvalNeeded',
    'the plan has an approval, and nobody would be told that it waits',
    ({ trial, rollout }) => trial !== null || rollout.stages.some(({ approval }) => approval !== null),
  ],
];

const toldWhatMatters: Rule = {
  name: 'notify-attention',
  asks: 'A plan that tells anybody anything tells somebody `attention`, and `approvalNeeded` when it has an approval (hint).',
  check: (plan) => {
    if (plan.notify.length === 0) return [];
    return WANTED.flatMap(([event, message, isPossible]): Finding[] =>
      !isPossible(plan) || plan.notify.some(({ events }) => events.includes(event))
        ? []
        : [
            {
              severity: 'hint',
              path: ['notify'],
              message,
              remedy: `add ${event} to the events of a channel, or leave events out`,
            },
          ],
    );
  },
};

export const NOTIFY_RULES: readonly Rule[] = [eachOnce, toldWhatMatters];
