/** The plan's `rollout.onDrift`: what to do about buttons that someone pressed in WeChat's console. */
import { z } from 'zod';
import { DEFAULT_DRIFT } from '../domain/plan-defaults.js';
import { choice } from './field.js';

export const onDrift = z
  .strictObject({
    advanced: choice(
      ['pause', 'adopt', 'attention', 'revert'],
      'The percentage was raised: `pause`; `adopt` it and go on with the next higher stage, its approvals still owed; ask for a person; or take users back.',
    ).default(DEFAULT_DRIFT.advanced),
    paused: choice(
      ['pause', 'attention', 'revert'],
      'The rollout was paused: `pause` too; ask for a person; or take users back. Only the console can resume it.',
    ).default(DEFAULT_DRIFT.paused),
    cancelled: choice(
      ['attention', 'revert'],
      'The rollout was cancelled, so that users are back already: ask for a person; or end the release as reverted.',
    ).default(DEFAULT_DRIFT.cancelled),
    finished: choice(
      ['bake', 'attention', 'revert'],
      'Everyone got the version: `bake`, as if the ladder had come to its end; ask for a person; or roll back.',
    ).default(DEFAULT_DRIFT.finished),
    otherVersion: choice(
      ['attention'],
      "Another version or another rollout: ask for a person. It is someone else's and never taken back.",
    ).default(DEFAULT_DRIFT.otherVersion),
  })
  .meta({
    description: "What to do when someone acts in WeChat's console.",
    examples: [{ advanced: 'adopt', paused: 'attention' }],
  });
