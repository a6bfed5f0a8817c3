/** Signing and encryption agree with WeChat's own numbers, both ways, and what is not WeChat's is told by its fault. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decryptMessage,
  encryptMessage,
  messageKey,
  msgSignature,
  sameSignature,
  urlSignature,
} from '../../../src/wechat/push/crypto.js';
import { PushError, type PushFault } from '../../../src/wechat/push/fault.js';
import { APPID, KEY, plainText, sealed } from './sealed.js';
import { official, vectors } from './vectors.js';

const OTHER_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

function faultOf(work: () => unknown): PushFault | 'none' {
  try {
    work();
  } catch (error) {
    if (error instanceof PushError) return error.fault;
    throw error;
  }
  return 'none';
}

const opened = (encrypt: string, keys = [KEY]) => decryptMessage(encrypt, keys, APPID);

describe('WeChat’s own samples', () => {
  it.each(vectors)('$source: decrypted', ({ encrypt, key, appid, message, bytes }) => {
    expect(decryptMessage(encrypt, [key], appid)).toBe(message);
    if (bytes !== undefined) expect(Buffer.byteLength(message)).toBe(bytes);
  });

  it.each(vectors.filter(({ random }) => random !== undefined))(
    '$source: encrypted',
    ({ encrypt, key, appid, message, random = '' }) => {
      expect(encryptMessage(message, key, appid, Buffer.from(random))).toBe(encrypt);
    },
  );

  it.each(vectors.filter(({ token }) => token !== undefined))(
    '$source: signed',
    ({ token = '', timestamp = '', nonce = '', encrypt, msgSignature: expected }) => {
      expect(msgSignature(token, timestamp, nonce, encrypt)).toBe(expected);
    },
  );

  it('have a signature of the address, too', () => {
    const { timestamp, nonce, signature } = official.query;
    expect(urlSignature(official.secrets.token, timestamp, nonce)).toBe(signature);
  });
});

describe('encryption', () => {
  it('gives back any message, whatever its length and script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (message) => {
        expect(opened(encryptMessage(message, KEY, APPID))).toBe(
          Buffer.from(message)
            .toString()
            .replace(/^\uFEFF/, ''),
        );
      }),
    );
  });

  it('pads to 32 bytes: all 32 lengths of padding occur and are read', () => {
    for (let length = 0; length < 32; length += 1) {
      const encrypt = encryptMessage('x'.repeat(length), KEY, APPID);
      expect(Buffer.from(encrypt, 'base64').length % 32).toBe(0);
      expect(opened(encrypt)).toBe('x'.repeat(length));
    }
  });

  it('never makes the same text of the same message twice', () => {
    expect(encryptMessage('m', KEY, APPID)).not.toBe(encryptMessage('m', KEY, APPID));
  });

  it('is read with the previous key while WeChat still uses it', () => {
    expect(opened(encryptMessage('m', KEY, APPID), [OTHER_KEY, KEY])).toBe('m');
  });
});

describe('decryption refuses', () => {
  const cases: [string, PushFault, () => string][] = [
    ['another key', 'undecryptable', () => encryptMessage('m', OTHER_KEY, APPID)],
    ['another platform', 'wrongAppId', () => encryptMessage('m', KEY, 'wxffffffffffffffff')],
    [
      'the appid of the app instead of the platform’s',
      'wrongAppId',
      () => sealed(plainText({ tail: 'wxba5fad812f8e6fb9' })),
    ],
    ['a tail that only begins like ours', 'wrongAppId', () => sealed(plainText({ tail: `${APPID}0` }))],
    ['no tail', 'wrongAppId', () => sealed(plainText({ tail: '' }))],
    ['a length that reaches into the tail', 'wrongAppId', () => sealed(plainText({ length: 8 }))],
    ['a length beyond the end', 'undecryptable', () => sealed(plainText({ length: 10_000 }))],
    ['the greatest length there is', 'undecryptable', () => sealed(plainText({ length: 0xffff_ffff }))],
    ['padding of 0', 'undecryptable', () => sealed(Buffer.alloc(64))],
    // Their plain texts are 45 bytes, so that 19 bytes of padding would be right.
    ['padding of 51', 'undecryptable', () => sealed(plainText({ padding: Buffer.alloc(51, 51) }))],
    [
      'padding that is not all the same',
      'undecryptable',
      () => sealed(plainText({ padding: Buffer.concat([Buffer.alloc(18), Buffer.from([19])]) })),
    ],
    ['padding longer than the text', 'undecryptable', () => sealed(Buffer.alloc(16, 32))],
    ['a text too short for a length', 'undecryptable', () => sealed(Buffer.alloc(32, 16))],
    ['half a block', 'undecryptable', () => Buffer.alloc(24).toString('base64')],
    ['what is not base64', 'undecryptable', () => '!!!not-base64!!!'],
    ['base64 without its end', 'undecryptable', () => encryptMessage('m', KEY, APPID).replace(/=+$/, '')],
    [
      'base64 with blanks in it',
      'undecryptable',
      () => `${encryptMessage('m', KEY, APPID).slice(0, -4)} AA=`,
    ],
    ['nothing', 'undecryptable', () => ''],
    [
      'a message that is not UTF-8',
      'notUtf8',
      () => sealed(plainText({ message: Buffer.from([0xc3, 0x28]) })),
    ],
  ];
  it.each(cases)('%s: %s', (_what, fault, make) => {
    expect(faultOf(() => opened(make()))).toBe(fault);
  });

  it('a key that is no EncodingAESKey', () => {
    for (const key of ['', 'short', `${KEY}=`, KEY.slice(1), `${KEY.slice(1)}!`])
      expect(faultOf(() => messageKey(key))).toBe('badKey');
  });

  it('anything else without a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(faultOf(() => opened(text))).toBe('undecryptable');
      }),
    );
  });
});

describe('signatures', () => {
  it('are compared whole, whatever their length', () => {
    const signature = official.query.msg_signature;
    expect(sameSignature(signature, signature)).toBe(true);
    expect(sameSignature(`${signature}0`, signature)).toBe(false);
    expect(sameSignature('', signature)).toBe(false);
  });
});
