import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ConnectConfigError,
  describeUnreachable,
  isConfigured,
  loadConnectConfig,
} from '../../src/servers/connect.js';
import { temporaryFolder } from './fakes.js';

/** An environment in which no configuration file of the person who runs the tests counts. */
function environment(values: Record<string, string> = {}) {
  return { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml', ...values };
}

function configFile(text: string): string {
  const path = join(temporaryFolder(), 'temporal.toml');
  writeFileSync(path, text);
  return path;
}

describe('where to connect', () => {
  it('is localhost:7233 and the namespace default when nobody says otherwise', () => {
    expect(loadConnectConfig(environment())).toMatchObject({
      address: 'localhost:7233',
      namespace: 'default',
    });
    expect(isConfigured(environment())).toBe(false);
  });

  it('is TEMPORAL_ADDRESS and its siblings', () => {
    const env = environment({
      TEMPORAL_ADDRESS: 'temporal.internal:7233',
      TEMPORAL_NAMESPACE: 'shop',
      TEMPORAL_API_KEY: 'k',
    });
    expect(isConfigured(env)).toBe(true);
    expect(loadConnectConfig(env)).toEqual({
      address: 'temporal.internal:7233',
      namespace: 'shop',
      connectionOptions: expect.objectContaining({
        address: 'temporal.internal:7233',
        apiKey: 'k',
        tls: true,
      }),
    });
  });

  it('counts an empty variable as not set', () => {
    const env = environment({ TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' });
    expect(isConfigured(env)).toBe(false);
    expect(loadConnectConfig(env)).toMatchObject({ address: 'localhost:7233', namespace: 'default' });
  });

  it('may be a profile', () => {
    const TEMPORAL_CONFIG_FILE = configFile(
      '[profile.prod]\naddress = "prod.internal:7233"\nnamespace = "shop"\n',
    );
    const env = { TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE: 'prod' };
    expect(isConfigured(env)).toBe(true);
    expect(loadConnectConfig(env)).toMatchObject({ address: 'prod.internal:7233', namespace: 'shop' });
    expect(isConfigured({ TEMPORAL_CONFIG_FILE })).toBe(false);
  });

  it('names a profile that does not exist, and never means localhost by it', () => {
    const env = environment({ TEMPORAL_PROFILE: 'prdo' });
    expect(() => loadConnectConfig(env)).toThrow(ConnectConfigError);
    expect(() => isConfigured(env)).toThrow(/Profile 'prdo' not found .*\/nowhere\/temporal\.toml/);
  });
});

it('tells what to do when no server answers', () => {
  const text = describeUnreachable(
    'localhost:7233',
    new Error('Failed to connect before the deadline\n  at …'),
  );
  expect(text).toMatch(
    /^No Temporal server answers at localhost:7233: Failed to connect before the deadline$/m,
  );
  expect(text).toContain('weapp-rollout up');
  expect(text).toContain('TEMPORAL_ADDRESS');
});
