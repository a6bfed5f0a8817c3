import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withGeneratedParts } from '../../src/plan/field-table.js';
import { allFields, fieldTree, planJsonSchema } from '../../src/plan/json-schema.js';
import { loadPlanFile } from '../../src/plan/load.js';
import { renderTimeline } from '../../src/plan/render-timeline.js';
import { planOf } from './plans.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);
const content = (path: string) => readFileSync(file(path), 'utf8');

describe('what is generated from the schema (npm run schema)', () => {
  it('schema/plan.schema.json is up to date', () => {
    expect(content('schema/plan.schema.json')).toBe(planJsonSchema());
  });

  it('docs/plan.md is up to date', () => {
    const document = content('docs/plan.md');
    expect(withGeneratedParts(document)).toBe(document);
  });

  it('is JSON Schema of draft 2020-12 that refuses unknown fields and carries no marks of ours', () => {
    const schema = JSON.parse(planJsonSchema());
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(['app', 'version', 'template', 'rollout', 'health']);
    expect(planJsonSchema()).not.toContain('"x-');
  });

  it('every field is described', () => {
    for (const { path, node } of allFields(fieldTree())) {
      expect(node.description, path).toMatch(/\.$/);
    }
  });
});

describe('the examples', () => {
  const examples = ['healthy', 'unhealthy', 'production'];

  it.each(examples)('%s.yaml passes lint', async (name) => {
    expect(await loadPlanFile(file(`examples/${name}.yaml`).pathname)).toMatchObject({ ok: true });
  });

  it('of the demo are the same plan for two apps', () => {
    const healthy = planOf(content('examples/healthy.yaml'));
    const unhealthy = planOf(content('examples/unhealthy.yaml'));
    expect(healthy.app).toBe('wx0123456789abcdef');
    expect(unhealthy).toEqual({ ...healthy, app: 'wxfedcba9876543210' });
  });

  it('in the documentation is examples/production.yaml', () => {
    const [, shown = ''] = /```yaml\n(app:.*?)```/s.exec(content('docs/plan.md')) ?? [];
    expect(parse(shown)).toEqual(parse(content('examples/production.yaml')));
  });
});

describe('the timeline as text', () => {
  it('is relative to the first gray release, aligned, and says what has no end', () => {
    const lines = renderTimeline(planOf(content('examples/production.yaml'))).split('\n');
    expect(lines.slice(0, 9)).toEqual([
      'step   begins     at the latest     lasts',
      'audit  before T                     as long as WeChat takes; notify after 7d',
      '0 %    T          T                 30m; developers and testers only',
      '1 %    T+30m      T+31m             2h',
      '10 %   T+2h30m    T+2h36m           6h',
      '50 %   T+8h30m    T+9h37m           12h, then until promoted',
      '99 %   T+20h30m   unbounded (hold)  12h',
      '100 %  T+1d8h30m  unbounded (hold)  until confirmed',
      'bake   T+1d8h30m  unbounded (hold)  1d',
    ]);
    expect(lines.at(-1)).toBe(
      'WeChat completes the rollout by itself at T+15d; at T+14d23h, if still below 100 %: revert.',
    );
  });
});
