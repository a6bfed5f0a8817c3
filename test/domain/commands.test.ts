/** Commands and reports out of whatever was sent: never a throw, always an answer with an example. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMISSION, VERBS } from '../../src/domain/commands.js';
import { parseCommand, parseHealthReport } from '../../src/domain/parse-command.js';

const origin = { via: 'signal' as const, newId: () => 'new-id' };
const parse = (payload: unknown) => parseCommand('promote', payload, origin);

const RUBBISH: [string, unknown][] = [
  ['text', 'pause please'],
  ['empty text', ''],
  ['a number', 42],
  ['NaN', Number.NaN],
  ['true', true],
  ['a list', [{ by: 'ann' }]],
  ['bytes', new Uint8Array([0xff, 0xfe])],
  ['an array buffer', new ArrayBuffer(3)],
  ['a date', new Date(0)],
  ['a map', new Map([['by', 'ann']])],
  ['a symbol', Symbol('x')],
  ['a big number', 10n],
  ['a function', () => ({})],
  ['something that could not be decoded', { undecodable: 'json/protobuf' }],
];

describe('a command', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
  ])('out of %s is one without words', (_what, payload) => {
    expect(parse(payload)).toEqual({
      ok: true,
      value: {
        verb: 'promote',
        commandId: 'new-id',
        by: 'someone unnamed',
        reason: 'no reason given',
        via: 'signal',
        full: false,
        restart: false,
        adopt: false,
        withdrawAudit: false,
        override: false,
      },
    });
  });

  it.each(RUBBISH)('out of %s is refused with an example', (_what, payload) => {
    const parsed = parse(payload);
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? '' : parsed.message).toContain('{"by":"you","reason":"why"}');
  });

  it.each([
    ['by', 7, 'by must be a string, got 7'],
    ['expect', '10', 'expect must be a number, got "10"'],
    ['full', 'yes', 'full must be a boolean, got "yes"'],
    ['metric', { name: 'x' }, 'metric must be a string, got a object'],
    ['until', 'tomorrow', 'until must be a moment such as'],
    ['until', '2026-01-31T10:00:00', 'until must be a moment such as'],
    ['until', 1e300, 'until must be a moment such as'],
    ['for', '2 days', 'for must be a duration such as 2d'],
    ['appVersion', 1.5, 'appVersion must be a whole number'],
    ['items', [], 'items must be a list of 1 to 5 items'],
    ['items', [{ first_id: 'one' }], 'items must be a list of 1 to 5 items'],
    ['commandId', ['a'], 'commandId must be a string'],
  ])('with a %s of the wrong type is refused', (field, value, words) => {
    const parsed = parse({ [field]: value });
    expect(parsed.ok ? '' : parsed.message).toContain(words);
  });

  it('keeps what it says, trimmed, and ignores fields it does not know', () => {
    const sent = { by: ' ann ', reason: 'ok', commandId: 'c1', expect: 10, full: true, colour: 'red' };
    expect(parse(sent)).toMatchObject({
      ok: true,
      value: { by: 'ann', reason: 'ok', commandId: 'c1', expect: 10, full: true },
    });
  });

  it('with huge words stays small', () => {
    const huge = 'x'.repeat(1_000_000);
    const parsed = parse({ by: huge, reason: huge, commandId: huge, metric: huge });
    expect(parsed.ok).toBe(true);
    expect(JSON.stringify(parsed).length).toBeLessThan(1_000);
  });

  it('never throws, whatever is sent, and is always plain JSON', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VERBS),
        fc.anything({ withBigInt: true, withDate: true }),
        (verb, payload) => {
          const parsed = parseCommand(verb, payload, origin);
          expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
        },
      ),
    );
  });
});

describe('a health report', () => {
  it('carries a value or a verdict', () => {
    expect(parseHealthReport({ metric: 'crashes', value: 0.1, samples: 9, at: 5 })).toEqual({
      ok: true,
      value: { metric: 'crashes', value: 0.1, verdict: null, samples: 9, at: 5 },
    });
    expect(parseHealthReport({ metric: 'crashes', verdict: 'fail' })).toMatchObject({
      ok: true,
      value: { verdict: 'fail', value: null, samples: null, at: null },
    });
  });

  it.each([
    ...RUBBISH,
    ['nothing', undefined],
    ['no metric', { value: 1 }],
    ['an empty metric', { metric: '', value: 1 }],
    ['a metric that is no text', { metric: 7, value: 1 }],
    ['neither value nor verdict', { metric: 'crashes' }],
    ['a verdict of its own making', { metric: 'crashes', verdict: 'splendid' }],
    ['a value in words', { metric: 'crashes', value: '0.1' }],
    ['a value beyond all numbers', { metric: 'crashes', value: JSON.parse('1e999') }],
  ])('out of %s is refused', (_what, payload) => {
    const parsed = parseHealthReport(payload);
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? '' : parsed.message).toMatch(/^healthReport/);
  });

  it('never throws, whatever is sent, and is always plain JSON', () => {
    const reports = fc.record({
      metric: fc.string(),
      value: fc.anything(),
      verdict: fc.anything(),
      samples: fc.anything(),
      at: fc.oneof(fc.double(), fc.anything()),
    });
    fc.assert(
      fc.property(fc.oneof(reports, fc.anything()), (payload) => {
        const parsed = parseHealthReport(payload);
        expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
      }),
    );
  });
});

describe('who may do what when', () => {
  const table = [
    ['verb', 'preparing', 'auditing', 'ready', 'rolling', 'baking', 'reverting', 'closed'],
    ['pause', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', 'no'],
    ['resume', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', 'no'],
    ['promote', 'no', 'no', 'no', 'yes', 'yes', 'no', 'no'],
    ['abort', 'yes', 'yes', 'yes', 'yes', 'yes', 'noop', 'noop'],
    ['retry', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'no'],
    ['giveUp', 'attention', 'attention', 'attention', 'attention', 'attention', 'attention', 'no'],
  ];
  const [[, ...phases] = [], ...rows] = table;
  it.each(rows.map(([verb = '', ...cells]) => [verb, cells] as const))('%s', (verb, cells) => {
    const row = Object.fromEntries(phases.map((phase, index) => [phase, cells[index]]));
    expect(ADMISSION).toHaveProperty(verb, row);
  });

  it('knows every verb', () => {
    expect(Object.keys(ADMISSION)).toEqual([...VERBS]);
  });
});
