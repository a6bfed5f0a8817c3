/** What is signed, to the byte: signer and verifier may be of different versions of the product. */
import { describe, expect, it } from 'vitest';
import { fingerprint, publicLine } from '../../src/identity/keys.js';
import { signApproval } from '../../src/identity/sign.js';
import { statementText } from '../../src/identity/statement.js';
import { knowing, person, rfcKey, STATEMENT } from './people.js';

describe('a signed approval', () => {
  it('is the text and the signature that they have always been (checked with OpenSSL)', async () => {
    const statement = { ...STATEMENT, by: '王小明' };
    expect(statementText(statement)).toBe(
      'weapp-rollout approval v1\n["release:wx0123456789abcdef","1.4.0",1767225600000,"stage:2",1767232800000,"approve","6f1f0d8e","王小明"]',
    );
    const signature =
      'qHQSZsfq39mjvOgq3S320w9Pivv+yWpQTqF6XCxyIVUng+HDL9mxyxfBZ3DBWBqie4AengiTXX7uRsTzA9FnAw==';
    expect(signApproval(statement, rfcKey())).toBe(signature);
    expect(publicLine(rfcKey())).toBe('MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
    expect(fingerprint(rfcKey())).toBe('06e3fd8fda29bb60');
    const worker = await knowing({ 王小明: [publicLine(rfcKey())] });
    expect(worker.authenticate(statement, signature)).toEqual({
      ok: true,
      why: 'signed with key 06e3fd8fda29bb60 of "王小明"',
    });
  });

  it.each([
    ['a name without letters', { by: '' }, 'by is missing'],
    ['a gate without end', { gate: 'x'.repeat(1_001) }, 'gate is longer than 1000 characters'],
    ['half a millisecond', { startedAt: 0.5 }, 'startedAt is not a whole number of milliseconds'],
    ['no time at all', { askedAt: Number.NaN }, 'askedAt is not a whole number of milliseconds'],
  ])('is not made of %s', (_what, change, fault) => {
    expect(() => signApproval({ ...STATEMENT, ...change }, person().privateKey)).toThrow(fault);
  });
});
