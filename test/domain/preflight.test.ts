/** What must hold before anything is spent. */
import { describe, expect, it } from 'vitest';
import { itemProblems, preflight } from '../../src/domain/preflight.js';
import type { Baseline } from '../../src/domain/readings.js';
import { BEFORE, baseline, NO_PLAN, OURS, planWith } from './support/given.js';

const audit = { auditId: 5, version: '1.3.1', reason: '' };
const levelOf = (subject: string, changes: Partial<Baseline>, plan = planWith()) =>
  preflight(plan, baseline(changes)).find((finding) => finding.subject === subject);

describe('preflight', () => {
  it('of a healthy app refuses nothing and hints at nothing', () => {
    expect(preflight(planWith(), baseline()).map(({ level }) => level)).toEqual(Array(6).fill('ok'));
  });

  it.each([
    ['nothing online', 'online version', { online: null }, 'refuse', '85079'],
    [
      'our version online already',
      'online version',
      { online: { ...BEFORE, version: OURS } },
      'refuse',
      'online already',
    ],
    [
      'a plan running',
      'gray plan',
      { grayPlan: { ...NO_PLAN, status: 'running', percentage: 5 } },
      'refuse',
      'running at 5 %',
    ],
    ['a plan paused', 'gray plan', { grayPlan: { ...NO_PLAN, status: 'paused' } }, 'refuse', 'paused'],
    ['a plan finished', 'gray plan', { grayPlan: { ...NO_PLAN, status: 'finished' } }, 'ok', 'none'],
    ['a plan cancelled', 'gray plan', { grayPlan: { ...NO_PLAN, status: 'deleted' } }, 'ok', 'none'],
    [
      'an audit running',
      'audit',
      { latestAudit: { ...audit, status: 'auditing' } },
      'refuse',
      'audit 5 of version 1.3.1',
    ],
    ['an audit delayed', 'audit', { latestAudit: { ...audit, status: 'delayed' } }, 'refuse', 'delayed'],
    ['an audit approved', 'audit', { latestAudit: { ...audit, status: 'approved' } }, 'ok', 'free'],
    ['an audit rejected', 'audit', { latestAudit: { ...audit, status: 'rejected' } }, 'ok', 'free'],
    ['no audits left', 'audit quota', { quota: { rest: 0, limit: 20 } }, 'refuse', '85085'],
    ['few audits left', 'audit quota', { quota: { rest: 5, limit: 20 } }, 'hint', '5 of 20'],
    ['a quota of all zeros', 'audit quota', { quota: { rest: 0, limit: 0 } }, 'ok', '0 of 0'],
    ['an unknown quota', 'audit quota', { quota: null }, 'hint', 'does not say'],
    ['no history', 'way back', { history: [] }, 'hint', 'perhaps not at all'],
  ] as const)('%s (%s)', (_what, subject, changes, level, words) => {
    const finding = levelOf(subject, changes as Partial<Baseline>);
    expect(finding?.level).toBe(level);
    expect(finding?.text).toContain(words);
  });

  it('a first release goes to everyone only where the plan says so, with a hint that there is no way back', () => {
    const full = planWith({ firstRelease: 'full' });
    expect(levelOf('online version', { online: null }, full)?.level).toBe('hint');
    expect(levelOf('way back', { online: null }, full)).toMatchObject({ level: 'hint' });
  });
});

describe('audit items', () => {
  const pages = ['pages/index/index', 'pages/shop/shop'];
  const categories = [
    { first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 },
    {
      first_class: '教育',
      second_class: '学历教育',
      third_class: '高等',
      first_id: 3,
      second_id: 4,
      third_id: 5,
    },
  ];
  const ok = {
    address: 'pages/index/index',
    first_class: '工具',
    second_class: '备忘录',
    first_id: 1,
    second_id: 2,
  };
  const problems = (...items: Parameters<typeof itemProblems>[0]) => itemProblems(items, pages, categories);

  it('that fit are no problem, with or without a leading slash, and an empty list is none', () => {
    expect(problems(ok, { ...ok, address: '/pages/shop/shop' }, { title: 'no page' })).toEqual([]);
    expect(problems()).toEqual([]);
  });

  it.each([
    [
      'a page that is not there',
      { ...ok, address: 'pages/gone' },
      'audit.items[0].address: the version has no page pages/gone',
    ],
    [
      'a category that the app does not have',
      { ...ok, first_class: '游戏' },
      'the app has no category 游戏/备忘录',
    ],
    ['ids that do not belong together', { ...ok, second_id: 4 }, 'the app has no category'],
    ['another third class', { first_id: 3, second_id: 4, third_class: '初等' }, 'the app has no category'],
    ['another third id', { first_id: 3, second_id: 4, third_id: 6 }, 'the app has no category'],
  ])('with %s are named', (_what, item, words) => {
    expect(problems(item).join()).toContain(words);
  });

  it('are counted from nought, as in the plan', () => {
    expect(problems(ok, { ...ok, address: 'x' })[0]).toContain('audit.items[1]');
  });
});
