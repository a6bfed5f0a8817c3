import { expect, it } from 'vitest';
import { allFields, fieldTree } from '../../src/plan/json-schema.js';
import { MINIMAL, problemsOf } from './plans.js';

it('whom to tell is refused rather than ignored', () => {
  expect(problemsOf(`${MINIMAL}notify: []`)).toMatchObject([
    { path: 'notify', message: 'is not supported yet', remedy: 'leave it out' },
  ]);
});

it('everything else is supported', () => {
  const later = allFields(fieldTree()).filter(({ node }) => node['x-notYet'] === true);
  expect(later.map(({ path }) => path)).toEqual(['notify']);
});
