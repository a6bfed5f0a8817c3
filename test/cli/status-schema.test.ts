import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { statusJsonSchema, statusSchema } from '../../src/releases/status-schema.js';
import { EVERY_STATUS, soaking } from './statuses.js';

describe('schema/status.schema.json', () => {
  it('is up to date (npx tsx scripts/write-status-schema.ts writes it)', () => {
    expect(readFileSync('schema/status.schema.json', 'utf8')).toBe(statusJsonSchema());
  });

  it('describes every status there is, and refuses others', () => {
    for (const status of Object.values(EVERY_STATUS)) expect(statusSchema.parse(status)).toEqual(status);
    expect(statusSchema.safeParse({ ...soaking, phase: 'flying' }).success).toBe(false);
  });
});
