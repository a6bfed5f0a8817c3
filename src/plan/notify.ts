/** The plan's `notify`: whom to tell, and of what. Addresses and secrets are references, resolved on the worker only. */
import { z } from 'zod';
import { CHANNEL_KINDS, DEFAULT_EVENTS, NOTIFY_EVENT_NAMES } from '../domain/notifying/events.js';
import { choice } from './field.js';
import { literalFault, refuse } from './web.js';

function reference(description: string, variable: string) {
  return z
    .string()
    .meta({
      description: `${description}: \`env:PLAN_…\` or \`file:…\`, read on the worker.`,
      examples: [`env:${variable}`],
      pattern: '^(env:PLAN_[A-Z0-9_]+|file:.+)$',
      // Whoever pastes the address itself has pasted a key.
      'x-hidden': true,
    })
    .superRefine((written, context) => refuse(context, literalFault(written, variable)));
}

function robot(name: string, variable: string) {
  return z
    .strictObject({ webhook: reference(`The robot's address`, variable) })
    .meta({ description: `A robot in a group of ${name}.`, 'x-hidden': true });
}

function signedRobot(name: string, variable: string) {
  return z
    .strictObject({
      webhook: reference(`The robot's address`, variable),
      secret: reference(
        'Its secret, where the robot asks for signatures (加签, 签名校验)',
        `${variable}_SECRET`,
      ).exactOptional(),
    })
    .meta({ description: `A robot in a group of ${name}.`, 'x-hidden': true });
}

const webhook = z
  .strictObject({
    url: reference('Where messages are posted to as JSON', 'PLAN_WEBHOOK'),
    secret: reference('What they are signed with, `whsec_` and base64', 'PLAN_WEBHOOK_SECRET'),
  })
  .meta({
    description: 'Any service of yours; signed as Standard Webhooks describes it.',
    'x-hidden': true,
  });

/** Channels of a plan: more than a handful is a mistake, and each costs history. */
const MOST_CHANNELS = 10;

export const notify = z
  .array(
    z
      .strictObject({
        wecom: robot('WeCom (企业微信)', 'PLAN_WECOM_WEBHOOK').exactOptional(),
        feishu: signedRobot('Feishu (飞书, Lark)', 'PLAN_FEISHU_WEBHOOK').exactOptional(),
        dingtalk: signedRobot('DingTalk (钉钉)', 'PLAN_DINGTALK_WEBHOOK').exactOptional(),
        webhook: webhook.exactOptional(),
        events: z
          .array(choice(NOTIFY_EVENT_NAMES, 'One kind of news; docs/notifications.md lists them.'))
          .min(1)
          .max(NOTIFY_EVENT_NAMES.length)
          .meta({
            description: 'What it is told; without it whatever asks for a person, and every end.',
            examples: [['attention', 'approvalNeeded', 'reverted']],
          })
          .default(DEFAULT_EVENTS),
      })
      .refine(({ events: _events, ...channels }) => Object.keys(channels).length === 1, {
        error: 'must name exactly one channel',
        params: {
          remedy:
            'write one of wecom: { webhook: … }, feishu: { webhook: … }, dingtalk: { webhook: … } and webhook: { url: …, secret: … }',
        },
      })
      .meta({
        description:
          'One channel: exactly one of `wecom`, `feishu`, `dingtalk` and `webhook`, and its events.',
        examples: [{ wecom: { webhook: 'env:PLAN_WECOM_WEBHOOK' } }],
        oneOf: CHANNEL_KINDS.map((kind) => ({ required: [kind] })),
      }),
  )
  .max(MOST_CHANNELS)
  .meta({
    description: 'Whom to tell. A message that cannot be sent never stops a release.',
    examples: [[{ wecom: { webhook: 'env:PLAN_WECOM_WEBHOOK' } }]],
  })
  .default([]);
