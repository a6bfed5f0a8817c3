/** Secrets at rest: nothing can be read, changed or moved without the right key. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCipher } from '../../src/database/cipher.js';
import { DatabaseError } from '../../src/database/errors.js';

const key = (id: string) => ({ id, key: randomBytes(32).toString('base64') });
const [OLD, NEW] = [key('2026-01'), key('2026-11')];
const PLACE = { table: 'authorizers', column: 'sealed_refresh_token', row: ['wxcomponent', 'wx1'] };
const SECRET = 'refreshtoken@@@abc';

/** The DatabaseError that something ends with. */
function troubleOf(work: () => unknown): DatabaseError {
  try {
    work();
  } catch (error) {
    if (error instanceof DatabaseError) return error;
  }
  throw new Error('expected a DatabaseError');
}

describe('a sealed secret', () => {
  it('is opened again in its place, and looks different each time', () => {
    const cipher = createCipher([NEW]);
    const [one, two] = [cipher.seal(SECRET, PLACE), cipher.seal(SECRET, PLACE)];
    expect(one).toMatch(/^v1:2026-11:[\w-]{16}:[\w-]{22}:[\w-]+$/);
    expect(one).not.toBe(two);
    expect([cipher.open(one, PLACE), cipher.open(two, PLACE)]).toEqual([SECRET, SECRET]);
  });

  it('is sealed by the first key and opened by all', () => {
    const old = createCipher([OLD]).seal(SECRET, PLACE);
    const cipher = createCipher([NEW, OLD]);
    expect(cipher.open(old, PLACE)).toBe(SECRET);
    expect(cipher.seal(SECRET, PLACE)).toContain(':2026-11:');
  });

  it.each([
    ['another table', { ...PLACE, table: 'component_tokens' }],
    ['another column', { ...PLACE, column: 'sealed_access_token' }],
    ['another row', { ...PLACE, row: ['wxcomponent', 'wx2'] }],
    ['a row whose key reads the same when it is joined', { ...PLACE, row: ['wxcomponentwx1'] }],
  ])('does not open in %s', (_where, place) => {
    const cipher = createCipher([NEW]);
    const sealed = cipher.seal(SECRET, PLACE);
    expect(troubleOf(() => cipher.open(sealed, place)).trouble).toBe('damaged');
  });

  it('does not open after any change of a character', () => {
    const cipher = createCipher([NEW, OLD]);
    const sealed = cipher.seal(SECRET, PLACE);
    for (let index = 0; index < sealed.length; index += 1) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      // The last character of base64 may have bits that mean nothing.
      const opened = (() => {
        try {
          return cipher.open(changed, PLACE);
        } catch (error) {
          expect(error).toBeInstanceOf(DatabaseError);
          return SECRET;
        }
      })();
      expect(opened).toBe(SECRET);
    }
    const others = [
      '',
      'v1',
      SECRET,
      sealed.slice(0, -8),
      `${sealed}:`,
      sealed.replace('v1', 'v2'),
      'v1:?:a:b:c',
    ];
    for (const text of others) expect(troubleOf(() => cipher.open(text, PLACE)).trouble).toBe('damaged');
  });

  it('of a key that is missing names the key’s id and where it belongs', () => {
    const sealed = createCipher([OLD]).seal(SECRET, PLACE);
    const { trouble, what, remedy } = troubleOf(() => createCipher([NEW]).open(sealed, PLACE));
    expect(trouble).toBe('key');
    expect(what).toContain('the key 2026-01, which is not configured');
    expect(remedy).toContain('database.keys');
  });

  it('of another key with the same id does not open, and the error shows no key', () => {
    const sealed = createCipher([OLD]).seal(SECRET, PLACE);
    const other = key(OLD.id);
    const error = troubleOf(() => createCipher([other]).open(sealed, PLACE));
    expect(error.trouble).toBe('damaged');
    for (const secret of [OLD.key, other.key, SECRET]) expect(error.message).not.toContain(secret);
  });
});

describe('a key', () => {
  it.each([
    ['too short', randomBytes(16).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['hex', randomBytes(32).toString('hex')],
    ['a password', 'correct horse battery staple horse'],
    ['empty', ''],
  ])('that is %s is refused by its id, without being shown', (_what, text) => {
    const error = troubleOf(() => createCipher([{ id: 'mine', key: text }]));
    expect(error.what).toBe('the key mine is not 32 bytes in base64');
    expect(error.remedy).toContain('openssl rand -base64 32');
  });

  it('has an id of its own, of plain characters', () => {
    expect(troubleOf(() => createCipher([OLD, OLD])).what).toContain('same id');
    expect(troubleOf(() => createCipher([{ ...OLD, id: 'a:b' }])).what).toContain('malformed');
  });

  it('is needed to seal', () => {
    expect(troubleOf(() => createCipher([]).seal(SECRET, PLACE)).what).toContain('no key is configured');
  });
});
