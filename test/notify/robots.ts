/**
 * Robots on this machine that behave as those of WeCom, Feishu and DingTalk do (HTTP 200 whatever they think of a message),
 * and a receiver of signed webhooks. What they answer can be scripted, answer by answer.
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type ChannelKind,
  DEFAULT_EVENTS,
  type NotifyChannel,
  type NotifyEvent,
} from '../../src/domain/notifying/events.js';

/** In every address or signature of these robots; no history, log or error may ever hold one. */
export const KEYS = {
  wecom: 'wecom-key-693a91f6-4bc4',
  feishu: 'feishu-hook-8d7f1c2a-90be',
  dingtalk: 'dingtalk-token-566cc69da782ec',
  webhook: 'webhook-path-71fe0a3d',
};
export const SECRETS = {
  feishu: 'feishu-secret-Jq2x7tYp0aZ',
  dingtalk: 'SEC-dingtalk-1f9ab3c7d5',
  webhook: `whsec_${Buffer.from('thirty-two-bytes-of-a-secret-key').toString('base64')}`,
};
export const HIDDEN = [...Object.values(KEYS), ...Object.values(SECRETS)];

/** One answer instead of the ordinary one. */
export type Answer =
  | { status: number; body?: string; headers?: Record<string, string> }
  /** Takes the message and never answers. */
  | 'hang'
  /** Takes the message and breaks off. */
  | 'break'
  /** Takes it not, and repeats all that it was asked. */
  | 'echo';

/** What arrived: everything that a robot would have shown. */
export interface Arrived {
  kind: ChannelKind;
  /** The whole text that people see, or the body of a webhook. */
  text: string;
  id: string;
  at: number;
}

export interface Robots {
  url: string;
  /** Everything that came, shown or not. */
  requests: { kind: ChannelKind; headers: IncomingMessage['headers']; body: string }[];
  arrived: Arrived[];
  /** Answers to come, one after the other, undefined for an ordinary one; then the ordinary ones. */
  script: (Answer | undefined)[];
  env: Record<string, string>;
  close(): Promise<void>;
}

/** The plan's line for a robot. */
export function channelTo(kind: ChannelKind, events: NotifyEvent[] = DEFAULT_EVENTS): NotifyChannel {
  const name = `PLAN_${kind.toUpperCase()}`;
  return {
    kind,
    address: `env:${name}`,
    secret: kind === 'wecom' ? null : `env:${name}_SECRET`,
    events,
  };
}

export async function startRobots(): Promise<Robots> {
  const robots = { requests: [], arrived: [], script: [] } as unknown as Robots;
  const server = createServer((request, response) =>
    // Who hung up wants no answer.
    answer(robots, request, response).catch(() => response.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return Object.assign(robots, {
    url,
    env: {
      PLAN_WECOM: `${url}/cgi-bin/webhook/send?key=${KEYS.wecom}`,
      PLAN_FEISHU: `${url}/open-apis/bot/v2/hook/${KEYS.feishu}`,
      PLAN_FEISHU_SECRET: SECRETS.feishu,
      PLAN_DINGTALK: `${url}/robot/send?access_token=${KEYS.dingtalk}`,
      PLAN_DINGTALK_SECRET: SECRETS.dingtalk,
      PLAN_WEBHOOK: `${url}/hooks/${KEYS.webhook}`,
      PLAN_WEBHOOK_SECRET: SECRETS.webhook,
    },
    close: () => closed(server),
  });
}

/** Robots for one test. */
export async function robotsForTest(): Promise<Robots> {
  const robots = await startRobots();
  onTestFinished(() => robots.close());
  return robots;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(robots: Robots, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', robots.url);
  const kind = kindOf(url.pathname);
  robots.requests.push({ kind, headers: request.headers, body });
  const scripted = robots.script.shift();
  if (scripted !== undefined && typeof scripted !== 'string') {
    response.writeHead(scripted.status, scripted.headers).end(scripted.body ?? '');
    return;
  }
  if (scripted === 'echo') {
    const said = `${url.href} ${JSON.stringify(request.headers)} ${body}`;
    response.writeHead(200).end(JSON.stringify({ errcode: 1, code: 1, errmsg: said, msg: said }));
    return;
  }
  const judged = JUDGES[kind](url, body, request.headers);
  if (judged.text !== undefined) {
    const id = /weapp-rollout (wx[\w-]+)/.exec(judged.text)?.[1] ?? String(request.headers['webhook-id']);
    robots.arrived.push({ kind, text: judged.text, id, at: Date.now() });
  }
  if (scripted === 'hang') return;
  if (scripted === 'break') return void response.destroy();
  response
    .writeHead(judged.status ?? 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(judged.answer));
}

function kindOf(path: string): ChannelKind {
  if (path.startsWith('/cgi-bin/')) return 'wecom';
  if (path.startsWith('/open-apis/')) return 'feishu';
  return path.startsWith('/robot/') ? 'dingtalk' : 'webhook';
}

interface Judged {
  answer: object;
  status?: number;
  /** What the group sees; without it nothing. */
  text?: string;
}

type Judge = (url: URL, body: string, headers: IncomingMessage['headers']) => Judged;

const HOUR_MS = 3_600_000;
const isNear = (ms: number): boolean => Math.abs(Date.now() - ms) < HOUR_MS;
const hmac = (key: string | Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64');

const JUDGES: Record<ChannelKind, Judge> = {
  wecom(url, body) {
    if (url.searchParams.get('key') !== KEYS.wecom)
      return { answer: { errcode: 93000, errmsg: `invalid webhook url, hint: [1], from ip: 127.0.0.1` } };
    const { msgtype, markdown } = JSON.parse(body);
    if (msgtype !== 'markdown') return { answer: { errcode: 40008, errmsg: 'invalid message type' } };
    if (Buffer.byteLength(markdown.content) > 4_096)
      return { answer: { errcode: 40058, errmsg: 'markdown.content exceed max length 4096' } };
    return { answer: { errcode: 0, errmsg: 'ok' }, text: markdown.content };
  },
  feishu(url, body) {
    if (!url.pathname.endsWith(KEYS.feishu))
      return {
        answer: { code: 19001, data: {}, msg: 'param invalid: incoming webhook access token invalid' },
      };
    const { timestamp, sign, msg_type, content } = JSON.parse(body);
    if (sign !== hmac(`${timestamp}\n${SECRETS.feishu}`, '') || !isNear(Number(timestamp) * 1_000))
      return {
        answer: {
          code: 19021,
          data: {},
          msg: 'sign match fail or timestamp is not within one hour from current time',
        },
      };
    if (msg_type !== 'post' || Buffer.byteLength(body) > 20_480)
      return { answer: { code: 9499, msg: 'Bad Request', data: {} } };
    const { title, content: lines } = content.post.zh_cn as { title: string; content: { text: string }[][] };
    const text = [title, ...lines.map((line) => line.map((part) => part.text).join(''))].join('\n');
    return { answer: { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }, text };
  },
  dingtalk(url, body) {
    if (url.searchParams.get('access_token') !== KEYS.dingtalk)
      return { answer: { errcode: 300005, errmsg: 'token is not exist' } };
    const timestamp = url.searchParams.get('timestamp') ?? '';
    if (url.searchParams.get('sign') !== hmac(SECRETS.dingtalk, `${timestamp}\n${SECRETS.dingtalk}`))
      return { answer: { errcode: 310000, errmsg: 'sign not match' } };
    if (!isNear(Number(timestamp))) return { answer: { errcode: 310000, errmsg: 'invalid timestamp' } };
    const { msgtype, markdown } = JSON.parse(body);
    if (msgtype !== 'markdown' || Buffer.byteLength(body) > 20_000)
      return { answer: { errcode: 460101, errmsg: 'body too large' } };
    return { answer: { errcode: 0, errmsg: 'ok' }, text: `${markdown.title}\n${markdown.text}` };
  },
  webhook(url, body, headers) {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const key = Buffer.from(SECRETS.webhook.slice('whsec_'.length), 'base64');
    const expected = `v1,${hmac(key, `${id}.${timestamp}.${body}`)}`;
    if (!url.pathname.endsWith(KEYS.webhook)) return { status: 404, answer: {} };
    if (headers['webhook-signature'] !== expected) return { status: 401, answer: {} };
    return { status: 204, answer: {}, text: body };
  },
};
