/** Who is believed to be whom: every field is covered, and rubbish is refused, never thrown at. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdentityError, NO_IDENTITIES } from '../../src/identity/identities.js';
import { readPublicKey } from '../../src/identity/keys.js';
import { signApproval } from '../../src/identity/sign.js';
import { knowing, OTHER_THINGS, person, STATEMENT } from './people.js';

const alice = person();
const bob = person();
const signature = signApproval(STATEMENT, alice.privateKey);

describe('an approval', () => {
  const known = knowing({ alice: [alice.publicKey], bob: [bob.publicKey] });

  it('counts when it is signed by whom it names', async () => {
    expect((await known).authenticate(STATEMENT, signature).ok).toBe(true);
  });

  it.each(OTHER_THINGS)('cannot be used for %s', async (_what, change) => {
    const { ok, why } = (await known).authenticate({ ...STATEMENT, ...change }, signature);
    expect(ok).toBe(false);
    expect(why).toContain('for this release, gate, verb and command. Sign it anew');
  });

  it('does not count when it is signed by somebody else', async () => {
    const forged = signApproval(STATEMENT, bob.privateKey);
    expect((await known).authenticate(STATEMENT, forged).ok).toBe(false);
  });

  it.each(['carol', 'Alice', 'alice ', '__proto__', 'constructor', 'toString'])(
    'of %s, whom the worker does not know, says what to do',
    async (by) => {
      const signed = signApproval({ ...STATEMENT, by }, alice.privateKey);
      expect((await known).authenticate({ ...STATEMENT, by }, signed)).toEqual({
        ok: false,
        why: `this worker knows no key of "${by}". Add the public key to identities in its configuration`,
      });
    },
  );

  it.each([null, undefined, ''])('without a signature (%j) only claims a name', async (none) => {
    const { ok, why } = (await known).authenticate(STATEMENT, none);
    expect([ok, why]).toEqual([
      false,
      'it is not signed: only says that it is by "alice". Sign it with `--key FILE`',
    ]);
  });

  it.each([
    ['cut', signature.slice(0, -4)],
    ['longer', `${signature}AAAA`],
    ['without padding', signature.replace(/=+$/, '')],
    ['of base64url', `-_${signature.slice(2)}`],
    ['with a line end', `${signature}\n`],
    ['hexadecimal', Buffer.from(signature, 'base64').toString('hex')],
    ['a number', 88],
    ['a list of it', [signature]],
    ['its bytes', Buffer.from(signature, 'base64')],
  ])('whose signature is %s is malformed', async (_what, given) => {
    const { ok, why } = (await known).authenticate(STATEMENT, given);
    expect([ok, why]).toEqual([
      false,
      'its signature is malformed: must be 88 characters of base64. Sign it with `--key FILE`',
    ]);
  });

  it('is refused by a worker that knows nobody', () => {
    expect(NO_IDENTITIES.authenticate(STATEMENT, signature).ok).toBe(false);
    expect(NO_IDENTITIES.list()).toEqual([]);
  });

  it('of any shape at all is answered, with a short reason', async () => {
    const identities = await known;
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    const half = fc.record(
      Object.fromEntries(
        Object.entries(STATEMENT).map(([field, value]) => [field, fc.oneof(fc.constant(value), anything)]),
      ),
      { requiredKeys: [] },
    );
    const bytes = fc
      .uint8Array({ minLength: 60, maxLength: 68 })
      .map((raw) => Buffer.from(raw).toString('base64'));
    const signed = fc.oneof(anything, fc.string(), bytes);
    fc.assert(
      fc.property(fc.oneof(half, fc.constant(STATEMENT)), signed, (statement, given) => {
        const { ok, why } = identities.authenticate({ ...STATEMENT, ...statement }, given);
        expect(ok).toBe(false);
        expect(why.length).toBeLessThan(400);
      }),
      { numRuns: 2_000 },
    );
  });

  it('with any one character of its signature changed is refused', async () => {
    const identities = await known;
    fc.assert(
      fc.property(fc.nat(85), fc.constantFrom(...'ABCDwxyz0189+/'), (at, char) => {
        const changed = signature.slice(0, at) + char + signature.slice(at + 1);
        // The last character before the padding has four bits that say nothing.
        const same = Buffer.from(changed, 'base64').equals(Buffer.from(signature, 'base64'));
        expect(identities.authenticate(STATEMENT, changed).ok).toBe(same);
      }),
    );
  });

  it('of megabytes is refused without being read through', async () => {
    const identities = await known;
    const long = 'x'.repeat(20_000_000);
    const began = performance.now();
    for (const field of Object.keys(STATEMENT))
      expect(identities.authenticate({ ...STATEMENT, [field]: long }, signature).ok).toBe(false);
    expect(identities.authenticate(STATEMENT, long).ok).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('the keys of a name', () => {
  it('may be several: the old one counts until it is taken away', async () => {
    const next = person();
    const anew = signApproval(STATEMENT, next.privateKey);
    const both = await knowing({ alice: [next.publicKey, alice.publicKey] });
    expect([both.authenticate(STATEMENT, signature).ok, both.authenticate(STATEMENT, anew).ok]).toEqual([
      true,
      true,
    ]);
    const after = await knowing({ alice: [next.publicKey] });
    expect([after.authenticate(STATEMENT, signature).ok, after.authenticate(STATEMENT, anew).ok]).toEqual([
      false,
      true,
    ]);
  });

  it('may lie in variables and files, as PEM too', async () => {
    const pem = readPublicKey(bob.publicKey).export({ type: 'spki', format: 'pem' }).toString();
    const places = { 'env:ALICE': alice.publicKey, 'file:/keys/bob.pem': pem };
    const identities = await knowing({ alice: ['env:ALICE'], bob: ['file:/keys/bob.pem'] }, places);
    expect(identities.authenticate(STATEMENT, signature).ok).toBe(true);
    expect(identities.list().map(({ name }) => name)).toEqual(['alice', 'bob']);
  });

  it('are told all at once when they cannot be used', async () => {
    const opening = knowing({
      alice: [alice.publicKey, 'not a key'],
      bob: ['env:NOWHERE'],
      'on-call': [alice.publicKey],
    });
    await expect(opening).rejects.toThrow(IdentityError);
    await expect(opening).rejects.toThrow(
      [
        'the identities cannot be used: identities.alice.1: it is no public key: neither PEM (-----BEGIN PUBLIC KEY-----) nor one line of base64 (MCowBQYDK2VwAyEA…)',
        'identities.bob: env:NOWHERE is not set. Set it to the public key.',
        'identities.on-call: it is the key of alice too; each name needs its own',
      ].join('; '),
    );
  });
});
