import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { staticTokens } from '../../src/credentials/static.js';
import { APP, errorOf, failureOf, TOKEN } from '../wechat/fake-server.js';

/** A file in a folder that ends with the test. */
async function file(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'token-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'token');
  await writeFile(path, content);
  return path;
}

test('a variable is read at each use, so a changed one counts', async () => {
  const env: Record<string, string> = { SHOP_TOKEN: 'one' };
  const tokens = staticTokens({ apps: { [APP]: 'env:SHOP_TOKEN' }, env });
  expect(await tokens.get(APP)).toBe('one');
  env.SHOP_TOKEN = 'two';
  expect(await tokens.get(APP, { rejected: 'one' })).toBe('two');
});

test('a file is read at each use, without the line break at its end', async () => {
  const path = await file('one\n');
  const tokens = staticTokens({ apps: { [APP]: `file:${path}` } });
  expect(await tokens.get(APP)).toBe('one');
  await writeFile(path, 'two\n');
  expect(await tokens.get(APP)).toBe('two');
});

test('a rejected token that still lies there is answered again', async () => {
  const tokens = staticTokens({ default: 'env:T', env: { T: 'same' } });
  expect(await tokens.get(APP, { rejected: 'same' })).toBe('same');
});

test('the default serves the apps that have none of their own', async () => {
  const tokens = staticTokens({ apps: { [APP]: 'env:A' }, default: 'env:B', env: { A: 'own', B: 'shared' } });
  expect([await tokens.get(APP), await tokens.get('wxfedcba9876543210')]).toEqual(['own', 'shared']);
});

test.each([
  ['is not set', {}],
  ['is empty', { SHOP_TOKEN: '  ' }],
])('a variable that %s is named, with its app', async (state, env) => {
  const failure = await failureOf(staticTokens({ default: 'env:SHOP_TOKEN', env }).get(APP));
  expect(failure).toMatchObject({ kind: 'credential', app: APP, action: 'permission' });
  expect(failure.message).toBe(`the environment variable SHOP_TOKEN ${state}`);
  expect(failure.remedy).toBe('Set SHOP_TOKEN to its authorizer_access_token.');
});

test("the platform's own is read as the others are, and its absence told as the platform's", async () => {
  const env: Record<string, string> = { PLATFORM: 'one' };
  const tokens = staticTokens({ platform: 'env:PLATFORM', env });
  expect(await tokens.component?.()).toBe('one');
  env.PLATFORM = 'two';
  expect(await tokens.component?.({ rejected: 'one' })).toBe('two');
  env.PLATFORM = '';
  const error = await errorOf(tokens.component?.() ?? Promise.resolve());
  expect(error.failure).toMatchObject({ kind: 'credential', app: null });
  expect(error.message).toContain('of the platform');
  expect(error.failure.remedy).toBe("Set PLATFORM to the platform's component_access_token.");
  expect(staticTokens({ default: 'env:A', env }).component).toBeUndefined();
});

test('a file that is missing or empty is named', async () => {
  expect((await failureOf(staticTokens({ default: 'file:/no/such/file' }).get(APP))).message).toBe(
    'the file /no/such/file cannot be read: ENOENT',
  );
  const path = await file('\n');
  expect((await failureOf(staticTokens({ default: `file:${path}` }).get(APP))).message).toBe(
    `the file ${path} is empty`,
  );
});

test('an app without a token is told so, whatever it is called', async () => {
  for (const app of [APP, 'constructor', '__proto__']) {
    expect(await failureOf(staticTokens({ apps: {} }).get(app))).toMatchObject({
      ...{ kind: 'credential', app, message: 'no token is configured for this Mini Program' },
    });
  }
});

test.each([TOKEN, `env:${TOKEN}`, 'file:71_abc', 'env:', ''])(
  'a token written in place of a reference does not show: %s',
  async (reference) => {
    const error = await errorOf(staticTokens({ default: reference }).get(APP));
    expect(error.failure.message).toBe('its token reference is neither env:NAME nor file:/path');
    for (const secret of [TOKEN, '71_abc'])
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(secret);
  },
);
