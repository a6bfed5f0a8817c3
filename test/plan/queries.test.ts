import { describe, expect, it } from 'vitest';
import { changed, problemsOf } from './plans.js';

describe('queries and addresses', () => {
  const prometheus = (address: string, query: string) =>
    changed('{ push: {} }', `{ prometheus: { address: ${JSON.stringify(address)}, query: '${query}' } }`);

  it.each(['{{verson}}', '{{ version }}', '{{env.SECRET}}', '{{version}'])(
    'the placeholder %s is unknown',
    (text) => {
      expect(problemsOf(prometheus('env:PLAN_P', `up{v="${text}"}`))).toMatchObject([
        {
          path: 'health[0].provider.prometheus.query',
          message: `has the unknown placeholder ${text}`,
          remedy: 'known are {{version}} and {{app}}, written exactly so',
        },
      ]);
    },
  );

  it('a secret has to be named, not written', () => {
    const problems = problemsOf(prometheus('https://user:hunter2@prometheus', 'up'));
    expect(problems).toMatchObject([
      {
        path: 'health[0].provider.prometheus.address',
        message: 'has credentials in it, and a plan is kept where many can read it',
        remedy: 'put it in an environment variable of the worker and write env:PLAN_PROMETHEUS_URL',
      },
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it("a plan cannot name the worker's own secrets", () => {
    expect(problemsOf(prometheus('env:WECHAT_COMPONENT_SECRET', 'up'))).toMatchObject([
      {
        path: 'health[0].provider.prometheus.address',
        message: 'env: may name only variables that begin with PLAN_ (capitals, digits and _)',
      },
    ]);
  });
});
