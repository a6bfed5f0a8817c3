/** The template library of a platform. */
import { describe, expect, it } from 'vitest';
import { openPlatforms, platformWorld } from './platform-helpers.js';

const world = () =>
  platformWorld({
    drafts: [
      {
        id: 7,
        version: '1.4.0',
        description: 'the new shop',
        source: { appid: 'wxdevelop00000001', name: 'shop development' },
        developer: 'Lin',
        created: '1h',
        pages: ['pages/new/new'],
      },
    ],
    templates: [
      { id: 42, version: '1.3.0', description: 'the shop', draftId: 6 },
      { id: 5, type: 1 },
    ],
  });

async function library(start = world()) {
  const opened = await openPlatforms(start);
  const token = await opened.componentToken();
  const list = async (query = {}) =>
    (await opened.call('gettemplatelist', query, { token, field: 'access_token' })).template_list as Record<
      string,
      unknown
    >[];
  return { ...opened, token, list };
}

describe('drafts', () => {
  it('are listed as WeChat lists them', async () => {
    const { call, token, now } = await library();
    expect(await call('gettemplatedraftlist', {}, { token })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      draft_list: [
        {
          create_time: now() / 1000 - 3600,
          user_version: '1.4.0',
          user_desc: 'the new shop',
          draft_id: 7,
          source_miniprogram_appid: 'wxdevelop00000001',
          source_miniprogram: 'shop development',
          developer: 'Lin',
        },
      ],
    });
  });
});

describe('addtotemplate', () => {
  it('makes a template with the next number, which the answer does not tell; commit uses it', async () => {
    const { call, token, list, now, componentToken, refresh } = await library();
    expect(await call('addtotemplate', { draft_id: '7', template_type: 0 }, { token })).toEqual({
      errcode: 0,
      errmsg: 'ok',
    });
    const added = (await list()).at(-1);
    expect(added).toMatchObject({
      template_id: 43,
      draft_id: 7,
      template_type: 0,
      user_version: '1.4.0',
      create_time: now() / 1000,
    });
    const { token: app } = await refresh(await componentToken());
    const commit = { template_id: '43', ext_json: '{}', user_version: '1.4.0', user_desc: '' };
    expect(await call('commit', commit, { token: app })).toMatchObject({ errcode: 0 });
    expect(await call('get_page', {}, { token: app })).toMatchObject({ page_list: ['pages/new/new'] });
  });

  it.each([
    ['a draft that is not there', { draft_id: 8 }, 85064],
    ['no draft', {}, 85064],
    ['a type that is not there', { draft_id: 7, template_type: 2 }, 40097],
    ['a number that is none', { draft_id: 'x' }, 47001],
  ])('refuses %s', async (_what, fields, errcode) => {
    const { call, token } = await library();
    expect(await call('addtotemplate', fields, { token })).toMatchObject({ errcode });
  });

  it('refuses the two hundred and first template: 85065', async () => {
    const templates = Array.from({ length: 199 }, (_, id) => ({ id }));
    const { call, token } = await library(platformWorld({ drafts: [{ id: 7 }], templates }));
    expect(await call('addtotemplate', { draft_id: 7 }, { token })).toMatchObject({ errcode: 0 });
    expect(await call('addtotemplate', { draft_id: 7 }, { token })).toMatchObject({ errcode: 85065 });
    await call('deletetemplate', { template_id: 0 }, { token });
    expect(await call('addtotemplate', { draft_id: 7 }, { token })).toMatchObject({ errcode: 0 });
  });
});

describe('gettemplatelist', () => {
  it.each([
    ['all', {}, [42, 5]],
    ['ordinary ones', { template_type: 0 }, [42]],
    ['standard ones', { template_type: '1' }, [5]],
  ])('lists %s', async (_what, query, ids) => {
    const { list } = await library();
    expect((await list(query)).map(({ template_id }) => template_id)).toEqual(ids);
  });

  it('is a GET: a POST is 43001', async () => {
    const { call, token } = await library();
    expect(await call('gettemplatelist', {}, { token, method: 'POST' })).toMatchObject({ errcode: 43001 });
  });
});

describe('deletetemplate', () => {
  it('deletes; the number is not given to another, and commit does not know it any more', async () => {
    const { call, token, list, componentToken, refresh } = await library();
    expect(await call('deletetemplate', { template_id: 42 }, { token })).toMatchObject({ errcode: 0 });
    expect(await call('deletetemplate', { template_id: 42 }, { token })).toMatchObject({ errcode: 85064 });
    await call('addtotemplate', { draft_id: 7 }, { token });
    expect((await list()).map(({ template_id }) => template_id)).toEqual([5, 43]);
    const { token: app } = await refresh(await componentToken());
    const commit = { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: '' };
    expect(await call('commit', commit, { token: app })).toMatchObject({ errcode: 85014 });
  });
});
