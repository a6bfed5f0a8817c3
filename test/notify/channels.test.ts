/** Each channel against robots that behave as the real ones: what people see, how it is signed, and how answers are read. */
import { describe, expect, it } from 'vitest';
import type { ChannelKind, NotifyChannel } from '../../src/domain/notifying/events.js';
import type { Announcement } from '../../src/domain/notifying/notified.js';
import type { Outcome } from '../../src/notify/channel.js';
import { dingtalkSign } from '../../src/notify/dingtalk.js';
import { feishuSign } from '../../src/notify/feishu.js';
import { openChannel, sendOnce } from '../../src/notify/send.js';
import { keyOf, webhookSign } from '../../src/notify/webhook.js';
import { type Answer, channelTo, HIDDEN, type Robots, robotsForTest } from './robots.js';

const KINDS: ChannelKind[] = ['wecom', 'feishu', 'dingtalk', 'webhook'];
const ROBOTS: ChannelKind[] = ['wecom', 'feishu', 'dingtalk'];

const MESSAGE: Announcement = {
  id: 'wx0123456789abcdef-1773108000000-7',
  sequence: 7,
  at: 1_773_108_000_000,
  event: 'paused',
  reminder: 0,
  app: 'wx0123456789abcdef',
  version: '1.4.0',
  phase: 'rolling',
  outcome: null,
  percentage: 10,
  title: '1.4.0: paused at 10 %',
  lines: [
    { label: 'App', text: 'wx0123456789abcdef, New checkout' },
    { label: 'Why', text: 'support is asking' },
    { label: 'Who', text: 'ann' },
  ],
  command: 'weapp-rollout resume wx0123456789abcdef --reason "why"',
};

const accessTo = ({ env }: Pick<Robots, 'env'>, allowedHosts = ['127.0.0.1']) => ({
  references: { env },
  allowedHosts,
});
const clock = (ms = 30_000) => ({ now: Date.now(), signal: AbortSignal.timeout(ms) });

async function send(robots: Robots, kind: ChannelKind, message = MESSAGE): Promise<Outcome> {
  return sendOnce(channelTo(kind), message, accessTo(robots), clock());
}

async function answered(kind: ChannelKind, ...script: Answer[]): Promise<Outcome> {
  const robots = await robotsForTest();
  robots.script.push(...script);
  const outcome = await send(robots, kind);
  for (const hidden of HIDDEN) expect(JSON.stringify(outcome)).not.toContain(hidden);
  return outcome;
}

describe.each(KINDS)('%s', (kind) => {
  it('shows the whole message, signed', async () => {
    const robots = await robotsForTest();
    expect(await send(robots, kind)).toEqual({ result: 'sent' });
    expect(robots.arrived).toMatchObject([{ kind, id: MESSAGE.id }]);
    for (const part of [
      '1.4.0: paused at 10 %',
      'support is asking',
      'ann',
      'weapp-rollout resume wx0123456789abcdef',
    ])
      expect(robots.arrived[0]?.text).toContain(part);
  });

  it('takes the longest message there can be, in Chinese, and the id with it', async () => {
    const robots = await robotsForTest();
    const lines = Array.from({ length: 8 }, (_, at) => ({ label: `行${at}`, text: '小程序'.repeat(100) }));
    const long = { ...MESSAGE, title: '版'.repeat(150), lines };
    expect(await send(robots, kind, long)).toEqual({ result: 'sent' });
    expect(robots.arrived[0]?.id).toBe(MESSAGE.id);
    expect(robots.arrived[0]?.text).toContain('weapp-rollout resume');
  });

  it.each<[string, Answer]>([
    ['HTTP 500', { status: 500, body: 'oops' }],
    ['HTTP 502 with a page', { status: 502, body: '<html>bad gateway</html>' }],
    ['a connection that breaks off', 'break'],
  ])('is tried again after %s', async (_, answer) => {
    expect(await answered(kind, answer)).toMatchObject({ result: 'again', afterMs: null });
  });

  it('is tried again when the service says so, after as long as it says', async () => {
    const slow: Answer = { status: 429, headers: { 'retry-after': '17' } };
    expect(await answered(kind, slow)).toMatchObject({ result: 'again', afterMs: 17_000 });
    expect(await answered(kind, { status: 429 })).toMatchObject({ result: 'again', afterMs: 60_000 });
  });

  it('follows no redirect', async () => {
    const robots = await robotsForTest();
    robots.script.push({ status: 302, headers: { location: `${robots.url}/elsewhere` } });
    expect(await send(robots, kind)).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('redirects'),
    });
    expect(robots.requests).toHaveLength(1);
  });

  it('says in one line what is wrong when it is not there', async () => {
    const gone = { env: { ...(await robotsForTest()).env } };
    for (const name of Object.keys(gone.env))
      gone.env[name] = (gone.env[name] ?? '').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9');
    const outcome = await sendOnce(channelTo(kind), MESSAGE, accessTo(gone), clock());
    expect(outcome).toEqual({ result: 'again', reason: 'ECONNREFUSED', afterMs: null });
  });

  it('gives a service that never answers eight seconds, and less when its attempt ends', async () => {
    const robots = await robotsForTest();
    robots.script.push('hang');
    const outcome = await sendOnce(channelTo(kind), MESSAGE, accessTo(robots), clock(100));
    expect(outcome).toEqual({ result: 'again', reason: 'given up', afterMs: null });
  });
});

describe('what a robot answers with HTTP 200', () => {
  const said = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });

  it.each<[ChannelKind, object, number]>([
    ['wecom', { errcode: 45009, errmsg: 'api freq out of limit' }, 60_000],
    [
      'feishu',
      { code: 11232, data: {}, msg: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]' },
      30_000,
    ],
    ['feishu', { code: 11310, msg: 'too many' }, 30_000],
    ['feishu', { code: 9499, msg: 'too many request', data: {} }, 30_000],
    ['dingtalk', { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' }, 600_000],
    [
      'dingtalk',
      { status: 1111, wait: 5, source: 'x5', punish: 'deny', errcode: 410100, errmsg: 'slow' },
      600_000,
    ],
  ])('%s %j is waited for', async (kind, body, afterMs) => {
    expect(await answered(kind, said(body))).toMatchObject({ result: 'again', afterMs });
  });

  it.each<[ChannelKind, object, string]>([
    ['wecom', { errcode: 93000, errmsg: 'invalid webhook url' }, 'copy it anew'],
    ['feishu', { code: 19001, msg: 'access token invalid' }, 'copy it anew'],
    ['feishu', { code: 19021, msg: 'sign match fail' }, '签名校验'],
    ['feishu', { code: 19022, msg: 'Ip Not Allowed' }, 'IP 白名单'],
    ['feishu', { code: 19024, msg: 'Key Words Not Found' }, '自定义关键词'],
    ['dingtalk', { errcode: 310000, errmsg: 'keywords not in content' }, '自定义关键词'],
    ['dingtalk', { errcode: 300001, errmsg: 'token is not exist' }, 'copy it anew'],
    ['wecom', { errcode: 99999, errmsg: 'something new' }, 'documentation'],
  ])('%s %j needs a person, and says of what kind', async (kind, body, remedy) => {
    const outcome = await answered(kind, said(body));
    expect(outcome).toMatchObject({ result: 'failed', remedy: expect.stringContaining(remedy) });
  });

  it.each(ROBOTS)('%s: what is no answer of a robot is no success', async (kind) => {
    for (const body of ['ok', '', '{}', '[]', 'null', '{"errcode":"0"}', '<html>'])
      expect(await answered(kind, { status: 200, body })).toMatchObject({ result: 'again' });
  });

  it.each(KINDS)('%s: what repeats the address or the secret is told without', async (kind) => {
    const robots = await robotsForTest();
    const body = JSON.stringify({ errcode: 1, code: 1, errmsg: HIDDEN.join(' '), msg: HIDDEN.join(' ') });
    robots.script.push({ status: kind === 'webhook' ? 400 : 200, body });
    const outcome = await send(robots, kind);
    const own = HIDDEN.filter((text) => text.toLowerCase().includes(kind));
    for (const hidden of own) expect(JSON.stringify(outcome)).not.toContain(hidden);
    expect(outcome.result).toBe('failed');
  });
});

describe('an answer that is shortened', () => {
  it.each(ROBOTS)('of %s is so without a half of the address or the secret at its end', async (kind) => {
    const robots = await robotsForTest();
    for (const hidden of HIDDEN.filter((text) => text.toLowerCase().includes(kind))) {
      const said = `${'x'.repeat(170)} ${hidden}`;
      robots.script.push({
        status: 200,
        body: JSON.stringify({ errcode: 1, code: 1, errmsg: said, msg: said }),
      });
      const outcome = await send(robots, kind);
      expect(outcome).toMatchObject({
        result: 'failed',
        reason: expect.stringMatching(/^it answered 1 x{170} /),
      });
      expect(JSON.stringify(outcome)).not.toContain(hidden.slice(0, 8));
    }
  });
});

describe('a wrong secret', () => {
  it.each<[ChannelKind, string]>([
    ['feishu', '19021'],
    ['dingtalk', '310000'],
    ['webhook', '401'],
  ])('of %s is refused and told', async (kind, code) => {
    const robots = await robotsForTest();
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    robots.env[`PLAN_${kind.toUpperCase()}_SECRET`] = other;
    const outcome = await send(robots, kind);
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringContaining(code) });
    expect(robots.arrived).toEqual([]);
  });
});

describe('signatures are those of known examples', () => {
  it('of Standard Webhooks', () => {
    // The vector that its libraries are tested with.
    const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? Buffer.alloc(0);
    expect(webhookSign(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('of Feishu and DingTalk: which is the key and which the text is not the same for the two', () => {
    // Computed with Python's hmac as their pages show it.
    expect(feishuSign('demo', 1_599_360_473)).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
    expect(dingtalkSign('this is secret', 1_577_262_236_757)).toBe(
      'hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=',
    );
  });
});

describe('a channel is opened', () => {
  const open = (kind: ChannelKind, env: Record<string, string>, allowedHosts: string[] = []) =>
    openChannel(channelTo(kind), { references: { env }, allowedHosts });

  it.each<[ChannelKind, string]>([
    ['wecom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc'],
    ['feishu', 'https://open.feishu.cn/open-apis/bot/v2/hook/abc'],
    ['feishu', 'https://open.larksuite.com/open-apis/bot/v2/hook/abc'],
    ['dingtalk', 'https://oapi.dingtalk.com/robot/send?access_token=abc'],
  ])('%s at its own host without being allowed', async (kind, url) => {
    const name = `PLAN_${kind.toUpperCase()}`;
    expect(await open(kind, { [name]: url, [`${name}_SECRET`]: 'secret' })).toMatchObject({ ok: true });
  });

  it.each<[string, ChannelKind, string, string]>([
    ['another host', 'wecom', 'https://example.com/send?key=abc', 'is not allowed'],
    [
      'a host that only begins like it',
      'wecom',
      'https://qyapi.weixin.qq.com.example.com/send?key=abc',
      'is not allowed',
    ],
    [
      'the host of another service',
      'wecom',
      'https://oapi.dingtalk.com/robot/send?key=abc',
      'is not allowed',
    ],
    ['no https', 'wecom', 'http://qyapi.weixin.qq.com/send?key=abc', 'no https'],
    ['a user in it', 'wecom', 'https://user:pass@qyapi.weixin.qq.com/send?key=abc', 'no address'],
    ['no address at all', 'wecom', '693a91f6-7xxx', 'no address'],
    ['another scheme', 'wecom', 'file:///etc/passwd', 'no https'],
    ['half an address', 'wecom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send', 'has no key'],
    ['half an address', 'dingtalk', 'https://oapi.dingtalk.com/robot/send', 'no access_token'],
  ])('%s is refused, and not told', async (_, kind, url, reason) => {
    const name = `PLAN_${kind.toUpperCase()}`;
    const opened = await open(kind, { [name]: url, [`${name}_SECRET`]: 'secret' });
    expect(opened).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
    expect(JSON.stringify(opened)).not.toContain(url);
  });

  it('another host when the worker allows it', async () => {
    const opened = await open('wecom', { PLAN_WECOM: 'https://robots.example.com/send?key=abc' }, [
      'robots.example.com',
    ]);
    expect(opened).toMatchObject({ ok: true });
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'plain text of some length that is no key', 'whsec_!!!'])(
    'a webhook whose secret is %j is refused with how one is made',
    async (secret) => {
      const env = { PLAN_WEBHOOK: 'https://example.com/hook', PLAN_WEBHOOK_SECRET: secret };
      const opened = await open('webhook', env, ['example.com']);
      expect(opened).toMatchObject({ ok: false });
      if (secret !== '')
        expect(opened).toMatchObject({ remedy: expect.stringContaining('openssl rand -base64 32') });
    },
  );

  it('a variable that is not there is named', async () => {
    expect(await open('wecom', {})).toMatchObject({
      ok: false,
      reason: expect.stringContaining('env:PLAN_WECOM'),
    });
  });
});

describe('other people’s words', () => {
  const EVIL = 'look <@all> [here](https://evil.example) **now** `rm` <font color="warning">x</font>';
  const evil = { ...MESSAGE, lines: [{ label: 'Why', text: EVIL }], title: EVIL };

  it.each<ChannelKind>(['wecom', 'dingtalk'])(
    'mention nobody and link nowhere in the Markdown of %s',
    async (kind) => {
      const robots = await robotsForTest();
      await send(robots, kind, evil);
      const text = robots.arrived[0]?.text.replace('<font color="comment">', '') ?? '';
      expect(text).not.toMatch(/<@|<font|\]\(|\*\*now/);
    },
  );

  it('stay what they are in a post of Feishu, which has no markup', async () => {
    const robots = await robotsForTest();
    await send(robots, 'feishu', evil);
    const { content } = JSON.parse(robots.requests[0]?.body ?? '{}');
    expect(content.post.zh_cn.content.flat().every((part: { tag: string }) => part.tag === 'text')).toBe(
      true,
    );
  });
});

it('an unsigned robot of Feishu is sent no signature', async () => {
  const robots = await robotsForTest();
  const unsigned: NotifyChannel = { ...channelTo('feishu'), secret: null };
  await sendOnce(unsigned, MESSAGE, accessTo(robots), clock());
  expect(Object.keys(JSON.parse(robots.requests[0]?.body ?? '{}'))).toEqual(['msg_type', 'content']);
});
