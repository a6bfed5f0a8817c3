/** Whatever is sent to the receiver: it is refused with 4xx, the server lives on, and nothing of it is in the log. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { msgSignature } from '../../../src/wechat/push/crypto.js';
import type { PushRequest } from '../../../src/wechat/push/envelope.js';
import { APPID, plainText, sealed } from '../../wechat/push/sealed.js';
import { APP, CONTENT, NOW, ORIGINAL_ID, pushOf, rejected, SECRETS } from './support.js';
import { PATHS, unharmed } from './unharmed.js';

const path = fc.constantFrom(...PATHS);

const receiver = unharmed();

const queryOf = (query: Record<string, string>) => new URLSearchParams(query).toString();

/** A push that is signed as it should be around an Encrypt of any kind. */
function signedAround(encrypt: string): PushRequest {
  const [timestamp, nonce] = [String(NOW / 1_000), '7'];
  return {
    query: {
      timestamp,
      nonce,
      encrypt_type: 'aes',
      msg_signature: msgSignature(SECRETS.token, timestamp, nonce, encrypt),
    },
    body: `<xml><ToUserName>${ORIGINAL_ID}</ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`,
  };
}

const refused = (status: number) => expect(status >= 400 && status < 500, String(status)).toBe(true);

describe('without a valid signature', () => {
  it('any bytes are refused', async () => {
    const good = pushOf(rejected);
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.uint8Array({ maxLength: 600 }),
        fc.boolean(),
        async (to, bytes, signedQuery) => {
          const query = signedQuery ? queryOf(good.query) : '';
          refused(await receiver().send(`${to}?${query}`, bytes));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('any query is refused: missing, twice, as an array, as an object, very long', async () => {
    const good = pushOf(rejected);
    const names = [
      'signature',
      'timestamp',
      'nonce',
      'encrypt_type',
      'msg_signature',
      'openid',
      '__proto__',
      'constructor',
    ];
    const name = fc
      .constantFrom(...names)
      .chain((one) => fc.constantFrom(one, `${one}[]`, `${one}[a]`, `${one}[__proto__]`));
    const value = fc.oneof(
      fc.constantFrom('aes', '1715943329', '', '%00', '%ff%fe', '%', '0'.repeat(5_000)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(path, fc.array(fc.tuple(name, value), { maxLength: 12 }), async (to, pairs) => {
        const query = pairs.map(([key, text]) => `${key}=${text.replace(/[\s#&]/g, '')}`).join('&');
        refused(await receiver().send(`${to}?${query}`, good.body));
      }),
      { numRuns: 150 },
    );
    for (const field of ['timestamp', 'nonce', 'encrypt_type', 'msg_signature']) {
      const twice = `${queryOf(good.query)}&${field}=${good.query[field]}`;
      expect(await receiver().send(`${PATHS[0]}?${twice}`, good.body), field).toBe(400);
    }
  });

  it('a good push is refused when any character of its Encrypt is changed', async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.nat(), fc.integer({ min: 1, max: 127 }), async (to, position, change) => {
        const { query, body } = pushOf(rejected);
        const begin = body.indexOf('<Encrypt><![CDATA[') + '<Encrypt><![CDATA['.length;
        const at = begin + (position % (body.indexOf(']]></Encrypt>') - begin));
        const bytes = Buffer.from(body);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        refused(await receiver().send(`${to}?${queryOf(query)}`, bytes));
      }),
      { numRuns: 150 },
    );
  });

  it('a push signed with another token is refused', async () => {
    const foreign = pushOf(rejected, { ...SECRETS, token: 'another' });
    expect(await receiver().post(PATHS[2], foreign)).toMatchObject({ status: 403 });
  });

  it.each([
    [
      'entities',
      `<!DOCTYPE x [<!ENTITY a "${CONTENT}"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>`,
    ],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>`,
    ],
    ['great depth', `<xml>${'<a>'.repeat(20_000)}`],
    ['very many elements', `<xml>${'<a/>'.repeat(60_000)}</xml>`],
    ['names of prototypes', '<xml><__proto__><Encrypt>x</Encrypt></__proto__><constructor/></xml>'],
    ['no body', ''],
  ])('XML with %s is refused', async (_what, xml) => {
    expect(await receiver().send(`${PATHS[0]}?${queryOf(pushOf(rejected).query)}`, xml)).toBe(400);
  });
});

describe('with a valid signature', () => {
  const broken: [string, string, number][] = [
    ['padding of nothing', sealed(Buffer.alloc(64)), 403],
    ['padding that is too long', sealed(Buffer.alloc(64, 33)), 403],
    [
      'padding that is not all the same',
      sealed(Buffer.concat([Buffer.alloc(62, 9), Buffer.from([1, 2])])),
      403,
    ],
    ['the app’s appid as its tail', sealed(plainText({ message: CONTENT, tail: APP })), 403],
    ['no tail', sealed(plainText({ message: CONTENT, tail: '' })), 403],
    ['a length beyond its end', sealed(plainText({ message: CONTENT, length: 0xffff_ffff })), 403],
    [
      'a length that takes the tail in',
      sealed(plainText({ message: '<xml/>', length: 6 + APPID.length })),
      403,
    ],
    ['half a block', Buffer.alloc(40).toString('base64'), 403],
    ['no base64', CONTENT, 403],
    ['a message that is not UTF-8', sealed(plainText({ message: Buffer.from([0xff, 0xfe, 0xc3]) })), 400],
    ['a message that is no XML', sealed(plainText({ message: CONTENT })), 400],
    ['an empty message', sealed(plainText({ message: '' })), 400],
    ['a message with entities', sealed(plainText({ message: `<!DOCTYPE x [<!ENTITY a "b">]><xml/>` })), 400],
    ['a message without an event', sealed(plainText({ message: '<xml><a>1</a></xml>' })), 400],
    [
      'an audit event without its app',
      sealed(plainText({ message: '<xml><MsgType>event</MsgType><Event>weapp_audit_fail</Event></xml>' })),
      400,
    ],
  ];
  it.each(broken)('%s is refused', async (_what, encrypt, status) => {
    expect(await receiver().post(PATHS[2], signedAround(encrypt))).toMatchObject({ status });
  });

  it('any bytes inside Encrypt are refused', async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (to, bytes, whole) => {
        const encrypt = whole
          ? sealed(plainText({ message: Buffer.from(bytes) }))
          : Buffer.from(bytes).toString('base64');
        const { status } = await receiver().post(to, signedAround(encrypt));
        refused(status);
      }),
      { numRuns: 150 },
    );
  });
});
