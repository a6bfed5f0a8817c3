import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlan, readPlanFile } from '../../src/plan/read.js';
import { changed, DAY, MINIMAL, MINUTE, planOf, problemsOf, withMetricField } from './plans.js';

describe('a plan that says only what it must', () => {
  it('gets a default for everything else', () => {
    expect(planOf(MINIMAL)).toEqual({
      rules: 2,
      notify: [],
      app: 'wx0123456789abcdef',
      version: '1.4.0',
      description: '1.4.0',
      source: 'template',
      template: 42,
      ext: {},
      trial: null,
      audit: {
        body: {},
        pollMs: 10 * MINUTE,
        deadlineMs: 14 * DAY,
        onDeadline: 'notify',
        speedup: false,
        onReject: 'wait',
        rejectTimeoutMs: 14 * DAY,
        onForeignAudit: 'refuse',
      },
      rollout: {
        stages: [
          { percentage: 10, members: [], soakMs: 30 * MINUTE, hold: false, approval: null },
          { percentage: 100, members: [], soakMs: 0, hold: false, approval: null },
        ],
        bakeMs: DAY,
        firstRelease: 'refuse',
        onPlatformDeadline: 'revert',
        windows: null,
        onDrift: {
          advanced: 'pause',
          paused: 'pause',
          cancelled: 'attention',
          finished: 'bake',
          otherVersion: 'attention',
        },
      },
      health: [
        {
          name: 'js-error-rate',
          provider: { kind: 'push' },
          intervalMs: MINUTE,
          initialDelayMs: 0,
          thresholdRange: { max: 0.01 },
          failureLimit: 0,
          inconclusiveLimit: 0,
          consecutiveErrorLimit: 4,
          from: 1,
          onFailure: 'revert',
          successCondition: null,
          failureCondition: null,
          count: 0,
          consecutiveSuccessLimit: 0,
          onInconclusive: 'pause',
          onError: 'pause',
          dryRun: false,
        },
      ],
    });
  });

  it('reads the same from JSON', () => {
    const json = JSON.stringify({
      app: 'wx0123456789abcdef',
      version: '1.4.0',
      template: 42,
      rollout: { stages: [{ percentage: 10, soak: '30m' }, { percentage: 100 }] },
      health: [{ name: 'js-error-rate', provider: { push: {} }, thresholdRange: { max: 0.01 } }],
    });
    expect(planOf(json)).toEqual(planOf(MINIMAL));
  });

  it('may begin with a byte order mark and may end lines as Windows does', () => {
    expect(planOf(`\uFEFF${MINIMAL.replaceAll('\n', '\r\n')}`)).toEqual(planOf(MINIMAL));
  });

  it('may name its JSON Schema for editors', () => {
    expect(planOf(`$schema: ../schema/plan.schema.json\n${MINIMAL}`)).toEqual(planOf(MINIMAL));
  });
});

describe("the audit's body", () => {
  it("is what submit_audit gets, in WeChat's spelling, with only the fields that were given", () => {
    const text = `${MINIMAL}audit:
  items: [{ address: pages/index/index, tag: 工具 备忘, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }]
  versionDesc: New checkout
  feedbackInfo: Test account demo
  feedbackStuff: m1|m2
  previewInfo: { pic_id_list: [p1] }
  ugcDeclare: { scene: [1], has_audit_team: 1 }
  privacyApiNotUse: false
  orderPath: pages/orders/index
`;
    expect(planOf(text).audit.body).toEqual({
      item_list: [
        {
          address: 'pages/index/index',
          tag: '工具 备忘',
          first_class: '工具',
          second_class: '备忘录',
          first_id: 1,
          second_id: 2,
        },
      ],
      version_desc: 'New checkout',
      feedback_info: 'Test account demo',
      feedback_stuff: 'm1|m2',
      preview_info: { pic_id_list: ['p1'] },
      ugc_declare: { scene: [1], has_audit_team: 1 },
      privacy_api_not_use: false,
      order_path: 'pages/orders/index',
    });
  });
});

describe('health', () => {
  it('that is none on purpose is an empty list', () => {
    const text = `${MINIMAL.split('health:')[0]}health: none\n`;
    expect(planOf(text).health).toEqual([]);
  });

  it('may ask Prometheus', () => {
    const provider = '{ prometheus: { address: "env:PLAN_PROMETHEUS_URL", query: \'e{v="{{version}}"}\' } }';
    expect(planOf(changed('{ push: {} }', provider)).health[0]?.provider).toEqual({
      kind: 'prometheus',
      address: 'env:PLAN_PROMETHEUS_URL',
      query: 'e{v="{{version}}"}',
    });
  });

  it('may carry fields of Argo Rollouts at the value that changes nothing', () => {
    expect(planOf(withMetricField('dryRun: false'))).toEqual(planOf(MINIMAL));
    expect(planOf(withMetricField('onInconclusive: pause'))).toEqual(planOf(MINIMAL));
  });
});

describe('what is no plan at all', () => {
  it.each([
    ['nothing', '', 'the plan is empty'],
    ['only a comment', '# later\n', 'the plan is empty'],
    ['a list', '- app', 'not a single value or a list'],
    ['a word', 'release it', 'not a single value or a list'],
    ['two documents', 'app: x\n---\napp: y\n', 'second document'],
    ['an alias that contains itself', 'app: &a { b: *a }', 'contains itself'],
    ['an alias of nothing', 'app: *nothing', 'cannot be expanded'],
    ['a tag', 'app: !secret x', 'a tag is used'],
    ['more than 1 MB', `app: ${'x'.repeat(1_000_001)}`, 'larger than 1 MB'],
    ['very deep nesting', '['.repeat(100_000), 'nested too deep'],
  ])('%s is told as a problem', (_, text, message) => {
    expect(problemsOf(text)[0]?.message).toContain(message);
  });

  it('a great many aliases are refused before anybody looks for their anchors, which takes minutes', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `a${index}`);
    const text = [...names.map((name) => `- &${name} x`), ...names.map((name) => `- *${name}`)].join('\n');
    expect(problemsOf(text)[0]?.message).toContain('cannot be expanded');
  }, 8_000);

  it('a bomb of aliases is not expanded', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const lines = names.map((name, index) => {
      const inner = index === 0 ? 'x' : `*${names[index - 1]}`;
      return `${name}: &${name} [${Array(9).fill(inner).join(', ')}]`;
    });
    expect(problemsOf(lines.join('\n'))[0]?.message).toContain('cannot be expanded');
  });

  it('a tab names its line', () => {
    expect(problemsOf('rollout:\n\tstages: []')).toMatchObject([
      { message: 'a tab is used for indentation', remedy: 'indent with spaces', line: 2, column: 1 },
    ]);
  });

  it('a field given twice names the second one', () => {
    expect(problemsOf(`${MINIMAL}template: 43\n`)).toMatchObject([
      { message: 'the field "template" is given twice', remedy: 'keep one of them', line: 12, column: 1 },
    ]);
  });

  it('thousands of wrong fields are counted, not told', () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `field${index}: 1`).join('\n');
    const problems = problemsOf(text);
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)?.message).toMatch(/there are \d+ more problems/);
  });
});

describe('a plan file', () => {
  it('is read with its name', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'plan-')), 'plan.yaml');
    await writeFile(path, MINIMAL);
    const result = await readPlanFile(path);
    expect(result).toMatchObject({ ok: true, source: { filename: path, text: MINIMAL } });
    expect(result.ok && result.source.locate(['rollout', 'stages', 1, 'percentage'])).toEqual({
      line: 7,
      column: 21,
    });
  });

  it('that is not there, is a folder, or is no text is a problem and not an exception', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plan-'));
    await mkdir(join(folder, 'plans'));
    await writeFile(join(folder, 'utf16.yaml'), Buffer.from(MINIMAL, 'utf16le').subarray(1));
    await writeFile(join(folder, 'latin1.yaml'), Buffer.from('description: Stra\u00dfe', 'latin1'));
    const message = async (name: string) => {
      const result = await readPlanFile(join(folder, name));
      return result.ok ? 'accepted' : result.problems[0]?.message;
    };
    expect(await message('nowhere.yaml')).toBe('the file does not exist');
    expect(await message('plans')).toBe('the file is a folder');
    expect(await message('latin1.yaml')).toBe('the file is not UTF-8 text');
    expect(await message('utf16.yaml')).not.toBe('accepted');
    expect(await message('no\0name')).toContain('cannot be read');
  });

  it('is named only; reading text opens nothing', () => {
    expect(readPlan(MINIMAL, { filename: '/nowhere/plan.yaml' }).ok).toBe(true);
  });
});
