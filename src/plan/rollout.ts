/** The plan's `rollout`: the ladder of percentages. */
import { z } from 'zod';
import { approval } from './approval.js';
import { onDrift } from './drift.js';
import { choice, duration, whole, yesNo } from './field.js';
import { windows } from './windows.js';

const stage = z
  .strictObject({
    percentage: whole(
      {
        description:
          'Percent of users who get the version: whole, rising from stage to stage, 100 in the last. 0 means members only.',
        example: 10,
      },
      0,
      100,
    ),
    members: z
      .array(choice(['developers', 'testers'], 'A group of members.'))
      .meta({
        description:
          'Who sees the version first, at 0 % only: `developers` (项目成员), `testers` (体验成员), or both.',
        examples: [['developers', 'testers']],
      })
      .default([]),
    soak: duration(
      {
        description:
          'How long the stage lasts from the moment WeChat confirmed its percentage. On every stage but the last, unless it holds.',
        example: '30m',
      },
      { leastMs: 0 },
    ).exactOptional(),
    hold: yesNo('Whether the stage ends only by `promote`, after its soak.').default(false),
    approval: approval('Who must agree before the stage begins.').exactOptional(),
  })
  .meta({ description: 'One stage of the ladder.' });

export const rollout = z
  .strictObject({
    stages: z
      .array(stage)
      .min(1)
      .max(101)
      .meta({
        description: 'The ladder, from few users to all.',
        examples: [[{ percentage: 1, soak: '30m' }, { percentage: 100 }]],
      }),
    bake: duration(
      { description: 'The watch after 100 %; failing health rolls back during it.', example: '24h' },
      { leastMs: 0 },
    ).prefault('24h'),
    firstRelease: choice(
      ['refuse', 'full'],
      'An app with nothing online cannot be gray and has no way back: `refuse`, or release to all users at once.',
    ).default('refuse'),
    onPlatformDeadline: choice(
      ['revert', 'complete'],
      'One hour before WeChat completes the rollout by itself, on its 15th day: take users back, or go to 100 %.',
    ).default('revert'),
    windows: windows.exactOptional(),
    onDrift: onDrift.prefault({}),
  })
  .meta({
    description: 'The ladder of percentages and the watch after it.',
    examples: [{ stages: [{ percentage: 1, soak: '30m' }, { percentage: 100 }] }],
  });
