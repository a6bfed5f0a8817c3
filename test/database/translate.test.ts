/** What PostgreSQL and the network say, as what a person can do about it; and never what is stored. */
import { describe, expect, it } from 'vitest';
import { DatabaseError } from '../../src/database/errors.js';
import { translated } from '../../src/database/translate.js';

const said = (code: string, message = 'as it says') =>
  translated(Object.assign(new Error(message), { code }), 'host:5432/db');

describe('what PostgreSQL says', () => {
  it.each([
    ['25006', 'unreachable', 'takes no changes'],
    ['55000', 'unreachable', 'not ready'],
    ['57P04', 'unreachable', 'the database was dropped'],
    ['57P05', 'unreachable', 'the connection broke'],
    ['08006', 'unreachable', 'the connection broke'],
    ['08P01', 'unreachable', 'the connection broke'],
    ['53100', 'busy', 'has not enough'],
    ['53200', 'busy', 'has not enough'],
    ['53300', 'busy', 'no connection left'],
    ['ENETUNREACH', 'unreachable', 'no way to the host'],
    ['ENETDOWN', 'unreachable', 'the connection failed (ENETDOWN)'],
  ])('%s passes: %s', (code, trouble, what) => {
    const error = said(code);
    expect(error).toMatchObject({ trouble, passing: true, what: expect.stringContaining(what) });
    expect(error).toMatchObject({ what: expect.stringMatching(/^the database at host:5432\/db: /) });
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'its certificate is not trusted (CERT_HAS_EXPIRED)'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not trusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted'],
  ])('%s is for a person', (code, what) => {
    expect(said(code)).toMatchObject({ trouble: 'refused', what: expect.stringContaining(what) });
  });

  it('is repeated for our own faults, but where it quotes what was to be stored', () => {
    expect(said('42703', 'column "x" does not exist')).toMatchObject({
      trouble: 'query',
      what: expect.stringContaining('42703 (column "x" does not exist)'),
    });
    const quoting = said('22P02', 'invalid input syntax for type integer: "must-not-show"');
    expect(quoting).toMatchObject({ trouble: 'query', what: expect.stringContaining('22P02') });
    expect(String(quoting)).not.toContain('must-not-show');
  });
});

it('errors of other rooms pass as they are', () => {
  class Refused extends Error {}
  const others = [
    ...[new Error('no'), new TypeError('no'), new DatabaseError('key', 'what', 'remedy'), 'text'],
    // WeChat's words, thrown while a row was held.
    new Refused('get token timeout'),
  ];
  for (const error of others) expect(translated(error, 'host:5432/db')).toBe(error);
});
