import { describe, expect, it } from 'vitest';
import { APP, DAY, HOUR, ITEM, OTHER, open, SECOND, worldWith } from './helpers.js';

describe('submit_audit', () => {
  it('answers the auditid as a number and charges the quota of the whole platform', async () => {
    const { submitted, call } = await open();
    const { auditid } = await submitted();
    expect(auditid).toBeTypeOf('number');
    expect(await call('queryquota', {}, 'token-unhealthy')).toMatchObject({
      rest: 99,
      limit: 100,
      speedup_rest: 10,
    });
  });

  it('wants a commit first: 85086', async () => {
    const { call } = await open();
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 85086 });
  });

  it('has one slot: 85009 while an audit runs, a delayed one included', async () => {
    const { submitted, call, commit, pass, control } = await open(worldWith({ audit: 'never' }));
    await submitted();
    control.audit({ app: APP, verdict: 'delay', reason: 'holidays' });
    await commit('1.5.0');
    pass(2 * SECOND);
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 85009 });
  });

  it('wants a Mini Program with name and avatar: 86002', async () => {
    const { call } = await open(worldWith({ initialized: false }));
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 86002 });
  });

  it.each([
    ['no list at all', undefined, 0],
    [
      'ids as text and nulls',
      [{ ...ITEM, first_id: '1', second_id: '2', third_class: null, third_id: null }],
      0,
    ],
    [
      'no third class, as clients that fill every field say it',
      [{ ...ITEM, third_class: '', third_id: 0 }],
      0,
    ],
    ['a page with parameters', [{ ...ITEM, address: 'pages/index/index?a=1' }], 0],
    ['a list of none', [], 85023],
    ['a list of six', Array(6).fill(ITEM), 85023],
    ['an empty item', [{}], 85010],
    ['eleven tags', [{ ...ITEM, tag: 'a b c d e f g h i j k' }], 85006],
    ['a tag of 21 characters', [{ ...ITEM, tag: '标'.repeat(21) }], 85006],
    ['a title of 33 characters', [{ ...ITEM, title: '题'.repeat(33) }], 85011],
    ['a category the app does not have', [{ ...ITEM, second_id: 3 }], 85008],
    ['a page the code does not have', [{ ...ITEM, address: 'pages/none' }], 85007],
    ['a list that is none', {}, 47001],
    ['an item that is none', ['x'], 47001],
    ['a title of another kind', [{ ...ITEM, title: {} }], 47001],
  ])('checks item_list: %s', async (_what, item_list, errcode) => {
    const { commit, call, pass } = await open();
    await commit();
    pass(2 * SECOND);
    expect(await call('submit_audit', { item_list })).toMatchObject({ errcode });
  });

  it('refuses preview_info as a list, which some clients send: 47001', async () => {
    const { commit, call, pass } = await open();
    await commit();
    pass(2 * SECOND);
    expect(await call('submit_audit', { preview_info: [] })).toMatchObject({ errcode: 47001 });
  });

  it('names no category that WeChat withdrew: 85077', async () => {
    const kept = { first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 };
    const gone = { first_class: '工具', second_class: '天气', first_id: 1, second_id: 3, delisted: true };
    const { commit, call, pass } = await open(worldWith({ categories: [kept, gone] }));
    await commit();
    pass(2 * SECOND);
    expect((await call('get_category')).category_list).toHaveLength(2);
    expect(JSON.stringify(await call('get_category'))).not.toContain('delisted');
    const withdrawn = { ...ITEM, second_class: '天气', second_id: 3 };
    expect(await call('submit_audit', { item_list: [withdrawn] })).toMatchObject({ errcode: 85077 });
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 85077 });
    expect(await call('submit_audit', { item_list: [ITEM] })).toMatchObject({ errcode: 0 });
  });

  it.each([85077, 85087, 86007, 86008, 86009, 86010, 87006, 9400001] as const)(
    'is refused with %i when the world says so',
    async (refuseAudit) => {
      const { submitted } = await open(worldWith({ refuseAudit }));
      expect(await submitted()).toMatchObject({ errcode: refuseAudit });
    },
  );

  it('wants a word on what users write, with the first submission: 85094', async () => {
    const { commit, call, pass } = await open(worldWith({ ugc: true }));
    await commit();
    pass(2 * SECOND);
    for (const ugc_declare of [undefined, null, {}, { scene: [] }])
      expect(await call('submit_audit', { ugc_declare })).toMatchObject({ errcode: 85094 });
    expect(await call('submit_audit', { ugc_declare: [] })).toMatchObject({ errcode: 47001 });
    expect(await call('submit_audit', { ugc_declare: { scene: [0] } })).toMatchObject({ errcode: 0 });
    pass(2 * SECOND);
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 0 });
  });

  it('wants a description that is not too long: 85051', async () => {
    const { commit, call, pass } = await open(worldWith({}, { switches: { versionDescMax: 3 } }));
    await commit();
    pass(2 * SECOND);
    expect(await call('submit_audit', { version_desc: '版本说明' })).toMatchObject({ errcode: 85051 });
    expect(await call('submit_audit', { version_desc: '版本说' })).toMatchObject({ errcode: 0 });
  });

  it('takes everything else that clients send with it', async () => {
    const { commit, call, pass } = await open();
    await commit();
    pass(2 * SECOND);
    const params = {
      item_list: [{ ...ITEM, address: '', tag: '', title: '' }],
      feedback_info: 'x'.repeat(300),
      feedback_stuff: 'm1|m2|m3|m4|m5|m6',
      version_desc: null,
      preview_info: null,
      ugc_declare: null,
      privacy_api_not_use: 0,
      order_path: 'pages/order/order',
      something: 'new',
    };
    expect(await call('submit_audit', params)).toMatchObject({ errcode: 0 });
  });

  it('ends with the monthly quota, 85085, and begins again with the month in China', async () => {
    const beforeMidnight = Date.parse('2026-03-31T23:59:00+08:00');
    const world = worldWith({}, { quotas: { audit: { limit: 3, used: 3 } } });
    const { submitted, call, pass } = await open(world, beforeMidnight);
    expect(await submitted()).toMatchObject({ errcode: 85085 });
    expect(await call('queryquota')).toMatchObject({ rest: 0, limit: 3 });
    pass(60 * SECOND);
    expect(await call('queryquota')).toMatchObject({ rest: 3 });
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 0 });
    expect(await call('queryquota')).toMatchObject({ rest: 2 });
  });
});

describe('the verdict', () => {
  it('comes when the world says: approved', async () => {
    const { submitted, call, pass } = await open(worldWith({ audit: { approveAfter: '1h30m' } }));
    const { auditid } = await submitted();
    expect(await call('get_auditstatus', { auditid })).toEqual({ errcode: 0, errmsg: 'ok', status: 2 });
    pass(1.5 * HOUR);
    expect(await call('get_auditstatus', { auditid: String(auditid) })).toMatchObject({ status: 0 });
  });

  it('comes when the world says: rejected, with reason and screenshots in both spellings', async () => {
    const audit = { reject: { after: '2s', reason: '1:账号信息不符合规范', screenshot: 'm1|m2' } };
    const { approved, call } = await open(worldWith({ audit }));
    const { auditid } = await approved();
    const rejected = { status: 1, reason: '1:账号信息不符合规范', screenshot: 'm1|m2' };
    expect(await call('get_auditstatus', { auditid })).toMatchObject(rejected);
    expect(await call('get_latest_auditstatus')).toMatchObject({ ...rejected, auditid, ScreenShot: 'm1|m2' });
  });

  it('may be a delay that is not final', async () => {
    const audit = { delay: { after: '1m', reason: '请耐心等待', approveAfter: '1h' } };
    const { submitted, call, pass } = await open(worldWith({ audit }));
    await submitted();
    pass(60 * SECOND);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 4, reason: '请耐心等待' });
    pass(HOUR);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 0 });
  });

  it('can differ from submission to submission', async () => {
    const audit = [{ reject: { after: '1s', reason: 'no' } }, { approveAfter: '1s' }];
    const { approved, call } = await open(worldWith({ audit }));
    await approved();
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 1 });
    await approved();
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 0 });
  });

  it('never comes by itself when the world says never; the control API gives it', async () => {
    const { submitted, call, pass, control } = await open(worldWith({ audit: 'never' }));
    await submitted();
    pass(30 * DAY);
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 2 });
    control.audit({ app: APP, verdict: 'approve' });
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 0 });
  });
});

describe('get_auditstatus and get_latest_auditstatus', () => {
  it('knows only audits of this app: 85012', async () => {
    const { submitted, call } = await open();
    const { auditid } = await submitted();
    expect(await call('get_auditstatus', { auditid }, 'token-unhealthy')).toMatchObject({ errcode: 85012 });
    expect(await call('get_auditstatus', { auditid: 1 })).toMatchObject({ errcode: 85012 });
    expect(await call('get_auditstatus', {})).toMatchObject({ errcode: 85012 });
    expect(await call('get_auditstatus', { auditid: {} })).toMatchObject({ errcode: 47001 });
  });

  it('has no latest audit before the first: 85058', async () => {
    const { call } = await open();
    expect(await call('get_latest_auditstatus')).toMatchObject({ errcode: 85058 });
  });

  it('tells version and time of the latest', async () => {
    const { submitted, call, now } = await open();
    await submitted('2.0.0');
    expect(await call('get_latest_auditstatus')).toMatchObject({
      user_version: '2.0.0',
      user_desc: 'test',
      submit_audit_time: Math.floor(now() / 1000),
    });
  });
});

describe('an audit that somebody else submitted', () => {
  /** Given one of the merchant's own, which passes after an hour. */
  async function foreign(rest: Parameters<typeof worldWith>[1] = {}) {
    const simulator = await open(worldWith({ audit: { approveAfter: '1h' } }, rest));
    simulator.control.console({ app: APP, action: 'submitAudit', version: '8.8.8' });
    await simulator.commit('1.4.0');
    simulator.pass(2 * SECOND);
    return simulator;
  }

  it('holds the slot, 85009, while our calls do not know it: 85058, 85012', async () => {
    const { call, control } = await foreign();
    const [{ auditId: auditid } = { auditId: 0 }] = control.state(APP).audits;
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 85009 });
    expect(await call('get_latest_auditstatus')).toMatchObject({ errcode: 85058 });
    expect(await call('get_auditstatus', { auditid })).toMatchObject({ errcode: 85012 });
    expect(await call('speedupaudit', { auditid })).toMatchObject({ errcode: 89402 });
    expect(await call('queryquota')).toMatchObject({ rest: 100 });
  });

  it('frees the slot with its verdict, and leaves our own numbers alone', async () => {
    const { call, pass } = await foreign();
    pass(HOUR);
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 0, auditid: 500_000_001 });
    expect(await call('get_latest_auditstatus')).toMatchObject({ auditid: 500_000_001, status: 2 });
  });

  it('is withdrawn by undocodeaudit, or not known to it by switch', async () => {
    const { call } = await foreign();
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 0 });
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 0 });
    const strict = await foreign({ switches: { undoForeignAudit: '85012' } });
    expect(await strict.call('undocodeaudit')).toMatchObject({ errcode: 85012 });
  });

  it('gives back no quota that was never charged', async () => {
    const { call } = await foreign({ switches: { refundOnUndo: true }, quotas: { audit: { used: 1 } } });
    await call('undocodeaudit');
    expect(await call('queryquota')).toMatchObject({ rest: 99 });
  });

  it('is not ours to release: 85019, 85080; or it is, by switch', async () => {
    const { call, gray, pass } = await foreign();
    pass(HOUR);
    expect(await call('release')).toMatchObject({ errcode: 85019 });
    expect(await gray(10)).toMatchObject({ errcode: 85080 });
    const shared = await foreign({ switches: { foreignApproved: 'released' } });
    shared.pass(HOUR);
    expect(await shared.call('release')).toMatchObject({ errcode: 0 });
    expect(await shared.online()).toBe('8.8.8');
  });
});

describe('code that no third-party platform manages', () => {
  it.each([
    ['get_page', {}],
    ['submit_audit', {}],
    ['get_auditstatus', { auditid: 1 }],
    ['get_latest_auditstatus', {}],
  ] as const)('%s is 86000', async (name, params) => {
    const { call } = await open(worldWith({ thirdParty: false }));
    expect(await call(name, params)).toMatchObject({ errcode: 86000 });
  });
});

describe('undocodeaudit', () => {
  it('withdraws the running audit (status 3) and frees the slot; the quota stays charged', async () => {
    const { submitted, call } = await open(worldWith({ audit: 'never' }));
    await submitted();
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 0 });
    expect(await call('get_latest_auditstatus')).toMatchObject({ status: 3 });
    expect(await call('queryquota')).toMatchObject({ rest: 99 });
    expect(await submitted()).toMatchObject({ errcode: 0 });
  });

  it('gives the quota back when the switch says so', async () => {
    const { submitted, call } = await open(
      worldWith({ audit: 'never' }, { switches: { refundOnUndo: true } }),
    );
    await submitted();
    await call('undocodeaudit');
    expect(await call('queryquota')).toMatchObject({ rest: 100 });
  });

  it('has nothing to withdraw: 85012, or ok by switch', async () => {
    const { call } = await open();
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 85012 });
    const switched = await open(worldWith({}, { switches: { undoWithoutAudit: 'ok' } }));
    expect(await switched.call('undocodeaudit')).toMatchObject({ errcode: 0 });
  });

  it('works five times a day in China: 87013', async () => {
    const { submitted, call, pass } = await open(worldWith({ audit: 'never' }));
    for (let time = 0; time < 5; time++) {
      await submitted();
      expect(await call('undocodeaudit')).toMatchObject({ errcode: 0 });
    }
    await submitted();
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 87013 });
    pass(DAY);
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 0 });
  });

  it('works ten times a month: 87013', async () => {
    const { submitted, call, pass } = await open(worldWith({ audit: 'never' }));
    for (let day = 0; day < 10; day++) {
      await submitted();
      expect(await call('undocodeaudit')).toMatchObject({ errcode: 0 });
      pass(DAY);
    }
    await submitted();
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 87013 });
    pass(12 * DAY);
    expect(await call('undocodeaudit')).toMatchObject({ errcode: 0 });
  });

  it('counts per app', async () => {
    const { call, control } = await open(worldWith({}, { switches: { undoQuotaPerDay: 0 } }));
    expect(await call('undocodeaudit', {}, 'token-unhealthy')).toMatchObject({ errcode: 85012 });
    expect(control.state(OTHER).undoneAt).toEqual([]);
  });
});
