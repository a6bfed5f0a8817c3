/** What a worker is told, and what it says when that is wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigError, loadWorkerConfig, parseWorkerConfig } from '../../src/config/worker-config.js';

const TOKEN = '71_a-token-that-somebody-pasted';

const DEFAULTS = {
  wechat: { baseUrl: 'https://api.weixin.qq.com', timeoutMs: 8_000 },
  tokens: { apps: {} },
  database: { keys: [], poolSize: 5 },
  identities: {},
  api: {
    publicKey: [],
    tokens: [],
    limits: { requests: 600, healthReports: 60, checks: 10, streams: 20 },
    behindProxy: false,
  },
  providers: { allowedHosts: ['127.0.0.1', 'localhost'] },
  notify: { allowedHosts: ['127.0.0.1', 'localhost'] },
  references: {},
  telemetry: { listen: { host: '127.0.0.1', port: 9464 }, releases: false, logs: 'auto' },
};

/** The message of a ConfigError; anything else fails the test. */
async function refusalOf(making: () => unknown): Promise<string> {
  try {
    await making();
  } catch (error) {
    if (error instanceof ConfigError) {
      expect(error.message).not.toContain(TOKEN);
      return error.message;
    }
  }
  throw new Error('expected a ConfigError');
}

/** A configuration file that ends with the test, and the environment that names it. */
async function fileWith(text: string): Promise<{ WEAPP_CONFIG: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'worker.yaml');
  await writeFile(file, text);
  return { WEAPP_CONFIG: file };
}

describe('a configuration', () => {
  it.each([[undefined], [null], [{}]])(
    'that says nothing (%j) has WeChat, no token and loopback only',
    (input) => {
      expect(parseWorkerConfig(input)).toEqual(DEFAULTS);
    },
  );

  it('names tokens by reference, by app and for every other', () => {
    const tokens = { apps: { wx1: 'env:TOKEN_1', wx2: 'file:/run/secrets/wx2' }, default: 'env:TOKEN' };
    expect(parseWorkerConfig({ tokens }).tokens).toEqual(tokens);
  });

  it.each([
    ['for an app', { apps: { wx1: TOKEN } }, 'tokens.apps.wx1'],
    ['for every app', { default: TOKEN }, 'tokens.default'],
    ['behind env:', { default: `env:${TOKEN}` }, 'tokens.default'],
    ['behind file:', { default: `file:${TOKEN}` }, 'tokens.default'],
    ['behind Bearer', { default: `Bearer ${TOKEN}` }, 'tokens.default'],
  ])('never holds a token itself: %s', async (_where, tokens, path) => {
    const message = await refusalOf(() => parseWorkerConfig({ tokens }));
    expect(message).toContain(`${path}: must be env:NAME or file:/path, never a token itself`);
  });

  it.each([
    ['an unknown field', { wechatt: {} }, 'wechatt'],
    ['an unknown field within', { wechat: { baseURL: 'https://x' } }, 'baseURL'],
    ['a text for a group', { tokens: TOKEN }, 'tokens'],
    ['a list', [], 'top level'],
    ['a base address that is none', { wechat: { baseUrl: 'api.weixin.qq.com' } }, 'wechat.baseUrl'],
    ['another protocol', { wechat: { baseUrl: 'ftp://api.weixin.qq.com' } }, 'wechat.baseUrl'],
    ['a timeout no write could keep', { wechat: { timeoutMs: 60_000 } }, 'wechat.timeoutMs'],
    ['a timeout in words', { wechat: { timeoutMs: '8s' } }, 'wechat.timeoutMs'],
    ['a port where messages go', { notify: { allowedHosts: ['hooks:443'] } }, 'notify.allowedHosts.0'],
    ['an empty host', { providers: { allowedHosts: [''] } }, 'providers.allowedHosts.0'],
  ])('is refused with the field’s name: %s', async (_what, input, field) => {
    expect(await refusalOf(() => parseWorkerConfig(input))).toContain(field);
  });

  it.each([`https://ops:${TOKEN}@api.weixin.qq.com`, `https://api.weixin.qq.com/?key=${TOKEN}`])(
    'has a base address that can be shown in logs, and takes a path: not %s',
    async (baseUrl) => {
      const message = await refusalOf(() => parseWorkerConfig({ wechat: { baseUrl } }));
      expect(message).toContain('without user, query or fragment');
    },
  );

  it.each(['http://prometheus', 'prometheus:9090', 'prometheus/path', 'a b'])(
    'allows hosts by their bare names, and says so of %s',
    async (host) => {
      const message = await refusalOf(() => parseWorkerConfig({ providers: { allowedHosts: [host] } }));
      expect(message).toContain('without scheme, port and path');
    },
  );

  it('allows hosts whatever the case, and addresses of both families', () => {
    const allowedHosts = ['Prometheus.Example', '10.0.0.7', '[::1]'];
    expect(parseWorkerConfig({ providers: { allowedHosts } }).providers.allowedHosts).toEqual([
      'prometheus.example',
      '10.0.0.7',
      '[::1]',
    ]);
  });

  it('tells all that is wrong at once', async () => {
    const message = await refusalOf(() =>
      parseWorkerConfig({ tokens: { default: TOKEN }, wechat: { timeoutMs: 1 } }, 'worker.yaml'),
    );
    expect(message).toMatch(/^worker\.yaml is not valid: .*wechat\.timeoutMs.*; tokens\.default/);
  });
});

describe('the configuration of the environment', () => {
  it('without a file expects every app’s token in WEAPP_TOKEN', async () => {
    const expected = { ...DEFAULTS, tokens: { apps: {}, default: 'env:WEAPP_TOKEN' } };
    expect(await loadWorkerConfig({})).toEqual(expected);
    expect(await loadWorkerConfig({ WEAPP_CONFIG: '', WECHAT_API_BASE: '' })).toEqual(expected);
  });

  it('is read from YAML', async () => {
    const env = await fileWith('# ours\ntokens:\n  apps: { wx1: env:TOKEN_1 }\n');
    expect(await loadWorkerConfig(env)).toEqual({ ...DEFAULTS, tokens: { apps: { wx1: 'env:TOKEN_1' } } });
  });

  it('is read from JSON', async () => {
    const env = await fileWith('{ "references": { "folder": "/etc/weapp" } }');
    expect((await loadWorkerConfig(env)).references).toEqual({ folder: '/etc/weapp' });
  });

  it('may be an empty file', async () => {
    expect(await loadWorkerConfig(await fileWith('# nothing yet\n'))).toEqual(DEFAULTS);
  });

  it('takes WECHAT_API_BASE before the file, and the file’s other fields', async () => {
    const env = await fileWith('wechat: { baseUrl: https://proxy.example, timeoutMs: 5000 }');
    const { wechat } = await loadWorkerConfig({ ...env, WECHAT_API_BASE: 'http://127.0.0.1:8080' });
    expect(wechat).toEqual({ baseUrl: 'http://127.0.0.1:8080', timeoutMs: 5_000 });
  });

  it('names WECHAT_API_BASE when that is wrong', async () => {
    expect(await refusalOf(() => loadWorkerConfig({ WECHAT_API_BASE: 'localhost:8080' }))).toMatch(
      /^WECHAT_API_BASE is not valid/,
    );
  });

  it('that cannot be read is told with its path', async () => {
    const message = await refusalOf(() => loadWorkerConfig({ WEAPP_CONFIG: '/nowhere/worker.yaml' }));
    expect(message).toBe('WEAPP_CONFIG names /nowhere/worker.yaml, which cannot be read (ENOENT)');
    expect(await refusalOf(() => loadWorkerConfig({ WEAPP_CONFIG: tmpdir() }))).toContain('EISDIR');
  });

  it.each([
    ['a tab', `tokens:\n\tdefault: ${TOKEN}`],
    ['a quote that does not end', `tokens:\n  default: "${TOKEN}`],
    ['a bracket that does not end', `tokens: { default: ${TOKEN}`],
    ['a field twice', `tokens: {}\ntokens: { default: ${TOKEN} }`],
    ['an alias of nothing', `tokens: { default: *${TOKEN} }`],
    ['two documents', `tokens: {}\n---\ntokens: { default: ${TOKEN} }`],
  ])('with a YAML error is told in a line that quotes nothing: %s', async (_what, text) => {
    const env = await fileWith(text);
    const message = await refusalOf(() => loadWorkerConfig(env));
    expect(message).toMatch(/worker\.yaml is no YAML: /);
    expect(message).not.toContain('\n');
  });

  it('with a tag that YAML does not know warns nobody with the line it is on', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const env = await fileWith(`tokens: { default: !secret ${TOKEN} }`);
    await refusalOf(() => loadWorkerConfig(env));
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

describe('telemetry', () => {
  const listenOf = (listen: unknown) => parseWorkerConfig({ telemetry: { listen } }).telemetry.listen;

  it.each([
    ['0.0.0.0:9464', { host: '0.0.0.0', port: 9464 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['metrics.internal:80', { host: 'metrics.internal', port: 80 }],
    ['off', null],
    [false, null],
  ])('listens at %s', (text, listen) => {
    expect(listenOf(text)).toEqual(listen);
  });

  it.each(['9464', 'host', 'host:70000', '::1:9464', 'http://host:1', '', true])(
    'does not listen at %s',
    async (text) => {
      expect(await refusalOf(() => listenOf(text))).toContain('telemetry.listen: ');
    },
  );

  it('of the environment goes before the file, which keeps the rest', async () => {
    const env = await fileWith('telemetry: { listen: "0.0.0.0:1", releases: true, logs: text }');
    const { telemetry } = await loadWorkerConfig({ ...env, WEAPP_TELEMETRY: 'off', WEAPP_LOGS: 'json' });
    expect(telemetry).toEqual({ listen: null, releases: true, logs: 'json' });
    expect((await loadWorkerConfig({ ...env, WEAPP_TELEMETRY: '', WEAPP_LOGS: '' })).telemetry).toEqual({
      listen: { host: '0.0.0.0', port: 1 },
      releases: true,
      logs: 'text',
    });
    const message = await refusalOf(() => loadWorkerConfig({ ...env, WEAPP_TELEMETRY: 'nine' }));
    expect(message).toContain('WEAPP_TELEMETRY is not valid: telemetry.listen: must be host:port');
  });
});
