/** A push as it goes over the wire: WeChat's example is opened and made, and whatever is changed in it is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptPush, openPush, PUSH_WINDOW_MS } from '../../../src/wechat/push/envelope.js';
import { PushError } from '../../../src/wechat/push/fault.js';
import { readXml } from '../../../src/wechat/push/xml.js';
import { official, wechatpy } from './vectors.js';

const { secrets, query, at } = official;
const body = Buffer.from(official.body);
const fault = (name: string) => expect.objectContaining({ fault: name });

describe('the push of WeChat’s page', () => {
  it('is opened', () => {
    expect(openPush(query, body, secrets, at)).toEqual({
      message: official.message,
      signature: query.msg_signature,
    });
  });

  it('is made, to the letter but for blanks', () => {
    const { toUserName, random } = official;
    const made = encryptPush(official.message, secrets, {
      now: at,
      toUserName,
      openid: query.openid,
      nonce: query.nonce,
      random,
    });
    expect(made.query).toEqual(query);
    expect([...readXml(made.body)]).toEqual([...readXml(official.body)]);
  });
});

describe('a push of another implementation', () => {
  it.each(wechatpy.pushes)('is opened', ({ message, query: signed, body: xml }) => {
    const opened = openPush({ ...signed, encrypt_type: 'aes' }, Buffer.from(xml), wechatpy.secrets, at);
    expect(opened.message).toBe(message);
  });
});

describe('a push of ours', () => {
  it('is opened by whoever has the secrets; one for the platform names it, one for an app its original id', () => {
    const platform = encryptPush('<xml/>', secrets, { now: at });
    expect(readXml(platform.body).get('AppId')).toBe(secrets.componentAppid);
    const app = encryptPush('<xml/>', secrets, { now: at, toUserName: 'gh_1' });
    expect(readXml(app.body).get('ToUserName')).toBe('gh_1');
    for (const made of [platform, app])
      expect(openPush(made.query, Buffer.from(made.body), secrets, at).message).toBe('<xml/>');
  });

  it('is another one each time', () => {
    const [one, other] = [encryptPush('m', secrets, { now: at }), encryptPush('m', secrets, { now: at })];
    expect(one.query.msg_signature).not.toBe(other.query.msg_signature);
  });
});

describe('a push is refused', () => {
  it.each([
    ['without encrypt_type: plain mode', { encrypt_type: undefined }, 'notEncrypted'],
    ['with another encrypt_type', { encrypt_type: 'raw' }, 'notEncrypted'],
    ['with encrypt_type twice', { encrypt_type: ['aes', 'aes'] }, 'notEncrypted'],
    ['without msg_signature', { msg_signature: undefined }, 'badQuery'],
    ['with msg_signature twice', { msg_signature: [query.msg_signature, query.msg_signature] }, 'badQuery'],
    ['with signature in place of msg_signature', { msg_signature: query.signature }, 'badSignature'],
    ['without a nonce', { nonce: '' }, 'badQuery'],
    ['with a nonce of any length', { nonce: '1'.repeat(1_000) }, 'badQuery'],
    ['with another nonce', { nonce: '1590219413' }, 'badSignature'],
    ['with another timestamp', { timestamp: '1715943330' }, 'badSignature'],
    [
      'with digits moved from the timestamp to the nonce',
      { timestamp: '715943329', nonce: '15902194121' },
      'badQuery',
    ],
    ['with a timestamp that is no number', { timestamp: 'yesterday' }, 'badQuery'],
    ['with a negative timestamp', { timestamp: '-171594332' }, 'badQuery'],
  ])('%s', (_what, change, expected) => {
    expect(() => openPush({ ...query, ...change }, body, secrets, at)).toThrow(fault(expected));
  });

  it('when its timestamp is further than ten minutes from now, in either direction', () => {
    for (const edge of [at - PUSH_WINDOW_MS, at + PUSH_WINDOW_MS])
      expect(openPush(query, body, secrets, edge).message).toBe(official.message);
    for (const beyond of [at - PUSH_WINDOW_MS - 1, at + PUSH_WINDOW_MS + 1])
      expect(() => openPush(query, body, secrets, beyond)).toThrow(fault('staleTimestamp'));
  });

  it('when our Token, key or appid is another', () => {
    const open = (change: Partial<typeof secrets>) => () =>
      openPush(query, body, { ...secrets, ...change }, at);
    expect(open({ token: 'BBBBB' })).toThrow(fault('badSignature'));
    expect(open({ keys: ['B'.repeat(43)] })).toThrow(fault('undecryptable'));
    expect(open({ componentAppid: 'wxba5fad812f8e6fb9' })).toThrow(fault('wrongAppId'));
  });

  it.each([
    ['empty', '', 'notXml'],
    ['without Encrypt: plain mode', '<xml><ToUserName>gh_1</ToUserName></xml>', 'notEncrypted'],
    [
      'with Encrypt twice',
      `<xml><Encrypt>${official.encrypt}</Encrypt><Encrypt>x</Encrypt></xml>`,
      'notEncrypted',
    ],
    ['with an empty Encrypt', '<xml><Encrypt></Encrypt></xml>', 'notEncrypted'],
    ['with another Encrypt', '<xml><Encrypt>AAAA</Encrypt></xml>', 'badSignature'],
    ['with a document type', `<!DOCTYPE xml>${official.body}`, 'declaration'],
  ])('when its body is %s', (_what, xml, expected) => {
    expect(() => openPush(query, Buffer.from(xml), secrets, at)).toThrow(fault(expected));
  });

  it('when it is not UTF-8', () => {
    expect(() => openPush(query, Buffer.concat([body, Buffer.from([0xff])]), secrets, at)).toThrow(
      fault('notUtf8'),
    );
  });

  it('whatever byte of it is changed, unless nothing of what counts changes', () => {
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const changed = Buffer.from(body);
        changed[index] = (changed[index] ?? 0) ^ change;
        try {
          // Around Encrypt nothing is signed: ToUserName, and blanks.
          expect(openPush(query, changed, secrets, at).message).toBe(official.message);
        } catch (error) {
          expect(error).toBeInstanceOf(PushError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
