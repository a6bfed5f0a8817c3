/**
 * A robot in a group of DingTalk (钉钉): open.dingtalk.com, 自定义机器人. 20 messages a minute, and who sends more is left
 * alone for ten minutes; a body of at most 20,000 bytes, `errcode` 0 when it was sent.
 */
import { createHmac } from 'node:crypto';
import type { ChannelWay } from './channel.js';
import { ROBOT_GONE, readCode } from './channel.js';
import { fitted, plain, type Written, written } from './text.js';

const MOST_BYTES = 15_000;
const TEN_MINUTES_MS = 600_000;

const CODES = {
  // 130101: send too fast, exceed 20 times per minute.
  limits: { 130101: TEN_MINUTES_MS, 410100: TEN_MINUTES_MS },
  busy: [-1],
  remedies: {
    300001: ROBOT_GONE,
    300005: ROBOT_GONE,
    310000:
      'its 安全设置 refused the message: secret must be the one of 加签 (and the worker’s clock right), weapp-rollout a 自定义关键词, or the worker’s address in the IP list',
    400101: 'its address has no access_token: copy it anew from the group',
    460101: 'report it: the message is larger than DingTalk takes',
  },
} as const;

/** `sign` of the address: the key is the secret, what is signed are timestamp (milliseconds) and secret. */
export function dingtalkSign(secret: string, now: number): string {
  return createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
}

/** Two spaces before a line's end: DingTalk joins lines otherwise. */
function markdown({ title, lines, command, footer }: Written): string {
  const rows = [...lines.map((line) => `- ${line}`), ...(command === '' ? [] : [`> ${command}`]), footer];
  return [`#### ${title}`, ...rows].join('\n\n');
}

export const dingtalk: ChannelWay = {
  kind: 'dingtalk',
  hosts: ['oapi.dingtalk.com'],
  fault: ({ url }) =>
    new URL(url).searchParams.has('access_token')
      ? null
      : { reason: 'the address has no access_token', remedy: 'copy the whole Webhook address of the robot' },
  request: (message, { url, secret }, now) => {
    const address = new URL(url);
    if (secret !== null) {
      address.searchParams.set('timestamp', `${now}`);
      address.searchParams.set('sign', dingtalkSign(secret, now));
    }
    const parts = written(message, plain);
    const text = fitted(parts, markdown, MOST_BYTES);
    return {
      url: address.href,
      body: JSON.stringify({ msgtype: 'markdown', markdown: { title: parts.title, text } }),
    };
  },
  read: (answer) => readCode(answer, ['errcode'], CODES),
};
