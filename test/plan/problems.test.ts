import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.js';
import { renderProblems } from '../../src/plan/render-problems.js';
import { changed, MINIMAL, problemsOf, withMetricField } from './plans.js';

describe('a value of the wrong kind', () => {
  it('is told with its field, its line, itself and what to write', () => {
    expect(problemsOf(changed('percentage: 10,', 'percentage: ten,'))).toEqual([
      {
        path: 'rollout.stages[0].percentage',
        value: '"ten"',
        message: 'must be a number, not text',
        remedy: 'write for example percentage: 10',
        line: 6,
        column: 21,
      },
    ]);
  });

  it.each([
    ['10.5', 'must be a whole number'],
    ['101', 'must be at most 100'],
    ['-1', 'must be at least 0'],
    ['10%', 'must be a number, not text'],
    ['', 'is empty'],
  ])('a percentage of %j %s', (written, message) => {
    expect(problemsOf(changed('percentage: 10,', `percentage: ${written},`))).toMatchObject([
      { path: 'rollout.stages[0].percentage', message, remedy: 'write for example percentage: 10' },
    ]);
  });

  it('a version that YAML takes for a number is shown as it was written, with quotes', () => {
    expect(problemsOf(changed('version: 1.4.0', 'version: 1.10'))).toMatchObject([
      {
        path: 'version',
        value: '1.10',
        message: 'must be text, not a number',
        remedy: 'put it in quotes: version: "1.10"',
      },
    ]);
  });

  it.each([
    ['30', 'is a number without a unit of time'],
    ['1.5h', 'is not a duration'],
    ['400d', 'must be at most 365d'],
  ])('a soak of %s %s', (written, message) => {
    expect(problemsOf(changed('soak: 30m', `soak: ${written}`))).toMatchObject([
      { path: 'rollout.stages[0].soak', message, remedy: 'write for example soak: 30m' },
    ]);
  });

  it('an interval of more than a day or of nothing is refused', () => {
    expect(problemsOf(withMetricField('interval: 30d'))).toMatchObject([{ message: 'must be at most 1d' }]);
    expect(problemsOf(withMetricField('interval: 0s'))).toMatchObject([{ message: 'must be at least 1s' }]);
  });

  it('an appid that is none', () => {
    expect(problemsOf(changed('wx0123456789abcdef', 'my-shop'))).toMatchObject([
      { path: 'app', value: '"my-shop"', remedy: 'write for example app: wx0123456789abcdef' },
    ]);
  });

  it('a word that is not one of those known', () => {
    expect(problemsOf(withMetricField('onFailure: explode'))).toMatchObject([
      {
        path: 'health[0].onFailure',
        value: '"explode"',
        remedy: 'write onFailure: revert or onFailure: pause or onFailure: notify',
      },
    ]);
  });

  it("an extAppid that is another app's", () => {
    expect(problemsOf(`${MINIMAL}ext: { extAppid: wxfedcba9876543210 }\n`)).toMatchObject([
      { path: 'ext.extAppid', value: '"wxfedcba9876543210"', message: 'is not the app (wx0123456789abcdef)' },
    ]);
  });

  it('a number in ext that JSON cannot carry', () => {
    expect(problemsOf(`${MINIMAL}ext: { ext: { limits: [1, .inf] } }\n`)).toMatchObject([
      { path: 'ext.ext.limits[1]', message: 'is a number that JSON cannot carry' },
    ]);
  });
});

describe("WeChat's limits", () => {
  const item = (fields: string) =>
    `${MINIMAL}audit: { items: [{ first_class: a, second_class: b, first_id: 1, second_id: 2, ${fields} }] }\n`;

  it.each([
    ['version', changed('1.4.0', '1'.repeat(65).replace(/^/, 'v')), 'must have at most 64 characters'],
    ['audit.items[0].title', item(`title: ${'x'.repeat(33)}`), 'must have at most 32 characters'],
    ['audit.items[0].tag', item(`tag: ${'x '.repeat(11)}x`), 'has 12 tags, and WeChat takes at most 10'],
    ['audit.items[0].tag', item(`tag: ${'x'.repeat(21)}`), 'has a tag of more than 20 characters'],
    [
      'audit.feedbackInfo',
      `${MINIMAL}audit: { feedbackInfo: ${'x'.repeat(201)} }`,
      'must have at most 200 characters',
    ],
    ['audit.feedbackStuff', `${MINIMAL}audit: { feedbackStuff: a|b|c|d|e|f }`, 'has more than 5 media ids'],
    ['audit.items', `${MINIMAL}audit: { items: [] }`, 'is empty'],
  ])('%s is bounded', (path, text, message) => {
    expect(problemsOf(text)).toMatchObject([{ path, message }]);
  });
});

describe('an unknown field', () => {
  it('is refused, with the field that was meant, and is not also told as missing', () => {
    expect(problemsOf(changed('percentage: 10,', 'percentige: 10,'))).toEqual([
      {
        path: 'rollout.stages[0].percentige',
        message: 'is not a field of a plan',
        remedy: 'did you mean percentage?',
        line: 6,
        column: 9,
      },
    ]);
  });

  it('in another spelling finds its own', () => {
    expect(problemsOf(withMetricField('initial_delay: 5m'))).toMatchObject([
      { path: 'health[0].initial_delay', remedy: 'did you mean initialDelay?' },
    ]);
  });

  it('in the wrong place is told where it belongs', () => {
    expect(problemsOf(`${MINIMAL}bake: 3h\n`)).toMatchObject([
      { path: 'bake', remedy: 'bake belongs to rollout' },
    ]);
  });

  it('that resembles none is told which there are', () => {
    expect(problemsOf(changed('soak: 30m }', 'soak: 30m, colour: red }'))).toMatchObject([
      { path: 'rollout.stages[0].colour', remedy: 'known here: percentage, members, soak, hold, approval' },
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('named %s is a field like any other', (name) => {
    expect(problemsOf(`${MINIMAL}${name}: { polluted: true }\n`)).toMatchObject([{ path: name }]);
  });
});

describe('what is missing', () => {
  it.each([
    ['app', 'app: wx0123456789abcdef\n', 'write for example app: wx0123456789abcdef'],
    ['version', 'version: 1.4.0\n', "write for example version: '1.4.0'"],
  ])('%s is named, with an example', (path, line, remedy) => {
    expect(problemsOf(changed(line, ''))).toMatchObject([{ path, message: 'is missing', remedy }]);
  });

  it('health has to be left out on purpose', () => {
    const [text = ''] = MINIMAL.split('health:');
    const remedy =
      'list metrics; or write health: none on purpose, and let people end every stage before the last (hold, or an approval on the next)';
    expect(problemsOf(text)).toMatchObject([
      { path: 'health', message: 'is missing: nothing would notice that the version is bad', remedy },
    ]);
    expect(problemsOf(`${text}health:\n`)).toMatchObject([{ path: 'health', remedy }]);
    expect(problemsOf(`${text}health: []\n`)).toMatchObject([{ path: 'health', remedy }]);
    expect(problemsOf(`${text}health: off\n`)).toMatchObject([{ path: 'health', remedy }]);
  });

  it('a threshold without bounds would let everything pass', () => {
    expect(problemsOf(changed('{ max: 0.01 }', '{}'))).toMatchObject([
      { path: 'health[0].thresholdRange', message: 'is empty, so that every value would pass' },
    ]);
  });

  it('a metric has exactly one provider', () => {
    const both = '{ push: {}, prometheus: { address: "env:PLAN_P", query: up } }';
    for (const provider of ['{}', both]) {
      expect(problemsOf(changed('{ push: {} }', provider))).toMatchObject([
        { path: 'health[0].provider', message: 'must name exactly one provider' },
      ]);
    }
  });
});

describe('problems as text', () => {
  it('begin with a place that editors can follow, and end with the remedy', () => {
    const text = changed('percentage: 10,', 'percentage: 120,');
    expect(renderProblems(problemsOf(text), 'plan.yaml')).toBe(
      'plan.yaml:6:21  rollout.stages[0].percentage = 120: must be at most 100\n' +
        '    → write for example percentage: 10',
    );
  });

  it('cannot move the cursor of a terminal', () => {
    const text = `${MINIMAL}"\\e[2J": 1\nsource: "\\e[31m"\n`;
    expect(renderProblems(problemsOf(text), 'plan.yaml')).not.toContain('\u001b');
  });

  it('come in the order of the file', () => {
    const text = `${changed('percentage: 10,', 'percentage: 120,').replace('template: 42', 'template: x')}trial: {}\n`;
    expect(problemsOf(text).map(({ line }) => line)).toEqual([3, 6, 12]);
  });
});

describe('loading a plan', () => {
  it('refuses what lint refuses, with lines', () => {
    const result = loadPlan(changed('percentage: 100', 'percentage: 90'), { filename: 'plan.yaml' });
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path: 'rollout.stages[1].percentage', value: '90', rule: 'last-stage-100', line: 7 }],
    });
  });

  it('accepts what lint only hints at', () => {
    const result = loadPlan(MINIMAL, { filename: 'plan.yaml' });
    expect(result).toMatchObject({ ok: true, plan: { template: 42 } });
    expect(result.hints.map(({ rule }) => rule)).toContain('soaks-nearly-all');
  });
});
