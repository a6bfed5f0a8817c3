/** The provider `web` in a plan. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changed, errorsOf, hintsOf, MINIMAL, planOf, problemsOf } from './plans.js';

const web = (fields: Record<string, unknown>) =>
  changed('{ push: {} }', JSON.stringify({ web: fields }).replaceAll('":', '": '));
const GOOD = { address: 'env:PLAN_HEALTH_URL', jsonPath: 'data.errorRate' };

describe('a web metric', () => {
  it('is an address and where the value stands', () => {
    expect(planOf(web(GOOD)).health[0]?.provider).toEqual({ kind: 'web', ...GOOD });
  });

  it('may have path, query and header, whose reference stays one', () => {
    const all = {
      ...GOOD,
      path: '/health/{{app}}',
      query: { version: '{{version}}' },
      header: { name: 'Authorization', value: 'env:PLAN_HEALTH_TOKEN' },
    };
    expect(planOf(web(all)).health[0]?.provider).toEqual({ kind: 'web', ...all });
  });

  it.each([
    ['address', { address: 'ftp://x' }, 'neither a reference nor an http or https address'],
    ['address', { address: 'http://x?a=b' }, 'has a query or fragment'],
    ['address', { address: 'env:HOME' }, 'env: may name only variables that begin with PLAN_'],
    ['address', { address: 'http://x/{{app}}' }, 'has a placeholder'],
    ['path', { path: 'health' }, 'does not begin with /'],
    ['path', { path: '/a?b=c' }, 'has a query or fragment'],
    ['path', { path: '/a/../b' }, '. or .. in it'],
    ['path', { path: '/a/%2E%2e/b' }, '. or .. in it'],
    ['path', { path: '/{{verson}}' }, 'has the unknown placeholder {{verson}}'],
    ['query.v', { query: { v: '{{ version }}' } }, 'has the unknown placeholder {{ version }}'],
    ['query.v', { query: { v: 5 } }, 'must be text, not a number'],
    ['query.token', { query: { token: 'env:PLAN_TOKEN' } }, 'is a reference, which only address'],
    ['header.name', { header: { name: 'Host', value: 'env:PLAN_T' } }, 'is a header that a plan cannot set'],
    ['header.name', { header: { name: 'a b', value: 'env:PLAN_T' } }, 'is no name of a header'],
    ['header.value', { header: { name: 'A', value: 'env:HOME' } }, 'begin with PLAN_'],
    ['jsonPath', { jsonPath: '$.data[0]' }, 'must be names with dots between them'],
    ['jsonPath', { jsonPath: '{{version}}' }, 'must be names with dots between them'],
    ['jsonPath', { jsonPath: undefined }, 'is missing'],
  ])('is refused for its %s: %j', (path, fields, message) => {
    expect(problemsOf(web({ ...GOOD, ...fields }))).toMatchObject([
      { path: `health[0].provider.web.${path}`, message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    { value: 'Bearer hunter2', name: 'Authorization' },
    { value: 'env:PLAN_T', name: 'Authorization: Bearer hunter2' },
    'Authorization: Bearer hunter2',
  ])('does not show a secret that was written where its reference belongs', (header) => {
    const problems = problemsOf(web({ ...GOOD, header }));
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('beside another provider is refused, and shows none of it', () => {
    const header = { name: 'A', value: 'hunter2' };
    const both = { web: { ...GOOD, header }, push: {} };
    const problems = problemsOf(changed('{ push: {} }', JSON.stringify(both).replaceAll('":', '": ')));
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

it('the example in the documentation is a metric that lint has nothing to say about', () => {
  const document = readFileSync(new URL('../../docs/plan.md', import.meta.url), 'utf8');
  const [, example = ''] = /### Numbers from any service.*?```yaml\n(.*?)```/s.exec(document) ?? [];
  expect(example).toContain('web:');
  const plan = planOf(MINIMAL.replace(/(?<=^health:\n).*/ms, example));
  expect(plan.health[0]?.provider).toMatchObject({ kind: 'web', query: { window: '5m' } });
  expect([...errorsOf(plan), ...hintsOf(plan)].filter((told) => told.startsWith('health'))).toEqual([]);
});
