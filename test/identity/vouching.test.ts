/** The HTTP API, which knows people by their tokens, signs in their name; a worker believes it, and only it. */
import { describe, expect, it } from 'vitest';
import { IdentityError } from '../../src/identity/identities.js';
import { fingerprint, readPublicKey } from '../../src/identity/keys.js';
import { signApproval } from '../../src/identity/sign.js';
import { isToken, newToken, tokenHash } from '../../src/identity/tokens.js';
import { knowing, OTHER_THINGS, person, STATEMENT } from './people.js';

const [alice, bob, api, nextApi] = [person(), person(), person(), person()];
const byApi = signApproval(STATEMENT, api.privateKey);

describe('a signature of the API', () => {
  it('counts for whoever it names, known by a key or not, and says that it was a token', async () => {
    const why = `by token: the API vouches for "alice", with key ${fingerprint(readPublicKey(api.publicKey))}`;
    for (const configured of [{}, { alice: [alice.publicKey] }]) {
      const worker = await knowing(configured, {}, [api.publicKey]);
      expect(worker.authenticate(STATEMENT, byApi)).toEqual({ ok: true, why });
    }
  });

  it.each(OTHER_THINGS)('cannot be used for %s', async (_what, change) => {
    const worker = await knowing({ alice: [alice.publicKey], bob: [bob.publicKey] }, {}, [api.publicKey]);
    const { ok, why } = worker.authenticate({ ...STATEMENT, ...change }, byApi);
    expect(ok).toBe(false);
    expect(why).toContain('for this release, gate, verb and command, nor of the API. Sign it anew');
  });

  it('leaves people their own keys', async () => {
    const worker = await knowing({ alice: [alice.publicKey] }, {}, [api.publicKey]);
    const own = worker.authenticate(STATEMENT, signApproval(STATEMENT, alice.privateKey));
    expect(own).toEqual({ ok: true, why: expect.stringMatching(/^signed with key [\da-f]{16} of "alice"$/) });
    expect(worker.authenticate(STATEMENT, signApproval(STATEMENT, bob.privateKey)).ok).toBe(false);
  });

  it('is nobody’s where no key of the API is configured', async () => {
    const worker = await knowing({ alice: [alice.publicKey] });
    expect(worker.authenticate(STATEMENT, byApi).ok).toBe(false);
    expect(worker.vouchers()).toEqual([]);
  });

  it('for a name without a key says that neither is known', async () => {
    const worker = await knowing({}, {}, [api.publicKey]);
    expect(worker.authenticate(STATEMENT, signApproval(STATEMENT, bob.privateKey)).why).toBe(
      'this worker knows no key of "alice", and the signature is not of the API. Add the public key to identities in its configuration',
    );
  });

  it('counts with the old key and the new one while one is replaced', async () => {
    const both = await knowing({}, { 'env:API_KEY': nextApi.publicKey }, ['env:API_KEY', api.publicKey]);
    for (const { privateKey } of [api, nextApi])
      expect(both.authenticate(STATEMENT, signApproval(STATEMENT, privateKey)).ok).toBe(true);
    expect(both.vouchers()).toEqual(
      [nextApi, api].map(({ publicKey }) => fingerprint(readPublicKey(publicKey))),
    );
    expect(both.list()).toEqual([]);
  });
});

describe('the key of the API', () => {
  it('is nobody’s own', async () => {
    const opening = knowing({ alice: [alice.publicKey], bob: [api.publicKey] }, {}, [
      nextApi.publicKey,
      api.publicKey,
    ]);
    await expect(opening).rejects.toThrow(IdentityError);
    await expect(opening).rejects.toThrow(
      "api.publicKey.1: it is the key of bob too; with the API's key one decides as anybody, so it can be nobody's own",
    );
  });

  it.each([
    ['is private', '-----BEGIN PRIVATE KEY-----\nabc', 'api.publicKey: it is a private key'],
    ['lies nowhere', 'env:NOWHERE', 'api.publicKey: env:NOWHERE is not set. Set it to the public key.'],
  ])('is refused at the start when it %s', async (_what, key, message) => {
    await expect(knowing({}, {}, [key])).rejects.toThrow(message);
  });

  it('is refused when it is there twice', async () => {
    await expect(knowing({}, {}, [api.publicKey, api.publicKey])).rejects.toThrow(
      'api.publicKey.1: this key is there already',
    );
  });
});

describe('a token', () => {
  it('is 256 random bits behind a prefix, and known by its SHA-256', () => {
    const tokens = Array.from({ length: 100 }, newToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^wr_[A-Za-z0-9_-]{43}$/);
    expect(tokens.every(isToken)).toBe(true);
    // `printf abc | sha256sum`, so that anybody can make the line by hand.
    expect(tokenHash('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each(['', 'wr_', `xx_${'a'.repeat(43)}`, `wr_${'a'.repeat(44)}`, `wr_${'a'.repeat(42)}\n`])(
    'is not %j',
    (text) => expect(isToken(text)).toBe(false),
  );
});
