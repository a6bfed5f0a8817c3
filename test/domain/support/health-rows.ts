/** What health is judged by, row by row: a measurement, its verdict; verdicts, what comes of them. Judged and shown by verdict-table.test.ts. */
import { type Judgement, judge, judgeReported, type Measurement } from '../../../src/domain/health.js';
import type { Metric } from '../../../src/domain/plan.js';
import type { Verdict } from '../../../src/domain/status.js';
import { metric, NOW } from './given.js';

interface JudgedRow {
  /** What the plan says. */
  by: string;
  measured: string;
  judgement: Judgement;
  verdict: Verdict;
  /** Without the metric's name. */
  message: string;
}

/** A metric that says nothing but how it is judged. */
function judgedBy(changes: Partial<Metric>): Metric {
  const { minSamples: _none, ...rest } = metric({ thresholdRange: null });
  return { ...rest, ...changes };
}

const value = (number: number | null, samples: number | null = null): Measurement => ({
  at: NOW,
  value: number,
  samples,
});
const error = (text: string): Measurement => ({ ...value(null), error: text });
/** A value of which the conditions said this. */
const said = (measured: Measurement, success: boolean | null, failure: boolean | null): Measurement => ({
  ...measured,
  holds: { success, failure },
});

type Case = [measured: string, measurement: Measurement, verdict: Verdict, message: string];

const rows = (by: string, of: Metric, cases: Case[]): JudgedRow[] =>
  cases.map(([measured, measurement, verdict, message]) => {
    return { by, measured, judgement: judge(of, measurement), verdict, message };
  });

const SUCCESS = 'result <= 0.01';
const FAILURE = 'result > 0.05';
const WITH_SAMPLES = 'result <= 0.01 && samples > 500';

const reported = (verdict: 'pass' | 'fail', samples: number | null, becomes: Verdict, message: string) => {
  const of = judgedBy({ thresholdRange: { max: 1 }, minSamples: { atLeast: 200 } });
  return {
    by: 'a pushed verdict, atLeast 200',
    measured: `${verdict}, ${samples ?? 'no'} samples`,
    judgement: judgeReported(of, { ...value(null, samples), verdict }),
    verdict: becomes,
    message,
  };
};

export const JUDGED: JudgedRow[] = [
  ...rows('max 0.01', judgedBy({ thresholdRange: { max: 0.01 } }), [
    ['0.002', value(0.002), 'pass', '0.002 is ≤ 0.01'],
    ['0.01, the limit itself', value(0.01), 'pass', '0.01 is ≤ 0.01'],
    ['0.02', value(0.02), 'fail', '0.02 > max 0.01'],
    ['-1', value(-1), 'pass', '-1 is ≤ 0.01'],
    ['no series, no value', value(null), 'error', 'no data: the query found no value'],
    ['NaN', value(Number.NaN), 'error', 'the value is not a finite number'],
    ['no answer', error('no answer within 5 s'), 'error', 'no answer within 5 s'],
  ]),
  ...rows('min 0.99', judgedBy({ thresholdRange: { min: 0.99 } }), [
    ['0.97', value(0.97), 'fail', '0.97 < min 0.99'],
    ['1', value(1), 'pass', '1 is ≥ 0.99'],
  ]),
  ...rows('min 0, max 0.01', judgedBy({ thresholdRange: { min: 0, max: 0.01 } }), [
    ['-1', value(-1), 'fail', '-1 < min 0'],
    ['0', value(0), 'pass', '0 is ≥ 0 and ≤ 0.01'],
  ]),
  ...rows(
    'max 0.01, atLeast 200',
    judgedBy({ thresholdRange: { max: 0.01 }, minSamples: { atLeast: 200 } }),
    [
      ['0.002 of 200 samples', value(0.002, 200), 'pass', '0.002 is ≤ 0.01'],
      ['0.002 of 199 samples', value(0.002, 199), 'inconclusive', '199 samples, fewer than 200'],
      ['0.9 of 3 samples', value(0.9, 3), 'inconclusive', '3 samples, fewer than 200'],
      ['no value of 3 samples', value(null, 3), 'inconclusive', '3 samples, fewer than 200'],
      ['no value, no data for samples', value(null), 'error', 'no data: the query found no value'],
      ['0.002, no data for samples', value(0.002), 'inconclusive', 'no samples, fewer than 200'],
    ],
  ),
  ...rows('successCondition', judgedBy({ successCondition: SUCCESS }), [
    ['0.002: true', said(value(0.002), true, null), 'pass', '0.002, result <= 0.01'],
    ['0.02: false', said(value(0.02), false, null), 'fail', '0.02, not result <= 0.01'],
    ['no value, so not asked', value(null), 'error', 'no data: the query found no value'],
    ['0.002, and it was not asked', value(0.002), 'error', 'its conditions were not evaluated'],
    [
      'it gave no answer in time',
      error('successCondition gave no answer within 1000 ms'),
      'error',
      'successCondition gave no answer within 1000 ms',
    ],
  ]),
  ...rows('failureCondition', judgedBy({ failureCondition: FAILURE }), [
    ['0.06: true', said(value(0.06), null, true), 'fail', '0.06, failureCondition result > 0.05'],
    ['0.02: false', said(value(0.02), null, false), 'pass', '0.02, not result > 0.05'],
  ]),
  ...rows('both conditions', judgedBy({ successCondition: SUCCESS, failureCondition: FAILURE }), [
    ['0.002: success', said(value(0.002), true, false), 'pass', '0.002, result <= 0.01'],
    ['0.06: failure', said(value(0.06), false, true), 'fail', '0.06, failureCondition result > 0.05'],
    ['0.06: both', said(value(0.06), true, true), 'fail', '0.06, failureCondition result > 0.05'],
    [
      '0.02: neither',
      said(value(0.02), false, false),
      'inconclusive',
      '0.02, neither result <= 0.01 nor result > 0.05',
    ],
  ]),
  ...rows(
    'successCondition with samples, atLeast 200',
    judgedBy({ successCondition: WITH_SAMPLES, minSamples: { atLeast: 200 } }),
    [
      [
        '0.002 of 900 samples: true',
        said(value(0.002, 900), true, null),
        'pass',
        `0.002 of 900 samples, ${WITH_SAMPLES}`,
      ],
      ['0.06 of 3 samples, so not asked', value(0.06, 3), 'inconclusive', '3 samples, fewer than 200'],
    ],
  ),
  ...rows('nothing (refused by lint)', judgedBy({}), [
    ['0.002', value(0.002), 'inconclusive', 'no threshold to judge by'],
  ]),
  // A verdict needs its samples as a value does.
  reported('pass', 900, 'pass', 'reported as pass'),
  reported('fail', 900, 'fail', 'reported as fail'),
  reported('pass', 3, 'inconclusive', '3 samples, fewer than 200'),
  reported('fail', null, 'inconclusive', 'no samples, fewer than 200'),
];

export const LETTERS = { P: 'pass', F: 'fail', I: 'inconclusive', E: 'error' } as const;

/** Verdicts one after the other; `comes` is what the last of them asks for, and none before it. */
export const COUNTED: {
  settings: Partial<Metric>;
  verdicts: string;
  /** What was done about the metric before. */
  acted?: 'told' | 'paused';
  comes: string;
}[] = [
  { settings: {}, verdicts: '', comes: 'waits: nothing was measured' },
  { settings: {}, verdicts: 'P', comes: 'may go up' },
  { settings: {}, verdicts: 'F', comes: 'revert: 1 failure, limit 0' },
  { settings: { failureLimit: 2 }, verdicts: 'PFPF', comes: 'waits for a pass' },
  { settings: { failureLimit: 2 }, verdicts: 'PFPFP', comes: 'may go up' },
  { settings: { failureLimit: 2 }, verdicts: 'FPPFPPF', comes: 'revert: 3 failures, limit 2' },
  { settings: { onFailure: 'pause' }, verdicts: 'F', comes: 'pause: 1 failure, limit 0' },
  { settings: { onFailure: 'notify' }, verdicts: 'F', comes: 'notify: 1 failure, limit 0' },
  {
    settings: { failureLimit: 2, consecutiveErrorLimit: 2 },
    verdicts: 'EEFEEF',
    comes: 'waits for a pass',
  },
  { settings: { consecutiveErrorLimit: 2 }, verdicts: 'EEPEE', comes: 'waits for a pass' },
  { settings: { consecutiveErrorLimit: 2 }, verdicts: 'EEE', comes: 'pause: 3 errors in a row, limit 2' },
  {
    settings: { consecutiveErrorLimit: 2, onError: 'revert' },
    verdicts: 'PEEE',
    comes: 'revert: 3 errors in a row, limit 2',
  },
  { settings: {}, verdicts: 'I', comes: 'pause: 1 inconclusive, limit 0' },
  { settings: { inconclusiveLimit: 2 }, verdicts: 'IPIP', comes: 'may go up' },
  { settings: { inconclusiveLimit: 2 }, verdicts: 'IPIPI', comes: 'pause: 3 inconclusive, limit 2' },
  {
    settings: { inconclusiveLimit: 2, onInconclusive: 'notify' },
    verdicts: 'III',
    comes: 'notify: 3 inconclusive, limit 2',
  },
  {
    settings: { inconclusiveLimit: 2, onInconclusive: 'notify' },
    verdicts: 'IIII',
    acted: 'told',
    comes: 'waits for a pass',
  },
  { settings: { consecutiveSuccessLimit: 3 }, verdicts: 'PP', comes: 'waits for passes in a row' },
  { settings: { consecutiveSuccessLimit: 3 }, verdicts: 'PPP', comes: 'may go up' },
  {
    settings: { consecutiveSuccessLimit: 3, failureLimit: 9 },
    verdicts: 'PPFPP',
    comes: 'waits for passes in a row',
  },
  { settings: { consecutiveSuccessLimit: 3 }, verdicts: 'PPEPPP', comes: 'may go up' },
  { settings: { count: 3 }, verdicts: 'PPP', comes: 'may go up; measured only to confirm' },
  { settings: { count: 3 }, verdicts: 'PEP', comes: 'may go up' },
  {
    settings: { count: 3, failureLimit: 2 },
    verdicts: 'PPF',
    comes: 'waits for a pass; measured only to confirm',
  },
  {
    settings: { count: 4, consecutiveSuccessLimit: 2, failureLimit: 3 },
    verdicts: 'PFPP',
    comes: 'may go up; measured only to confirm',
  },
  {
    settings: { count: 4, consecutiveSuccessLimit: 2, failureLimit: 3 },
    verdicts: 'PPPF',
    comes: 'pause: 4 measurements, and not 2 passes in a row at their end',
  },
  {
    settings: { count: 4, consecutiveSuccessLimit: 2, failureLimit: 3, onInconclusive: 'notify' },
    verdicts: 'PPPFPP',
    acted: 'told',
    comes: 'may go up; measured only to confirm',
  },
  { settings: { dryRun: true }, verdicts: 'FEIFFF', comes: 'decides nothing' },
  {
    settings: { onFailure: 'pause', failureLimit: 1 },
    verdicts: 'FFF',
    acted: 'paused',
    comes: 'waits for a pass',
  },
  {
    settings: { onInconclusive: 'pause' },
    verdicts: 'IF',
    acted: 'paused',
    comes: 'revert: 1 failure, limit 0',
  },
  {
    settings: { onFailure: 'notify', consecutiveErrorLimit: 0 },
    verdicts: 'FE',
    acted: 'told',
    comes: 'pause: 1 error in a row, limit 0',
  },
  {
    settings: { failureLimit: 1, inconclusiveLimit: 1, consecutiveErrorLimit: 1 },
    verdicts: 'FIEIFE',
    acted: 'paused',
    comes: 'revert: 2 failures, limit 1',
  },
];
