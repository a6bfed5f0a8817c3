import { describe, expect, it } from 'vitest';
import { open, SECOND, worldWith } from './helpers.js';

const NOT_USED = { privacy_api_not_use: true };

describe('get_code_privacy_info', () => {
  it('needs a commit, and the end of its scan: 86001, 61039', async () => {
    const { call, commit, pass } = await open();
    expect(await call('get_code_privacy_info')).toMatchObject({ errcode: 86001 });
    await commit();
    expect(await call('get_code_privacy_info')).toMatchObject({
      errcode: 61039,
      errmsg: expect.stringMatching(/^隐私接口检查任务未完成，请稍等一分钟再重试 rid: /) as string,
    });
    pass(2 * SECOND);
    expect(await call('get_code_privacy_info')).toEqual({
      errcode: 0,
      errmsg: 'ok',
      without_auth_list: [],
      without_conf_list: [],
    });
  });

  it('is in the dark again after each commit', async () => {
    const { call, commit, pass } = await open();
    await commit();
    pass(2 * SECOND);
    await commit();
    expect(await call('get_code_privacy_info')).toMatchObject({ errcode: 61039 });
  });

  it('lists what the world says, less what ext_json declares', async () => {
    const privacy = { withoutAuth: ['wx.getLocation'], withoutConf: ['wx.getLocation', 'wx.chooseAddress'] };
    const { call, commit, pass } = await open(worldWith({ privacy }));
    await commit('1.4.0', { ext_json: '{"requiredPrivateInfos":["getLocation"]}' });
    pass(2 * SECOND);
    expect(await call('get_code_privacy_info')).toMatchObject({
      without_auth_list: ['wx.getLocation'],
      without_conf_list: ['wx.chooseAddress'],
    });
  });
});

describe('submit_audit', () => {
  /** What it answers for such a world, such an ext_json, with and without privacy_api_not_use. */
  async function answers(privacy: object, ext = {}) {
    const codes: number[] = [];
    for (const params of [{}, NOT_USED]) {
      const { call, commit, pass } = await open(worldWith({ privacy }));
      await commit('1.4.0', { ext_json: JSON.stringify(ext) });
      pass(2 * SECOND);
      codes.push((await call('submit_audit', params)).errcode);
    }
    return codes;
  }

  it('is 61040 for interfaces without permission, unless they are said not to be used', async () => {
    expect(await answers({ withoutAuth: ['wx.getLocation'] })).toEqual([61040, 0]);
  });

  it('is 61040 for interfaces that are not declared, unless they are said not to be used', async () => {
    expect(await answers({ withoutConf: ['wx.getLocation'] })).toEqual([61040, 0]);
  });

  it('is content when ext_json declares them', async () => {
    const ext = { requiredPrivateInfos: ['getLocation'] };
    expect(await answers({ withoutConf: ['wx.getLocation'] }, ext)).toEqual([0, 0]);
  });

  it('is 61040 whatever is said when the interface is declared and not permitted', async () => {
    const ext = { requiredPrivateInfos: ['getLocation'] };
    expect(await answers({ withoutAuth: ['wx.getLocation'] }, ext)).toEqual([61040, 61040]);
    const inTemplate = { withoutAuth: ['wx.getLocation'], declared: ['getLocation'] };
    expect(await answers(inTemplate)).toEqual([61040, 61040]);
  });

  it('takes privacy_api_not_use as 1 too, and refuses what is no flag: 47001', async () => {
    const { call, commit, pass } = await open(worldWith({ privacy: { withoutConf: ['wx.getLocation'] } }));
    await commit();
    pass(2 * SECOND);
    expect(await call('submit_audit', { privacy_api_not_use: 'perhaps' })).toMatchObject({ errcode: 47001 });
    expect(await call('submit_audit', { privacy_api_not_use: 1 })).toMatchObject({ errcode: 0 });
  });
});

describe('requiredPrivateInfos', () => {
  it('is a list of names: 85310', async () => {
    const { commit } = await open();
    const ext_json = '{"requiredPrivateInfos":"getLocation"}';
    expect(await commit('1.4.0', { ext_json })).toMatchObject({ errcode: 85310 });
  });
});
