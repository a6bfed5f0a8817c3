import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { SWITCHES } from '../../src/simulator/world/switches.js';
import { parseWorld, readWorldFile } from '../../src/simulator/world/world.js';

const EXAMPLE = 'examples/world.yaml';

/** The message for a world with one app, changed. */
function complaint(app: object, rest: object = {}): string {
  try {
    parseWorld({ apps: { wx0123456789abcdef: { token: 'secret-one', ...app } }, ...rest }, 'world.yaml');
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('the example', () => {
  it('is a world with a healthy and an unhealthy app', async () => {
    const world = parseWorld(await readWorldFile(EXAMPLE), EXAMPLE);
    expect(Object.keys(world.apps)).toEqual(['wx0123456789abcdef', 'wxfedcba9876543210']);
    expect(world.templates.map(({ id }) => id)).toEqual([42]);
    expect(world.apps.wx0123456789abcdef?.audit).toEqual([{ approveAfter: 2_000 }]);
  });
});

describe('a world that cannot be', () => {
  it.each([
    [
      'an unknown field',
      { metric: {} },
      'apps.wx0123456789abcdef.metric: unknown field; remove it or correct its name.',
    ],
    [
      'a version that YAML took for a number',
      { online: { version: 1.4 } },
      'online.version: write the version as text, in quotes if it looks like a number: "1.4" (found 1.4)',
    ],
    [
      'no duration',
      { audit: { approveAfter: 2 } },
      'audit.approveAfter: write a duration: 90s, 30m, 2h, 1d or a sum such as 1h30m, at most 3650d (found 2)',
    ],
    [
      'a duration of ages',
      { audit: { approveAfter: '99999999999d' } },
      'audit.approveAfter: write a duration',
    ],
    ['an unknown verdict', { audit: 'perhaps' }, 'audit: write { approveAfter: 2s }, { reject:'],
    ['a reject without reason', { audit: { reject: { after: '2s' } } }, 'audit.reject.reason: '],
    [
      'a metric with two values',
      { metrics: { a: [{ version: '1', value: 1, perPercent: 1 }] } },
      'metrics.a.0: give either value, or perPercent',
    ],
    [
      'a percentage beyond 100',
      { metrics: { a: [{ version: '1', value: 1, from: 101 }] } },
      'metrics.a.0.from: write a whole number from 0 to 100 (found 101)',
    ],
  ])('%s', (_what, app, message) => {
    expect(complaint(app)).toContain(message);
  });

  it.each([
    [
      'an unknown switch',
      { switches: { grayHundert: 'online' } },
      'switches.grayHundert: unknown field; remove it or correct its name. Known here: undoQuotaPerDay',
    ],
    ['an unknown value', { switches: { grayHundred: 'yes' } }, 'switches.grayHundred: '],
    ['no app', { apps: {} }, 'apps: name at least one app'],
    ['no apps', { apps: undefined }, 'apps: name the apps by appid'],
    ['an app without token', { apps: { wx1: {} } }, 'apps.wx1: has no access_token; give it token:'],
    [
      'a token of two apps',
      { apps: { wx1: { token: 'same' }, wx2: { tokens: ['same'] } } },
      'apps.wx2.tokens: uses an access_token that wx1 has too',
    ],
  ])('%s', (_what, rest, message) => {
    expect(complaint({}, rest)).toContain(message);
  });

  it('is described without its tokens', () => {
    expect(complaint({ token: 'not a token' })).toContain('token: write an access_token of 1 to 512 letters');
    expect(complaint({ token: 'not a token' })).not.toContain('not a token (');
    expect(complaint({ tokens: [{ value: 'secret-two', expires: 1 }] })).not.toContain('secret');
    expect(complaint({}, { apps: [{ token: 'secret-two' }] })).not.toContain('secret');
  });

  it('may name a code without quotes', () => {
    expect(complaint({}, { switches: { undoWithoutAudit: 85012 } })).toBe('');
    expect(complaint({}, { switches: { undoWithoutAudit: 85013 } })).toContain(
      'undoWithoutAudit: write 85012 or ok',
    );
  });

  it('may be no file, or no YAML', async () => {
    await expect(readWorldFile('no/such/file')).rejects.toThrow('cannot be read (ENOENT)');
    await expect(readWorldFile('test/simulator/helpers.ts')).rejects.toThrow('is not YAML or JSON');
  });
});

describe('the switches', () => {
  it('are listed in docs/simulator.md, each with its default, its values and its question', async () => {
    const page = await readFile('docs/simulator.md', 'utf8');
    const rows = Object.entries(SWITCHES).map(([name, schema]) => {
      const { values, description } = schema.meta() as { values: string[]; description: string };
      return `| \`${name}\` | \`${schema.parse(undefined)}\` | ${values.join(', ')} | ${description} |`;
    });
    for (const row of rows) expect(page).toContain(row);
  });
});
