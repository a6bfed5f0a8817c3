/** What a process must never say, in whatever spelling, and what it may say all the same. */
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../src/telemetry/redactor.js';
import { spellingsIn } from '../support/leaks.js';

const SECRET = 'Tk+9/a b"c=é-secret';

describe('a secret that was learnt', () => {
  const redactor = new Redactor();
  redactor.learn(SECRET);

  it.each([
    ['plain', `it said ${SECRET}, and went on`],
    ['in a query', `GET /wxa/release?${new URLSearchParams({ t: SECRET })}&x=1`],
    ['in a path', `/hooks/${encodeURIComponent(SECRET)}/send`],
    ['in JSON', JSON.stringify({ message: `got ${SECRET}` })],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 after one byte', Buffer.from(`u${SECRET}`).toString('base64')],
    ['in base64 after two bytes', Buffer.from(`u:${SECRET}`).toString('base64url')],
  ])('is not said %s', (_how, text) => {
    expect(spellingsIn(text, SECRET)).not.toEqual([]);
    expect(spellingsIn(redactor.text(text), SECRET)).toEqual([]);
    expect(redactor.text(text)).toContain('[secret]');
  });

  it('leaves a line of JSON a line of JSON', () => {
    const line = JSON.stringify({ level: 'info', message: SECRET, url: `https://u:${'p'.repeat(9)}@host/x` });
    expect(JSON.parse(redactor.text(line))).toEqual({
      level: 'info',
      message: '[secret]',
      url: 'https://[secret]@host/x',
    });
  });

  it('leaves what JSON writes without quotes, whatever its name: a line of JSON stays one', () => {
    const fields = { token: null, access_token: 12, secret: true, key: null, sign: 3, signature: false };
    for (const line of [JSON.stringify(fields), JSON.stringify({ more: fields, list: [fields] })])
      expect(redactor.text(line)).toBe(line);
  });

  it('is forgotten only when a thousand others came after it, unless it is learnt again', () => {
    const busy = new Redactor();
    busy.learn('the-first-one');
    busy.learn('the-second-one');
    for (let index = 0; index < 999; index += 1) {
      busy.learn(`token-number-${index}-x`);
      if (index === 500) busy.learn('the-first-one');
    }
    expect(busy.text('the-first-one')).toBe('[secret]');
    expect(busy.text('the-second-one')).toBe('the-second-one');
  });

  it('is never forgotten where the process was given it, however many tokens come after it', () => {
    const busy = new Redactor();
    busy.keep('the-password-of-a-database');
    for (let index = 0; index < 3_000; index += 1) busy.learn(`token-number-${index}-x`);
    expect(busy.text('the-password-of-a-database token-number-2999-x')).toBe('[secret] [secret]');
  });

  it('is not learnt when it is so short that it stands anywhere', () => {
    const empty = new Redactor();
    for (const nothing of ['', '   ', 'test', null, undefined]) empty.learn(nothing);
    expect(empty.text('a test of nothing')).toBe('a test of nothing');
  });
});

describe('a secret that nobody knows is known by its shape', () => {
  const redactor = new Redactor();

  it.each([
    ['https://api.weixin.qq.com/wxa/release?access_token=71_abcDEF-x&a=1', '71_abcDEF'],
    ['/cgi-bin/component/x?component_access_token=71_abcDEF', '71_abcDEF'],
    ['{"authorizer_refresh_token":"refreshtoken@@@q1w2"}', 'q1w2'],
    ['{\\"component_appsecret\\":\\"0123456789abcdef\\"}', '0123456789abcdef'],
    ['POST /cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0', '693a91f6'],
    ['Authorization: Bearer eyJhbGciOi.J9-_x', 'eyJhbGciOi'],
    ['{"authorization":"Bearer eyJhbGciOi.J9-_x"}', 'eyJhbGciOi'],
    ['"authorization":"Basic dXNlcjpwYXNz"', 'dXNlcjpwYXNz'],
    ['postgres://weapp:hunter2@db:5432/weapp', 'hunter2'],
    ['password=hunter2 host=db', 'hunter2'],
    ['https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-x', '0a1b2c3d'],
    ['/robot/send?access_token=abc123&timestamp=1&sign=Zm9vYmFy%3D', 'Zm9vYmFy'],
  ])('%s', (text, secret) => {
    expect(redactor.text(text)).not.toContain(secret);
  });

  it.each([
    'release:wx0123456789abcdef of version 1.4.0 is rolling at 10 %: soaks until 2025-01-06T10:00:00Z',
    '{"level":"info","workflowId":"release:wx0123456789abcdef","runId":"0b9d2f4e-9c1d-4f6e-8f61-2f6f0a5b7c11"}',
    'https://api.weixin.qq.com/wxa/getgrayreleaseplan answered 85009',
    'the keyboard: a design of someone, who must sign off',
  ])('and leaves alone: %s', (text) => {
    expect(redactor.text(text)).toBe(text);
  });
});
