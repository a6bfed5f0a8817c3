import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Redactor } from '../../src/telemetry/redactor.js';
import { learnSecrets, learnTokens, learnValue } from '../../src/telemetry/secrets.js';

it('learns what the environment and the configuration refer to, and the password in an address', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'token-books'), 'the-token-of-books\n');
  const env = {
    DATABASE_URL: 'postgres://weapp:pass%20word1@db/weapp',
    TEMPORAL_API_KEY: 'the-key-of-temporal',
    PLAN_WECOM_WEBHOOK: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d',
    SHOP: 'the-token-of-shop',
    HOME: '/home/somebody',
  };
  const config = {
    tokens: { apps: { shop: 'env:SHOP', books: `file:${folder}/token-books`, lost: 'env:NOWHERE' } },
    references: { folder: '/etc/weapp-rollout' },
  };
  const redactor = new Redactor();
  await learnSecrets(redactor, config, env);
  for (const secret of [
    'pass%20word1',
    'pass word1',
    'the-key-of-temporal',
    '0a1b2c3d',
    'the-token-of-shop',
    'the-token-of-books',
  ])
    expect(redactor.text(`it is ${secret}.`)).not.toContain(secret);
  expect(redactor.text('/home/somebody /etc/weapp-rollout')).toBe('/home/somebody /etc/weapp-rollout');
});

it('learns each token as it is given out', async () => {
  const redactor = new Redactor();
  const given = { count: 0 };
  const next = async () => {
    given.count += 1;
    return `token-number-${given.count}`;
  };
  const tokens = learnTokens({ get: next, component: next }, redactor);
  expect(await tokens.get('wx1')).toBe('token-number-1');
  expect(await tokens.component?.()).toBe('token-number-2');
  expect(redactor.text('token-number-1 token-number-2 token-number-3')).toBe(
    '[secret] [secret] token-number-3',
  );
  expect(learnTokens({ get: next }, redactor).component).toBeUndefined();
});

it('learns what a reference of a plan stands for: the whole address and the key in it, and no host alone', () => {
  const redactor = new Redactor();
  learnValue(redactor, 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d');
  learnValue(redactor, 'whsec_c2VjcmV0');
  learnValue(redactor, 'http://prometheus:9090');
  const said = 'http://prometheus:9090 refused 0a1b2c3d and whsec_c2VjcmV0';
  expect(redactor.text(said)).toBe('http://prometheus:9090 refused [secret] and [secret]');
});
