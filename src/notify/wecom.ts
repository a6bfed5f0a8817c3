/**
 * A robot in a group of WeCom (企业微信): developer.work.weixin.qq.com/document/path/91770. 20 messages a minute, Markdown of
 * at most 4096 bytes, `errcode` 0 when it was sent. Its address is its only secret.
 */
import type { ChannelWay } from './channel.js';
import { ROBOT_GONE, readCode } from './channel.js';
import { fitted, plain, type Written, written } from './text.js';

const MOST_BYTES = 4_096;

const CODES = {
  // 45009: api freq out of limit; the limit is counted by the minute.
  limits: { 45009: 60_000, 45033: 60_000 },
  busy: [-1],
  remedies: {
    93000: ROBOT_GONE,
    40058: 'report it: the message does not have the form that WeCom wants',
  },
} as const;

function markdown({ title, lines, command, footer }: Written): string {
  return [
    `**${title}**`,
    ...lines.map((line) => `> ${line}`),
    ...(command === '' ? [] : ['', `\`${command}\``]),
    '',
    `<font color="comment">${footer}</font>`,
  ].join('\n');
}

export const wecom: ChannelWay = {
  kind: 'wecom',
  hosts: ['qyapi.weixin.qq.com'],
  fault: ({ url }) =>
    new URL(url).searchParams.has('key')
      ? null
      : { reason: 'the address has no key', remedy: 'copy the whole Webhook address of the robot' },
  request: (message, { url }) => ({
    url,
    body: JSON.stringify({
      msgtype: 'markdown',
      markdown: {
        content: fitted(written(message, plain), markdown, MOST_BYTES),
      },
    }),
  }),
  read: (answer) => readCode(answer, ['errcode'], CODES),
};
