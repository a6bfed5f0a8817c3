import { describe, expect, it } from 'vitest';
import { open, SECOND, worldWith } from './helpers.js';

/** An ext_json that names one package. */
const packages = (one: unknown) => JSON.stringify({ subPackages: [one] });

describe('commit', () => {
  it('creates the trial version, with its time in whole seconds', async () => {
    const { commit, call, now, pass } = await open();
    pass(345);
    expect(await commit('1.4.0')).toEqual({ errcode: 0, errmsg: 'ok' });
    const { exp_info } = await call('getversioninfo');
    expect(exp_info).toEqual({ exp_time: Math.floor(now() / 1000), exp_version: '1.4.0', exp_desc: 'test' });
  });

  it('takes the template id as text, null for what is absent, and ignores unknown keys', async () => {
    const { commit } = await open();
    expect(await commit('1.4.0', { template_id: '42', user_desc: null, whatever: [1] })).toMatchObject({
      errcode: 0,
    });
  });

  it.each([
    ['a template that does not exist', { template_id: 1 }, 85014],
    ['no template', { template_id: null }, 85014],
    ['a template that is wrong', { template_id: 43 }, 85043],
    ['a package that is too big', { template_id: 44 }, 85044],
    ['a template id of another kind', { template_id: [42] }, 47001],
    ['a version of 65 characters', { user_version: 'x'.repeat(65) }, 40097],
    ['no version', { user_version: '' }, 40097],
    ['ext_json as an object', { ext_json: {} }, 47001],
    ['ext_json that is no JSON', { ext_json: '{' }, 85048],
    ['ext_json that is no object', { ext_json: '[]' }, 85013],
    ['no ext_json', { ext_json: undefined }, 85013],
    ['pages of another kind', { ext_json: '{"pages":"x"}' }, 85013],
    ['pages that are empty', { ext_json: '{"pages":[]}' }, 85047],
    ['a page the template does not have', { ext_json: '{"pages":["pages/none"]}' }, 85045],
    ['a package the template does not have', { ext_json: packages({ root: 'shop', pages: ['x'] }) }, 85045],
    [
      'a page the package does not have',
      { ext_json: packages({ root: 'pages', pages: ['cart/cart', 'x'] }) },
      85045,
    ],
    [
      'an empty package the template does not have',
      { ext_json: packages({ root: 'shop', pages: [] }) },
      85045,
    ],
    ['packages that are no list', { ext_json: '{"subPackages":{}}' }, 85013],
    ['a package without root', { ext_json: packages({ pages: ['x'] }) }, 85013],
    ['a package without pages', { ext_json: packages({ root: 'pages' }) }, 85013],
    ['extPages for a page that is not there', { ext_json: '{"extPages":{"pages/none":{}}}' }, 85045],
    ['a tab without path', { ext_json: '{"tabBar":{"list":[{}]}}' }, 85046],
    ['a tab to a page that is not there', { ext_json: '{"tabBar":{"list":[{"pagePath":"no"}]}}' }, 85045],
  ])('refuses %s and changes nothing', async (_what, params, errcode) => {
    const { commit, call } = await open();
    expect(await commit('1.4.0', params)).toMatchObject({ errcode });
    expect(await call('getversioninfo')).not.toHaveProperty('exp_info');
  });

  it.each([80066, 80067, 80082, 85310, 85311, 85312, -60005] as const)(
    'is refused with %i when the template says so',
    async (error) => {
      const { commit } = await open(worldWith({}, { templates: [{ id: 42, error }] }));
      expect(await commit()).toMatchObject({ errcode: error });
    },
  );

  it('allows a standard template little: 9402203', async () => {
    const { commit } = await open(worldWith({}, { templates: [{ id: 42, type: 1 }] }));
    const said = { extAppid: 'wx1', ext: { shop: 1 }, window: {} };
    expect(await commit('1.4.0', { ext_json: JSON.stringify(said) })).toMatchObject({ errcode: 0 });
    const more = { ...said, pages: ['pages/index/index'] };
    expect(await commit('1.4.0', { ext_json: JSON.stringify(more) })).toMatchObject({ errcode: 9402203 });
  });

  it('narrows the pages by ext_json', async () => {
    const { commit, call } = await open();
    await commit('1.4.0', { ext_json: '{"pages":["pages/cart/cart"]}' });
    expect(await call('get_page')).toMatchObject({ page_list: ['pages/cart/cart'] });
  });

  it('keeps the order of pages that ext_json gives: the first is where users begin', async () => {
    const { commit, call } = await open();
    const pages = ['pages/cart/cart', 'pages/index/index'];
    await commit('1.4.0', { ext_json: JSON.stringify({ pages }) });
    expect(await call('get_page')).toMatchObject({ page_list: pages });
  });

  it('narrows the packages by ext_json: those it names hold the pages it names, and nothing new', async () => {
    const pages = ['pages/index/index', 'shop/list', 'shop/old/list', 'user/me'];
    const { commit, call } = await open(worldWith({}, { templates: [{ id: 42, pages }] }));
    const having = async (ext: unknown) => {
      expect(await commit('1.4.0', { ext_json: JSON.stringify(ext) })).toMatchObject({ errcode: 0 });
      return (await call('get_page')).page_list;
    };
    const shop = { root: 'shop', pages: ['list'] };
    expect(await having({ subPackages: [shop] })).toEqual(['pages/index/index', 'shop/list', 'user/me']);
    expect(await having({ pages: ['pages/index/index'], subPackages: [shop] })).toEqual([
      'pages/index/index',
      'shop/list',
    ]);
    expect(await having({ subpackages: [{ root: '/shop/', pages: ['/old/list'] }] })).toEqual([
      'pages/index/index',
      'shop/old/list',
      'user/me',
    ]);
    expect(await having({ subPackages: [], directCommit: true })).toEqual(pages);
  });

  it('starts the privacy scan anew each time: 61039 until it is over', async () => {
    const { commit, call, pass } = await open();
    await commit();
    pass(1.9 * SECOND);
    await commit();
    pass(1.9 * SECOND);
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 61039 });
    pass(0.1 * SECOND);
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 0 });
  });

  it('scans as long as the world says, app before world', async () => {
    const world = worldWith({ privacyScanSeconds: 0 }, { privacyScanSeconds: 60 });
    const { commit, call } = await open(world);
    await commit();
    expect(await call('submit_audit', {})).toMatchObject({ errcode: 0 });
  });
});

describe('get_page and get_category', () => {
  it('has no pages before anything was committed: 86001', async () => {
    const { call } = await open();
    expect(await call('get_page')).toMatchObject({ errcode: 86001 });
  });

  it('lists what the world gave the app', async () => {
    const { call } = await open();
    expect(await call('get_category')).toMatchObject({
      errcode: 0,
      category_list: [{ first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 }],
    });
  });
});

describe('getversioninfo', () => {
  it('leaves out what does not exist, or shows it empty when the switch says so', async () => {
    const world = worldWith({ online: undefined, history: [] });
    expect(await (await open(world)).call('getversioninfo')).toEqual({ errcode: 0, errmsg: 'ok' });
    const switched = await open({ ...world, switches: { missingVersionInfo: 'empty' } });
    expect(await switched.call('getversioninfo')).toMatchObject({ exp_info: {}, release_info: {} });
  });

  it('shows a trial version that the world begins with', async () => {
    const { call } = await open(worldWith({ experience: { version: '1.4.0' }, pages: ['p/q'] }));
    expect(await call('getversioninfo')).toMatchObject({ exp_info: { exp_version: '1.4.0' } });
    expect(await call('get_page')).toMatchObject({ page_list: ['p/q'] });
  });
});
