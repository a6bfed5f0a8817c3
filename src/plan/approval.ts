/** A plan's approvals: gates that people open. */
import { z } from 'zod';
import { choice, duration, whole, yesNo } from './field.js';

/** As a worker's configuration and commands write names; any other would never be met. */
const NAME = /^(?=.{1,100}$)[^\p{C}\s]+( [^\p{C}\s]+)*$/u;

const approver = z.string().regex(NAME, {
  error: 'must be a name of at most 100 characters, without control characters and without space around it',
});

/** An approval; its `description` says what waits for it. */
export function approval(description: string) {
  return z
    .strictObject({
      approvers: z
        .array(approver.meta({ description: 'A name or a role.', examples: ['release-manager'] }))
        .min(1)
        .max(100)
        .meta({
          description: 'Names or roles whose agreement counts, each once; those that the worker has keys of.',
          examples: [['release-manager', 'on-call']],
        }),
      count: whole({ description: 'How many of them must agree.', example: 1 }, 1).default(1),
      claimed: yesNo(
        'Whether a name counts that is only claimed, by whoever reaches Temporal. Otherwise a signature of that name is needed.',
      ).default(false),
      timeout: duration({
        description:
          'After this long without agreement: `onTimeout`. Pauses do not count. Without it: never.',
        example: '2d',
      }).exactOptional(),
      onTimeout: choice(
        ['pause', 'abort', 'notify'],
        'When the timeout is over: `pause` the release, `abort` it (users are taken back), or only tell. After `pause` and `notify` it can still be approved.',
      ).default('pause'),
    })
    .meta({ description, examples: [{ approvers: ['release-manager', 'on-call'], count: 1 }] });
}

/** The approval of a plan file, defaults filled in. */
export type ApprovalFile = z.output<ReturnType<typeof approval>>;
