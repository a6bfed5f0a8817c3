/** What a list asks the server for: never more than its own words, whatever stands in a filter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cursor, isBefore, readCursor, writeCursor } from '../../src/releases/list-cursor.js';
import { isEmpty, MOST_IDS, matcherOf, queryOf } from '../../src/releases/list-filter.js';
import { ROW } from './rows.js';

const TYPES = "WorkflowType IN ('release', 'rollback')";
const NOT_ANEW = "ExecutionStatus != 'ContinuedAsNew'";

describe('the query of a list', () => {
  it.each([
    ['everything', {}, NOT_ANEW, []],
    ['what runs', { state: 'running' }, "ExecutionStatus = 'Running'", []],
    ['what is closed', { state: 'closed' }, `CloseTime IS NOT NULL AND ${NOT_ANEW}`, []],
    ['an app', { app: 'wx1' }, `WorkflowId = 'release:wx1' AND ${NOT_ANEW}`, []],
    ['a scope', { apps: ['wx1', 'wx2'] }, `WorkflowId IN ('release:wx1', 'release:wx2') AND ${NOT_ANEW}`, []],
    [
      'an app of a scope',
      { app: 'wx1', apps: ['wx1', 'wx2'] },
      `WorkflowId = 'release:wx1' AND ${NOT_ANEW}`,
      [],
    ],
    ['a version', { version: '1.4.0 β' }, `${NOT_ANEW} AND WeappVersion = '1.4.0 β'`, ['WeappVersion']],
    ['a phase', { phase: 'baking' }, `${NOT_ANEW} AND ReleasePhase = 'baking'`, ['ReleasePhase']],
    ['an outcome', { outcome: 'failed' }, `${NOT_ANEW} AND ReleaseOutcome = 'failed'`, ['ReleaseOutcome']],
    ['what is paused', { paused: true }, `${NOT_ANEW} AND ReleasePaused = true`, ['ReleasePaused']],
    [
      'what needs nobody',
      { attention: false },
      `${NOT_ANEW} AND (ReleaseAttention = false OR ReleaseAttention IS NULL)`,
      ['ReleaseAttention'],
    ],
    [
      'a span of time',
      { startedAfter: 0, startedBefore: 1 },
      `${NOT_ANEW} AND StartTime >= '1970-01-01T00:00:00.000Z' AND StartTime < '1970-01-01T00:00:00.001Z'`,
      [],
    ],
  ] as const)('is for %s', (_what, filter, query, attributes) => {
    expect(queryOf(filter)).toEqual({ query: `${TYPES} AND ${query}`, attributes, loose: false });
  });

  it.each([
    ['a scope that is too long', { apps: Array.from({ length: MOST_IDS + 1 }, (_, index) => `wx${index}`) }],
    ['a version with a quote', { version: "1.4.0' OR WorkflowId != '" }],
    ['a version that ends with a backslash', { version: '1.4.0\\' }],
    ['an app with a quote', { app: "wx1' OR ''='" }],
    ['a scope with a quote in it', { apps: ['wx1', "wx2'"] }],
  ])('leaves to the rows what it cannot say: %s', (_what, filter) => {
    expect(queryOf(filter)).toEqual({ query: `${TYPES} AND ${NOT_ANEW}`, attributes: [], loose: true });
  });

  it('has the same form whatever a filter says', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^['"\\` a%_()-]*$/),
    );
    const given = fc.record({ app: anything, version: anything, apps: fc.array(anything, { maxLength: 3 }) });
    fc.assert(
      fc.property(given, (filter) => {
        const { query } = queryOf(filter);
        expect(query).not.toMatch(/["\\`\p{C}]/u);
        const form = query.replace(/'[^']*'/g, '?');
        expect(form).toMatch(
          /^WorkflowType IN \(\?, \?\)( AND WorkflowId (= \?|IN \(\?(, \?)*\)))? AND ExecutionStatus != \?( AND WeappVersion = \?)?$/,
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])('takes no moment %d', (startedAfter) => {
    expect(() => queryOf({ startedAfter })).toThrow('a moment must be milliseconds since the epoch');
  });
});

describe('a row', () => {
  it.each([
    [{}, true],
    [{ apps: null }, true],
    [{ apps: ['wx1'] }, true],
    [{ apps: ['wx2'] }, false],
    [{ app: 'wx2' }, false],
    [{ version: '1.4.0' }, true],
    [{ version: '1.4' }, false],
    [{ phase: 'baking' }, false],
    [{ outcome: 'released' }, false],
    [{ paused: false, attention: false }, true],
    [{ paused: true }, false],
    [{ attention: true }, false],
  ] as const)('is looked at again: %j', (filter, matches) => {
    expect(matcherOf(filter)(ROW)).toBe(matches);
  });

  it('is no release when its id is none', () => {
    expect(matcherOf({})({ ...ROW, workflowId: 'wx1' })).toBe(false);
  });

  it('needs nobody to be asked for where the scope has none', () => {
    expect([{ apps: [] }, { app: 'wx1', apps: ['wx2'] }].map(isEmpty)).toEqual([true, true]);
    expect([{}, { apps: null }, { app: 'wx1' }, { app: 'wx1', apps: ['wx1'] }].some(isEmpty)).toBe(false);
  });
});

describe('a cursor', () => {
  const cursor: Cursor = {
    token: Buffer.from('the server’s').toString('base64'),
    after: { closed: null, started: '1795410000123456789', runId: 'run' },
  };

  it('is read as it was written, and fits into an address', () => {
    const text = writeCursor(cursor, 'list');
    expect(text).toMatch(/^[\w-]+$/);
    expect(readCursor(text, 'list')).toEqual(cursor);
  });

  it('of another list, damaged or made by hand is refused', () => {
    const text = writeCursor(cursor, 'list');
    const forged = writeCursor({ token: 'no base64!', after: null }, 'list');
    const usage = { trouble: 'usage', message: expect.stringContaining('the cursor is damaged') };
    const refused = (given: string, list = 'list') =>
      expect(() => readCursor(given, list)).toThrow(expect.objectContaining(usage));
    refused(text, 'another');
    refused(forged);
    for (const given of ['', '0', 'x'.repeat(100), text.slice(0, -4), text.slice(2), '{}', '💥'])
      refused(given);
    fc.assert(fc.property(fc.string(), (given) => void refused(given)));
  });

  it.each([
    ['the same', {}, true],
    ['begun later', { started: '1795410000123456790' }, true],
    ['begun earlier', { started: '1795410000123456788' }, false],
    ['closed', { closed: '1795419999999999999', started: '1795410000123456790' }, false],
  ])('stands behind a row that is %s: %o', (_what, change, before) => {
    const runId = Object.keys(change).length === 0 ? 'run' : 'other';
    expect(isBefore({ ...placeOf(cursor), ...change, runId }, placeOf(cursor))).toBe(before);
  });

  it('among closed ones stands behind all that run and all that closed later', () => {
    const place = { closed: '1795419999999999999', started: '1', runId: 'run' };
    const at = (closed: string | null) => isBefore({ closed, started: '1', runId: 'other' }, place);
    expect([at(null), at('1795420000000000000'), at('1795419999999999998'), at('999')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

function placeOf({ after }: Cursor): NonNullable<Cursor['after']> {
  if (after === null) throw new Error('there is none');
  return after;
}
