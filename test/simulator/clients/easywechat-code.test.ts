import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP, ITEM, SECOND } from '../helpers.js';
import { openMiniApp } from './easywechat.js';
import { afterwards, OK } from './support.js';

/** The smallest PNG there is. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

type Post = Awaited<ReturnType<typeof openMiniApp>>['post'];

const commit = (post: Post, user_version: string, template_id: unknown = 42) => {
  const ext_json = JSON.stringify({ extAppid: APP, ext: { shop: '一号店' } });
  return post('wxa/commit', { template_id, ext_json, user_version, user_desc: '新版' });
};
const submit = (post: Post, more = {}) => post('wxa/submit_audit', { item_list: [ITEM], ...more });

/** Given a version whose audit has passed. */
async function approved(user_version = '1.4.0') {
  const opened = await openMiniApp();
  await commit(opened.post, user_version);
  opened.pass(2 * SECOND);
  const { auditid } = await submit(opened.post);
  opened.pass(2 * SECOND);
  return { ...opened, auditid };
}

describe('code management through node-easywechat', () => {
  it('uploads code and reads its pages, categories, privacy and trial QR code', async () => {
    const { client, get, post, pass } = await openMiniApp();
    expect(await get('wxa/get_qrcode')).toMatchObject({ errcode: 86001 });
    expect(await commit(post, '1.4.0', '42')).toEqual(OK);
    expect(await get('wxa/get_page')).toEqual({
      ...OK,
      page_list: ['pages/index/index', 'pages/cart/cart'],
    });
    expect(await get('wxa/get_category')).toMatchObject({
      category_list: [{ first_class: '工具', first_id: 1 }],
    });
    const early = await get('wxa/security/get_code_privacy_info');
    expect(early).toMatchObject({ errcode: 61039 });
    pass(2 * SECOND);
    expect(await get('wxa/security/get_code_privacy_info')).toEqual({
      ...OK,
      without_auth_list: [],
      without_conf_list: [],
    });

    const image = await client.get('wxa/get_qrcode', {
      params: { path: 'pages/index/index?from=trial' },
      responseType: 'arraybuffer',
    });
    expect(image.is('image')).toBe(true);
    expect(image.getHeader('content-disposition')).toBe('attachment; filename="QRCode.jpg"');
    expect(image.toDataUrl()).toMatch(/^data:image\/jpeg;base64,\/9j\//);
  });

  it('submits it with a screenshot, speeds the audit up, takes it back, and submits again', async () => {
    const { client, get, post, pass } = await openMiniApp();
    await commit(post, '1.4.0');
    pass(2 * SECOND);
    const folder = await mkdtemp(join(tmpdir(), 'easywechat-'));
    afterwards(() => rm(folder, { recursive: true }));
    const file = join(folder, 'cart.png');
    await writeFile(file, Buffer.from(PNG, 'base64'));
    const media = (await client.withFile(file, 'media').post('wxa/uploadmedia')).toObject();
    expect(media).toEqual({ ...OK, type: 'image', mediaid: expect.any(String) });

    const preview_info = { video_id_list: [], pic_id_list: [media.mediaid] };
    const { auditid } = await submit(post, { preview_info });
    expect(auditid).toEqual(expect.any(Number));
    expect(await submit(post)).toMatchObject({ errcode: 85009 });
    const status = await post('wxa/get_auditstatus', { auditid: String(auditid) });
    expect(status).toMatchObject({ ...OK, status: 2 });
    expect(await post('wxa/speedupaudit', { auditid })).toEqual(OK);
    expect(await get('wxa/undocodeaudit')).toEqual(OK);
    expect(await submit(post)).toMatchObject({ ...OK, auditid: auditid + 1 });
    expect(await get('wxa/queryquota')).toEqual({
      ...OK,
      rest: 98,
      limit: 100,
      speedup_rest: 9,
      speedup_limit: 10,
    });
  });

  it('hears the verdict by a push that it decrypts itself, and reads it', async () => {
    const { get, control, received, auditid } = await approved();
    control.clock();
    await control.idle();
    expect(received.at(-1)).toMatchObject({
      MsgType: 'event',
      Event: 'weapp_audit_success',
      ToUserName: expect.stringMatching(/^gh_/),
    });
    expect(await get('wxa/get_latest_auditstatus')).toMatchObject({
      ...OK,
      auditid,
      status: 0,
      user_version: '1.4.0',
      user_desc: '新版',
    });
  });

  it('releases in stages, cancels, and releases to all', async () => {
    const { get, post } = await approved();
    const gray = (gray_percentage: number, flags = {}) =>
      post('wxa/grayrelease', { gray_percentage, ...flags });
    const plan = async () => (await get('wxa/getgrayreleaseplan')).gray_release_plan;
    expect(await plan()).toMatchObject({ status: 0 });
    expect(await gray(0, { support_experiencer_first: true })).toEqual(OK);
    expect(await gray(10)).toEqual(OK);
    expect(await plan()).toMatchObject({ status: 1, gray_percentage: 10 });
    expect(await gray(5)).toMatchObject({ errcode: 85082 });
    expect(await get('wxa/revertgrayrelease')).toEqual(OK);
    expect(await plan()).toMatchObject({ status: 4 });
    expect(await gray(1)).toEqual(OK);
    expect(await post('wxa/release')).toEqual(OK);
    expect(await post('wxa/release')).toMatchObject({ errcode: 85052 });
    expect(await post('wxa/getversioninfo')).toMatchObject({
      exp_info: { exp_version: '1.4.0' },
      release_info: { release_version: '1.4.0', release_desc: '新版' },
    });
  });

  it('lists what it can go back to, and goes back', async () => {
    const { get, post } = await approved();
    await post('wxa/release');
    const history = await get('wxa/revertcoderelease', { action: 'get_history_version' });
    expect(history).toMatchObject({
      version_list: [
        { user_version: '1.3.0', app_version: 13 },
        { user_version: '1.2.0', app_version: 12 },
      ],
    });
    const reverted = await get('wxa/revertcoderelease', { app_version: 12 });
    expect(reverted).toEqual(OK);
    expect(await get('wxa/revertcoderelease')).toMatchObject({ errcode: 87012 });
    expect(await post('wxa/getversioninfo')).toMatchObject({
      release_info: { release_version: '1.2.0' },
    });
  });

  it('suspends the service, and sets the oldest base library', async () => {
    const { post } = await openMiniApp();
    const visit = async () => (await post('wxa/getvisitstatus')).status;
    expect(await post('wxa/change_visitstatus', { action: 'close' })).toEqual(OK);
    expect(await visit()).toBe(0);
    expect(await post('wxa/change_visitstatus', { action: 'open' })).toEqual(OK);
    expect(await visit()).toBe(1);

    const set = await post('cgi-bin/wxopen/setweappsupportversion', { version: '2.32.3' });
    expect(set).toEqual(OK);
    const library = await post('cgi-bin/wxopen/getweappsupportversion');
    expect(library).toMatchObject({
      now_version: '2.32.3',
      uv_info: { items: expect.any(Array) },
    });
  });

  it('sets the rule of a link, publishes and removes it', async () => {
    const { post } = await openMiniApp();
    const jump = (call: string, body = {}) => post(`cgi-bin/wxopen/qrcodejump${call}`, body);
    const prefix = 'https://example.com/qr';
    expect(await jump('download')).toMatchObject({ file_name: expect.stringMatching(/\.txt$/) });
    const rule = {
      prefix,
      permit_sub_rule: 1,
      path: 'pages/index/index',
      open_version: 2,
      debug_url: [`${prefix}?a=1`],
    };
    expect(await jump('add', { ...rule, is_edit: 0 })).toEqual(OK);
    expect(await jump('get')).toMatchObject({ list_size: 1, rule_list: [{ prefix, state: 1 }] });
    expect(await jump('publish', { prefix })).toEqual(OK);
    expect(await jump('get')).toMatchObject({ rule_list: [{ prefix, state: 2 }] });
    expect(await jump('delete', { prefix })).toEqual(OK);
  });

  it("keeps the platform's templates", async () => {
    const { platform } = await openMiniApp();
    const client = platform.getClient();
    const ids = async (): Promise<number[]> => {
      const { template_list } = (
        await client.get('wxa/gettemplatelist', { params: { template_type: 0 } })
      ).toObject();
      return template_list.map(({ template_id }: { template_id: number }) => template_id);
    };
    const { draft_list } = (await client.get('wxa/gettemplatedraftlist')).toObject();
    expect(draft_list).toMatchObject([{ draft_id: 7, user_version: '2.0.0' }]);
    const before = await ids();
    expect((await client.postJson('wxa/addtotemplate', { draft_id: 7 })).toObject()).toEqual(OK);
    const [added] = (await ids()).filter((id) => !before.includes(id));
    expect((await client.postJson('wxa/deletetemplate', { template_id: added })).toObject()).toEqual(OK);
    expect(await ids()).toEqual(before);
  });

  it('reads errors of users, quotas, and what a trace was about', async () => {
    const { post } = await openMiniApp();
    const today = '2026-03-10';
    const errors = await post('wxaapi/log/jserr_list', {
      appVersion: '0',
      errType: '0',
      startTime: today,
      endTime: today,
      keyword: '',
      openid: '',
      orderby: 'uv',
      desc: '2',
      offset: 0,
      limit: 30,
    });
    expect(errors).toMatchObject({ ...OK, success: true, totalCount: expect.any(Number) });

    const quota = await post('cgi-bin/openapi/quota/get', { cgi_path: '/wxa/release' });
    expect(quota).toMatchObject({ ...OK, quota: { daily_limit: expect.any(Number) } });
    const refused = await post('wxa/release');
    const rid = String(refused.errmsg).split(' rid: ')[1];
    const trace = await post('cgi-bin/openapi/rid/get', { rid });
    expect(trace).toMatchObject({
      ...OK,
      request: { request_body: '{}', response_body: expect.stringContaining('85019') },
    });
    expect(await post('cgi-bin/clear_quota', { appid: APP })).toEqual(OK);
  });

  it('is told that the platform may not manage the code', async () => {
    const { get, control } = await openMiniApp();
    control.console({ app: APP, action: 'authorize', permissions: [17] });
    expect(await get('wxa/get_page')).toMatchObject({
      errcode: 61007,
      errmsg: expect.stringMatching(/ rid: [\da-f]{8}-[\da-f]{8}-[\da-f]{8}$/),
    });
  });
});
