import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withGeneratedParts } from '../../src/plan/field-table.js';
import { allFields, fieldTree, planJsonSchema } from '../../src/plan/json-schema.js';
import { loadPlan, loadPlanFile } from '../../src/plan/load.js';
import { renderTimeline } from '../../src/plan/render-timeline.js';
import { approval, DAY, HOUR, MINIMAL, OFFICE, plan, planOf, stage } from './plans.js';

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
    expect(schema.required).toEqual(['app', 'version', 'rollout', 'health']);
    expect(planJsonSchema()).not.toContain('"x-');
  });

  it('every field is described', () => {
    for (const { path, node } of allFields(fieldTree())) {
      expect(node.description, path).toMatch(/\.$/);
    }
  });
});

describe('the examples', () => {
  const examples = ['healthy', 'unhealthy', 'production', 'hotfix', 'full'];

  it.each(examples)('%s.yaml passes lint', async (name) => {
    expect(await loadPlanFile(file(`examples/${name}.yaml`).pathname)).toMatchObject({ ok: true });
  });

  it('of the demo are the same plan for two apps', () => {
    const healthy = planOf(content('examples/healthy.yaml'));
    const unhealthy = planOf(content('examples/unhealthy.yaml'));
    expect(healthy.app).toBe('wx0123456789abcdef');
    expect(unhealthy).toEqual({ ...healthy, app: 'wxfedcba9876543210' });
  });

  it('full.yaml has every field that a plan can have', () => {
    const given = paths(parse(content('examples/full.yaml')));
    const known = allFields(fieldTree());
    const left = known.map(({ path }) => path).filter((path) => !given.has(path));
    // `$schema` is for JSON; that of YAML is a comment.
    expect(left).toEqual(['$schema']);
  });

  it('in the documentation is examples/production.yaml', () => {
    const [, shown = ''] = /```yaml\n(app:.*?)```/s.exec(content('docs/plan.md')) ?? [];
    expect(parse(shown)).toEqual(parse(content('examples/production.yaml')));
  });
});

/** Every field of some data, lists written as `stages[]`. */
function paths(data: unknown, above = ''): Set<string> {
  if (Array.isArray(data)) return new Set(data.flatMap((entry) => [...paths(entry, `${above}[]`)]));
  if (typeof data !== 'object' || data === null) return new Set();
  return new Set(
    Object.entries(data).flatMap(([name, value]) => {
      const path = above === '' ? name : `${above}.${name}`;
      return [path, ...paths(value, path)];
    }),
  );
}

describe('the pieces of plans in the documentation', () => {
  const [, chapters = ''] =
    /(### Where the code comes from.*)## Every field/s.exec(content('docs/plan.md')) ?? [];
  const pieces = [...chapters.matchAll(/### ([^\n]*)\n(?:(?!###).)*?```yaml\n(.*?)```/gs)];

  it('are there for every chapter that needs one', () => {
    expect(pieces.map(([, chapter]) => chapter)).toEqual([
      'Where the code comes from',
      'People who must agree',
      'When a stage may begin',
      "Buttons in WeChat's console",
      'After a rejection',
      'Whom to tell',
      'A hotfix',
    ]);
  });

  it.each(pieces.map(([, chapter = '', yaml = '']) => [chapter, yaml]))('of %s pass lint', (_, yaml) => {
    const { template, ...rest } = parse(MINIMAL);
    const piece = parse(yaml);
    const whole = { ...rest, ...(piece.source === 'approved' ? {} : { template }), ...piece };
    expect(loadPlan(JSON.stringify(whole), { filename: 'plan.json' })).toMatchObject({ ok: true });
  });

  it('of the hotfix is that of examples/hotfix.yaml', () => {
    const piece = parse(pieces.at(-1)?.[2] ?? '');
    expect(parse(content('examples/hotfix.yaml'))).toMatchObject(piece);
  });
});

describe('the timeline as text', () => {
  it('is relative to the first gray release, aligned, and says what has no end', () => {
    const lines = renderTimeline(planOf(content('examples/production.yaml')), 0).split('\n');
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

  it('of a plan with windows has calendar and clock of their zone, from now on', () => {
    const stages = [
      stage(1, { soakMs: 2 * HOUR }),
      stage(10, { soakMs: 6 * HOUR }),
      stage(99, { soakMs: 12 * HOUR, approval: approval({ timeoutMs: 2 * DAY, onTimeout: 'abort' }) }),
      stage(100),
    ];
    // A Friday.
    const now = Date.parse('2026-10-09T12:00Z');
    const lines = renderTimeline(plan({ stages, windows: OFFICE }), now).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'step   begins                at the latest         lasts',
      'audit  before T                                    as long as WeChat takes; notify after 14d',
      '1 %    Mon 2026-10-12 10:00  Mon 2026-10-12 10:00  2h',
      '10 %   Mon 2026-10-12 12:00  Mon 2026-10-12 12:03  6h',
      '99 %   Tue 2026-10-13 10:00  Thu 2026-10-15 10:00  12h; begins when 1 of 2 approve',
      '100 %  Wed 2026-10-14 10:00  Mon 2026-10-19 10:00  until confirmed',
    ]);
    expect(content('docs/plan.md')).toContain(lines.slice(0, 6).join('\n'));
    expect(lines.at(-2)).toBe(
      "Stages begin mon, tue, wed, thu 10:00-18:00 in Asia/Shanghai. The moments above are that zone's, and count from now.",
    );
  });

  it('of an audit that passed begins with the first stage', () => {
    const lines = renderTimeline(plan({ top: { source: 'approved', template: null } }), 0).split('\n');
    expect(lines[1]).toMatch(/^1 % +T +T +1h$/);
    expect(lines.at(-2)).toContain('T is the first gray release, at once.');
  });
});
