/** Who is who, as a configuration says it. */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigError, parseWorkerConfig } from '../../src/config/worker-config.js';

const KEY = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

describe('identities', () => {
  it('are names with a key, a reference, or a list of these', () => {
    const text = `
identities:
  alice: ${KEY}
  on-call: [env:ON_CALL_1, file:/keys/on-call-2.pem]
  王 小明: |
    -----BEGIN PUBLIC KEY-----
    ${KEY}
    -----END PUBLIC KEY-----
`;
    expect(parseWorkerConfig(parse(text)).identities).toEqual({
      alice: [KEY],
      'on-call': ['env:ON_CALL_1', 'file:/keys/on-call-2.pem'],
      '王 小明': [`-----BEGIN PUBLIC KEY-----\n${KEY}\n-----END PUBLIC KEY-----`],
    });
  });

  it.each([
    ['a name with space around it', { ' alice': KEY }, 'must be a name of at most 100 characters'],
    [
      'a name that a command would cut',
      { ['a'.repeat(101)]: KEY },
      'must be a name of at most 100 characters',
    ],
    ['a name with control characters', { 'al\u001bice': KEY }, 'must be a name of at most 100 characters'],
    [
      'a name with an invisible character',
      { 'alice\u200b': KEY },
      'must be a name of at most 100 characters',
    ],
    [
      'nothing for a key',
      { alice: '' },
      'identities.alice: must be a public key, env:NAME or file:/path, or a list',
    ],
    ['a reference that is none', { alice: 'env:NOT A NAME' }, 'identities.alice: must be a public key'],
    ['no key in a list', { alice: [] }, 'or a list of them'],
    ['a group for a key', { alice: { key: KEY } }, 'identities.alice: must be a public key'],
    ['a list for the whole', [KEY], 'identities: '],
  ])('are refused with the field’s name: %s', (_what, identities, message) => {
    expect(() => parseWorkerConfig({ identities })).toThrow(ConfigError);
    expect(() => parseWorkerConfig({ identities })).toThrow(message);
  });

  it('never take a name that objects have by themselves for something else', () => {
    const parsed = parseWorkerConfig(parse(`identities: { constructor: ${KEY} }`)).identities;
    expect(Object.entries(parsed)).toEqual([['constructor', [KEY]]]);
  });
});
