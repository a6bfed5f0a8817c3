/** Whom the HTTP API lets in, as a configuration says it; and that a token in it is refused and never repeated. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigError, parseWorkerConfig } from '../../src/config/worker-config.js';
import { newToken, tokenHash } from '../../src/identity/tokens.js';

const KEY = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const token = newToken();
const hash = tokenHash(token);
const ANN = { name: 'ann', hash, roles: ['operator'], apps: ['*'] };

describe('the API', () => {
  it('is configured by its key, its tokens and its limits', () => {
    const text = `
api:
  publicKey: ${KEY}
  signingKey: file:/run/secrets/api-key
  tokens:
    - { name: ann, hash: "${hash}", roles: [operator, approver], apps: [wx0123456789abcdef], expires: 2027-01-31T08:00:00+08:00 }
    - { name: ann, hash: "SHA256:${'AB'.repeat(32)}", roles: [viewer], apps: ["*"] }
  limits: { requests: 60 }
  behindProxy: true
`;
    expect(parseWorkerConfig(parse(text)).api).toEqual({
      publicKey: [KEY],
      signingKey: 'file:/run/secrets/api-key',
      tokens: [
        {
          name: 'ann',
          hash,
          roles: ['operator', 'approver'],
          apps: ['wx0123456789abcdef'],
          expires: Date.parse('2027-01-31T00:00:00Z'),
        },
        { name: 'ann', hash: `sha256:${'ab'.repeat(32)}`, roles: ['viewer'], apps: ['*'] },
      ],
      limits: { requests: 60, healthReports: 60, checks: 10, streams: 20 },
      behindProxy: true,
    });
  });

  it('lets nobody in, and vouches for nobody, unless it is told to', () => {
    expect(parseWorkerConfig({}).api).toEqual({
      publicKey: [],
      tokens: [],
      limits: { requests: 600, healthReports: 60, checks: 10, streams: 20 },
      behindProxy: false,
    });
  });

  it('takes several keys while one is replaced', () => {
    const publicKey = ['env:API_KEY', KEY];
    expect(parseWorkerConfig({ api: { publicKey } }).api.publicKey).toEqual(publicKey);
  });

  it.each([
    ['a field that is not known', { port: 1 }, 'api: Unrecognized key: "port"'],
    ['a private key in place', { signingKey: '-----BEGIN PRIVATE KEY-----' }, 'never a key itself'],
    ['no key in a list', { publicKey: [] }, 'api.publicKey: must be a public key, env:NAME or file:/path'],
    ['another hash', { tokens: [{ ...ANN, hash: `md5:${'a'.repeat(32)}` }] }, 'must be sha256: and 64 hex'],
    ['no role', { tokens: [{ ...ANN, roles: [] }] }, 'api.tokens.0.roles: must name a role'],
    ['another role', { tokens: [{ ...ANN, roles: ['root'] }] }, 'expected one of "viewer"|"operator"'],
    ['a role twice', { tokens: [{ ...ANN, roles: ['viewer', 'viewer'] }] }, 'names a role twice'],
    ['no app', { tokens: [{ ...ANN, apps: [] }] }, 'must name an app, or be ["*"] for all'],
    ['a pattern of apps', { tokens: [{ ...ANN, apps: ['wx*'] }] }, 'tokens.0.apps.0: must be an appid'],
    ['all apps and one', { tokens: [{ ...ANN, apps: ['*', 'wx1'] }] }, '* alone is for all'],
    ['a name with space', { tokens: [{ ...ANN, name: 'ann ' }] }, 'tokens.0.name: must be a name of at most'],
    ['a moment without zone', { tokens: [{ ...ANN, expires: '2027-01-31T08:00:00' }] }, 'with its zone'],
    ['a day', { tokens: [{ ...ANN, expires: '2027-01-31' }] }, 'must be a moment with its zone'],
    ['a hash twice', { tokens: [ANN, { ...ANN, name: 'bob' }] }, 'tokens.1.hash: is that of tokens.0 too'],
    ['no limit', { limits: { requests: 0 } }, 'api.limits.requests: '],
  ])('is refused with the field’s name: %s', (_what, api, message) => {
    expect(() => parseWorkerConfig({ api })).toThrow(ConfigError);
    expect(() => parseWorkerConfig({ api })).toThrow(message);
  });

  it.each([
    ['its hash', { ...ANN, hash: token }],
    ['its hash, behind the prefix', { ...ANN, hash: `sha256:${token}` }],
    ['its name', { ...ANN, name: token }],
    ['an app', { ...ANN, apps: [token] }],
    ['a role', { ...ANN, roles: [token] }],
    ['its expiry', { ...ANN, expires: token }],
    ['a field', { ...ANN, [token]: true }],
    ['a field of another name', { ...ANN, token }],
    ['the whole', token],
  ])('never repeats a token that stands for %s', (_what, entry) => {
    const parsing = () => parseWorkerConfig({ api: { tokens: [entry] } });
    expect(parsing).toThrow(/^the configuration is not valid: api\.tokens\.0/);
    expect(parsing).not.toThrow(token.slice(3, 20));
  });

  it('says that a token which lay in a configuration is worth nothing any more', () => {
    expect(() => parseWorkerConfig({ api: { tokens: [{ ...ANN, hash: token }] } })).toThrow(
      'api.tokens.0.hash: is a token itself, and is a secret no more: only its hash belongs here. Make a new one with `weapp-rollout token new`',
    );
  });
});
