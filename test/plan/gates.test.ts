/** What a plan file says about gates, windows, drift, rejections and sources, and the plan that comes of it. */
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.js';
import { changed, DAY, MINIMAL, planOf, problemsOf } from './plans.js';

const inStage = (fields: string) => changed('soak: 30m }', `soak: 30m, ${fields} }`);
const inRollout = (line: string) => changed('  stages:', `  ${line}\n  stages:`);
const inAudit = (fields: string) => `${MINIMAL}audit: { ${fields} }\n`;

describe('an approval', () => {
  it('needs only its approvers', () => {
    expect(planOf(inStage('approval: { approvers: [ann] }')).rollout.stages[0]?.approval).toEqual({
      approvers: ['ann'],
      count: 1,
      claimed: false,
      timeoutMs: null,
      onTimeout: 'pause',
    });
  });

  it('may say everything', () => {
    const all =
      'approvers: [release-manager, on-call, 王芳], count: 2, claimed: true, timeout: 2d, onTimeout: abort';
    expect(planOf(inStage(`approval: { ${all} }`)).rollout.stages[0]?.approval).toEqual({
      approvers: ['release-manager', 'on-call', '王芳'],
      count: 2,
      claimed: true,
      timeoutMs: 2 * DAY,
      onTimeout: 'abort',
    });
  });

  it('may stand before the audit, and before everyone', () => {
    const trial = planOf(`${MINIMAL}trial: { approval: { approvers: [tester] } }\n`).trial;
    expect(trial).toMatchObject({ approval: { approvers: ['tester'], count: 1 } });
    const last = changed('percentage: 100 }', 'percentage: 100, approval: { approvers: [ann] } }');
    expect(planOf(last).rollout.stages[1]?.approval).toMatchObject({ approvers: ['ann'] });
  });

  it.each([
    ['approvers', '{}', 'is missing'],
    ['approvers', '{ approvers: [] }', 'is empty'],
    ['approvers[0]', '{ approvers: [" ann"] }', 'must be a name of at most 100 characters'],
    ['count', '{ approvers: [ann], count: 0 }', 'must be at least 1'],
    ['timeout', '{ approvers: [ann], timeout: 2 }', 'is a number without a unit of time'],
    ['onTimeout', '{ approvers: [ann], onTimeout: revert }', 'must be "pause" or "abort" or "notify"'],
    ['claimed', '{ approvers: [ann], claimed: maybe }', 'must be true or false, not text'],
  ])('is refused for its %s: %s', (field, written, message) => {
    const problems = problemsOf(inStage(`approval: ${written}`));
    expect(problems).toMatchObject([
      { path: `rollout.stages[0].approval.${field}`, message: expect.stringContaining(message) },
    ]);
  });

  it('that is asked for as trial without being one is refused', () => {
    expect(problemsOf(`${MINIMAL}trial: {}\n`)).toMatchObject([
      { path: 'trial.approval', message: 'is missing' },
    ]);
  });
});

describe('windows', () => {
  it('are all days and hours of a zone, unless it says which', () => {
    expect(planOf(inRollout('windows: { timezone: Asia/Shanghai }')).rollout.windows).toEqual({
      timezone: 'Asia/Shanghai',
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      hours: { from: '00:00', to: '24:00' },
    });
    const some = 'windows: { timezone: Asia/Shanghai, days: [mon, thu], hours: 22:00-04:00 }';
    expect(planOf(inRollout(some)).rollout.windows).toEqual({
      timezone: 'Asia/Shanghai',
      days: ['mon', 'thu'],
      hours: { from: '22:00', to: '04:00' },
    });
  });

  it.each([
    ['timezone', 'days: [mon]', 'is missing'],
    ['timezone', 'timezone: Asia/Beijing', 'is no IANA time zone'],
    ['timezone', 'timezone: CST', 'is no IANA time zone'],
    ['timezone', 'timezone: "+08:00"', 'is no IANA time zone'],
    ['days', 'timezone: UTC, days: []', 'is empty'],
    ['days[0]', 'timezone: UTC, days: [monday]', 'must be "mon" or'],
    ['hours', 'timezone: UTC, hours: 10-18', 'must be two times of a day, HH:MM-HH:MM'],
    ['hours', 'timezone: UTC, hours: 9:00-18:00', 'must be two times of a day'],
    ['hours', 'timezone: UTC, hours: 24:00-04:00', 'must be two times of a day'],
    ['hours', 'timezone: UTC, hours: 10:00-25:00', 'must be two times of a day'],
    ['hours', 'timezone: UTC, hours: 10:00-24:01', 'must be two times of a day'],
  ])('are refused for their %s: %s', (field, written, message) => {
    expect(problemsOf(inRollout(`windows: { ${written} }`))).toMatchObject([
      { path: `rollout.windows.${field}`, message: expect.stringContaining(message) },
    ]);
  });

  it('say which names of zones there are', () => {
    const [problem] = problemsOf(inRollout('windows: { timezone: Asia/Beijing }'));
    expect(problem?.remedy).toContain('Asia/Shanghai');
  });
});

describe('drift', () => {
  it('may be decided one kind at a time; the others keep their default', () => {
    expect(planOf(inRollout('onDrift: { advanced: adopt, finished: revert }')).rollout.onDrift).toEqual({
      advanced: 'adopt',
      paused: 'pause',
      cancelled: 'attention',
      finished: 'revert',
      otherVersion: 'attention',
    });
  });

  it('of another version is never taken back, since it belongs to someone else', () => {
    expect(problemsOf(inRollout('onDrift: { otherVersion: revert }'))).toMatchObject([
      { path: 'rollout.onDrift.otherVersion', remedy: 'write otherVersion: attention' },
    ]);
  });
});

describe('the audit', () => {
  it('waits two weeks after a rejection, unless the plan says how long or not at all', () => {
    expect(planOf(MINIMAL).audit).toMatchObject({ onReject: 'wait', rejectTimeoutMs: 14 * DAY });
    expect(planOf(inAudit('rejectTimeout: 3d')).audit).toMatchObject({ rejectTimeoutMs: 3 * DAY });
    expect(planOf(inAudit('onReject: fail')).audit).toMatchObject({ onReject: 'fail' });
  });

  it('that fails when it is rejected waits for nothing', () => {
    expect(problemsOf(inAudit('onReject: fail, rejectTimeout: 14d'))).toMatchObject([
      {
        path: 'audit.rejectTimeout',
        value: '"14d"',
        message: 'nothing is waited for after a rejection: onReject is fail',
        remedy: 'remove it, or write onReject: wait',
      },
    ]);
  });

  it('may be fast, and may make room for itself', () => {
    expect(planOf(inAudit('speedup: true, onForeignAudit: withdraw')).audit).toMatchObject({
      speedup: true,
      onForeignAudit: 'withdraw',
    });
  });
});

describe('the source', () => {
  const from = (source: string, more = '') =>
    `${MINIMAL.replace('template: 42\n', '')}source: ${source}\n${more}`;
  const refusals = (text: string) => {
    const loaded = loadPlan(text, { filename: 'plan.yaml' });
    return loaded.ok ? [] : loaded.problems.map(({ path, message, line }) => `${line} ${path}: ${message}`);
  };

  it('may be the trial version, or an audit that passed', () => {
    for (const source of ['uploaded', 'approved']) {
      expect(planOf(from(source))).toMatchObject({ source, template: null });
      expect(refusals(from(source))).toEqual([]);
    }
  });

  it('is a template, when the plan says nothing else, and then it says which', () => {
    expect(refusals(MINIMAL.replace('template: 42\n', ''))).toEqual([
      '1 template: is missing: source is template',
    ]);
    expect(refusals(from('template'))).toEqual(['1 template: is missing: source is template']);
  });

  it('that commits nothing takes no template', () => {
    expect(refusals(from('uploaded', 'template: 42\n'))).toEqual([
      '12 template: is not used: with source: uploaded nothing is committed',
    ]);
  });

  it('that is approved submits nothing', () => {
    const more =
      'trial: { approval: { approvers: [ann] } }\naudit: { versionDesc: new, speedup: true, poll: 1h }\n';
    const unused = 'is not used: with source: approved the audit has passed, and nothing is submitted';
    expect(refusals(from('approved', more))).toEqual([
      `12 trial: ${unused}`,
      `13 audit.versionDesc: ${unused}`,
      `13 audit.speedup: ${unused}`,
    ]);
    expect(refusals(from('uploaded', more))).toEqual([]);
  });

  it('that commits nothing leaves ext unused: hint', () => {
    const loaded = loadPlan(from('uploaded', 'ext: { ext: { shop: "17" } }\n'), { filename: 'plan.yaml' });
    expect(loaded.ok && loaded.hints.map(({ path }) => path)).toContain('ext');
  });
});
