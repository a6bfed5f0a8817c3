/** Whom a plan tells: its channels, what is refused with which remedy, and what lint hints at. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_EVENTS, NOTIFY_EVENT_NAMES, type NotifyChannel } from '../../src/domain/notifying/events.js';
import { approval, errorsOf, hintsOf, MINIMAL, plan, planOf, problemsOf, stage } from './plans.js';

const withNotify = (yaml: string) => `${MINIMAL}notify:\n${yaml}\n`;
const WECOM: NotifyChannel = {
  kind: 'wecom',
  address: 'env:PLAN_WECOM_WEBHOOK',
  secret: null,
  events: DEFAULT_EVENTS,
};

describe('a channel', () => {
  it('of each kind is read, with the events that matter where none are named', () => {
    const { notify } = planOf(
      withNotify(`  - wecom: { webhook: env:PLAN_WECOM_WEBHOOK }
  - feishu: { webhook: env:PLAN_FEISHU, secret: file:feishu/secret }
    events: [stage]
  - dingtalk: { webhook: file:dingtalk }
    events: [attention, released]
  - webhook: { url: env:PLAN_WEBHOOK, secret: env:PLAN_WEBHOOK_SECRET }`),
    );
    expect(notify).toEqual([
      WECOM,
      { kind: 'feishu', address: 'env:PLAN_FEISHU', secret: 'file:feishu/secret', events: ['stage'] },
      { kind: 'dingtalk', address: 'file:dingtalk', secret: null, events: ['attention', 'released'] },
      {
        kind: 'webhook',
        address: 'env:PLAN_WEBHOOK',
        secret: 'env:PLAN_WEBHOOK_SECRET',
        events: DEFAULT_EVENTS,
      },
    ]);
  });

  it('is not needed: without it nobody is told', () => {
    expect(planOf(MINIMAL).notify).toEqual([]);
    expect(planOf(`${MINIMAL}notify: []\n`).notify).toEqual([]);
  });
});

const KEY = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-4567';

describe('refused with path and remedy', () => {
  it.each([
    [
      'an address in the open',
      `  - wecom: { webhook: "${KEY}" }`,
      'notify[0].wecom.webhook',
      'env:PLAN_WECOM_WEBHOOK',
    ],
    [
      'a variable of the worker',
      '  - wecom: { webhook: env:DATABASE_URL }',
      'notify[0].wecom.webhook',
      'PLAN_',
    ],
    ['a file elsewhere', '  - wecom: { webhook: file:../../etc/passwd }', 'notify[0].wecom.webhook', 'file:'],
    [
      'a secret in the open',
      '  - feishu: { webhook: env:PLAN_F, secret: abc }',
      'notify[0].feishu.secret',
      'env:PLAN_',
    ],
    [
      'an unsigned webhook',
      '  - webhook: { url: env:PLAN_W }',
      'notify[0].webhook.secret',
      'env:PLAN_WEBHOOK_SECRET',
    ],
    [
      'a secret where there is none',
      '  - wecom: { webhook: env:PLAN_W, secret: env:PLAN_S }',
      'notify[0].wecom.secret',
      '',
    ],
    [
      'two channels in one',
      '  - { wecom: { webhook: env:PLAN_A }, feishu: { webhook: env:PLAN_B } }',
      'notify[0]',
      'write one of wecom',
    ],
    ['no channel', '  - events: [paused]', 'notify[0]', 'write one of wecom'],
    ['another channel', '  - slack: { webhook: env:PLAN_A }', 'notify[0].slack', 'known here'],
    [
      'an unknown event',
      '  - { wecom: { webhook: env:PLAN_A }, events: [exploded] }',
      'notify[0].events[0]',
      'started',
    ],
    ['no events', '  - { wecom: { webhook: env:PLAN_A }, events: [] }', 'notify[0].events', 'attention'],
  ])('%s', (_, yaml, path, remedy) => {
    const problems = problemsOf(withNotify(yaml));
    const found = problems.find((problem) => problem.path === path);
    expect(found, JSON.stringify(problems)).toBeDefined();
    expect(found?.remedy).toContain(remedy);
    expect(JSON.stringify(problems)).not.toContain('0123-4567');
  });

  it('eleven channels', () => {
    const yaml = Array.from({ length: 11 }, (_, at) => `  - wecom: { webhook: env:PLAN_W${at} }`).join('\n');
    expect(problemsOf(withNotify(yaml))).toMatchObject([
      { path: 'notify', message: 'must have at most 10 entries' },
    ]);
  });

  it('an event that is named twice', () => {
    expect(errorsOf(plan({ top: { notify: [{ ...WECOM, events: ['attention', 'attention'] }] } }))).toEqual([
      'notify[0].events[1]: is named twice',
    ]);
  });
});

describe('hinted at', () => {
  it('nobody hears that a person must look', () => {
    const notify: NotifyChannel[] = [{ ...WECOM, events: ['released'] }];
    expect(hintsOf(plan({ top: { notify } }))).toEqual([
      'notify: nobody would be told when a person must look',
    ]);
  });

  it('nobody hears of an approval that waits', () => {
    const stages = [stage(10), stage(100, { approval: approval() })];
    const notify: NotifyChannel[] = [{ ...WECOM, events: ['attention'] }];
    expect(hintsOf(plan({ stages, top: { notify } }))).toContain(
      'notify: the plan has an approval, and nobody would be told that it waits',
    );
  });

  it('one address in two channels', () => {
    expect(hintsOf(plan({ top: { notify: [WECOM, WECOM] } }))).toEqual([
      'notify[1].wecom: has the address of channel 1 (wecom): what both ask for comes twice',
    ]);
  });

  it('nothing for a plan that tells what matters, or tells nobody', () => {
    expect(hintsOf(plan({ top: { notify: [WECOM] } }))).toEqual([]);
    expect(hintsOf(plan())).toEqual([]);
  });
});

it('the default is among the events', () => {
  expect(NOTIFY_EVENT_NAMES).toEqual(expect.arrayContaining(DEFAULT_EVENTS));
});
