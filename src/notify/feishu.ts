/**
 * A robot in a group of Feishu (飞书) or Lark: open.feishu.cn, 自定义机器人使用指南. 100 messages a minute and 5 a second, a body
 * of at most 20 KB, `code` 0 when it was sent. Sent as a post: its text is text, whatever is in it.
 */
import { createHmac } from 'node:crypto';
import type { ChannelWay } from './channel.js';
import { ROBOT_GONE, readCode } from './channel.js';
import { fitted, type Written, written } from './text.js';

/** Of 20 KB, so that the fields around it have room; text in JSON may be longer than itself. */
const MOST_BYTES = 12_000;

const CODES = {
  // 11232: too many, or Feishu itself is under load, as at full hours; the others say the same. 9499 is also what a body
  // gets that has not the form it should: that is asked again in vain, and told at the end.
  limits: { 9499: 30_000, 11232: 30_000, 11310: 30_000, 99991400: 60_000 },
  busy: [2200],
  remedies: {
    19001: ROBOT_GONE,
    19021: 'secret must be the one of the robot’s 签名校验, and the worker’s clock must be right',
    19022: 'add the worker’s address to the robot’s IP 白名单',
    19024: 'make weapp-rollout one of the robot’s 自定义关键词: every message has it',
  },
} as const;

/** `sign` of the body: the key is the timestamp (seconds) and the secret, what is signed is empty. */
export function feishuSign(secret: string, seconds: number): string {
  return createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64');
}

function post({ title, lines, command, footer }: Written): string {
  const text = (line: string) => [{ tag: 'text', text: line }];
  const content = [...lines, ...(command === '' ? [] : [command]), footer].map(text);
  return JSON.stringify({ zh_cn: { title, content } });
}

export const feishu: ChannelWay = {
  kind: 'feishu',
  hosts: ['open.feishu.cn', 'open.larksuite.com'],
  fault: () => null,
  request: (message, { url, secret }, now) => {
    const timestamp = Math.floor(now / 1_000);
    const parts = written(message, (text) => text);
    return {
      url,
      body: JSON.stringify({
        ...(secret === null ? {} : { timestamp: `${timestamp}`, sign: feishuSign(secret, timestamp) }),
        msg_type: 'post',
        content: { post: JSON.parse(fitted(parts, post, MOST_BYTES)) },
      }),
    };
  },
  // `StatusCode` is what older robots answer.
  read: (answer) => readCode(answer, ['code', 'StatusCode'], CODES),
};
