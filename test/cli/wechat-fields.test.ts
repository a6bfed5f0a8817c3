/** What stands on the command line as a call's fields. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinFields } from '../../src/cli/wechat/fields.js';
import { APP, bodyOf, GRAY, run } from './wechat-run.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weapp-wechat-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe('fields', () => {
  it('are sent as the call wants them: texts as they are, the rest as JSON', async () => {
    const gray = await run([...GRAY, '--gray_percentage', '0', '--support_debuger_first', 'true', '--yes']);
    expect(gray.code).toBe(0);
    expect(bodyOf(gray)).toEqual({ gray_percentage: 0, support_debuger_first: true });

    const commit = await run([
      ...['wechat', 'commit', '--app', APP, '--yes', '--template_id', '42', '--ext_json', '{"pages":[]}'],
      ...['--user_version=1.4.0', '--user_desc', '-5'],
    ]);
    expect(bodyOf(commit)).toEqual({
      template_id: '42',
      ext_json: '{"pages":[]}',
      user_version: '1.4.0',
      user_desc: '-5',
    });
  });

  it('may be called what an option of the program is called', async () => {
    const done = await run([
      ...['wechat', 'setweappsupportversion', '--version', '2.10.0', '--app', APP, '--yes'],
    ]);
    expect(bodyOf(done)).toEqual({ version: '2.10.0' });
  });

  it('that are flags need no value, and lists take several or JSON', async () => {
    const flag = await run([...GRAY, '--gray_percentage', '0', '--support_experiencer_first', '--yes']);
    expect(bodyOf(flag)).toEqual({ gray_percentage: 0, support_experiencer_first: true });

    const rule = [
      '--prefix',
      'https://a.example',
      '--permit_sub_rule',
      '1',
      '--path',
      'a',
      '--open_version',
      '1',
    ];
    const add = ['wechat', 'qrcodejumpadd', '--app', APP, '--yes', ...rule, '--is_edit', '0'];
    const several = await run([
      ...add,
      '--debug_url',
      'https://a.example/1',
      '--debug_url',
      'https://a.example/2',
    ]);
    const json = await run([...add, '--debug_url', '["https://a.example/1","https://a.example/2"]']);
    const one = await run([...add, '--debug_url', 'https://a.example/1']);
    const urls = ['https://a.example/1', 'https://a.example/2'];
    expect([several, json, one].map((done) => bodyOf(done))).toMatchObject([
      { debug_url: urls },
      { debug_url: urls },
      { debug_url: urls.slice(0, 1) },
    ]);
  });

  it('can be read from files, and all at once; single ones go over those', async () => {
    const ext = await file('ext.json', '{"pages":[]}\n');
    const all = await file(
      'all.json',
      '{"template_id": 42, "ext_json": "{}", "user_version": "1", "user_desc": ""}',
    );
    const done = await run([
      ...['wechat', 'commit', '--app', APP, '--yes', '--params', `@${all}`],
      ...['--ext_json', `@${ext}`, '--user_desc', '@@all'],
    ]);
    expect(bodyOf(done)).toEqual({
      ...{ template_id: 42, ext_json: '{"pages":[]}', user_version: '1', user_desc: '@all' },
    });
  });

  it('of an upload are a file', async () => {
    const picture = await file('Cart.PNG', Buffer.from('a picture'));
    const done = await run(
      ['wechat', 'uploadmedia', '--app', APP, '--media', `@${picture}`, '--yes'],
      '{"errcode":0,"errmsg":"ok","type":"image","mediaid":"m1"}',
    );
    expect(done.code).toBe(0);
    const [request] = done.seen;
    const form = await new Response(new Uint8Array(request?.bytes ?? []), {
      headers: { 'content-type': request?.type ?? '' },
    }).formData();
    expect(form.get('media')).toMatchObject({ name: 'Cart.PNG', type: 'image/png', size: 9 });
  });

  it.each([
    ['an unknown call', ['grayrelese'], 'there is no call grayrelese; did you mean grayrelease?'],
    ['a part of names', ['gray'], 'did you mean grayrelease or getgrayreleaseplan or revertgrayrelease?'],
    ['an unknown field', ['grayrelease', '--percentage', '1'], 'it takes --gray_percentage --support'],
    ['another spelling', ['grayrelease', '--gray-percentage', '1'], 'did you mean --gray_percentage?'],
    ['a field where none is', ['release', '--version', '1'], 'it takes nothing'],
    ['a field without a value', ['grayrelease', '--gray_percentage'], '--gray_percentage has no value'],
    [
      'a text for a number',
      ['grayrelease', '--gray_percentage', 'ten'],
      'it takes: whole number from 0 to 100',
    ],
    [
      'a broken limit',
      ['grayrelease', '--gray_percentage', '101'],
      'was not sent: --gray_percentage: 101 does not fit; it takes: whole number from 0 to 100\n',
    ],
    [
      'half a percent',
      ['grayrelease', '--gray_percentage', '10.5'],
      '--gray_percentage: 10.5 does not fit; it takes: whole number from 0 to 100\n',
    ],
    [
      'an empty list',
      ['submit_audit', '--item_list', '[]'],
      '[] does not fit; it takes: list of 1 to 5 objects\n',
    ],
    [
      'what is wrong below a field',
      [
        'submit_audit',
        '--item_list',
        '[{"first_class":"a","second_class":"b","first_id":"1","second_id":2}]',
      ],
      'item_list[0].first_id: 1 does not fit; it takes: whole number\n',
    ],
    [
      'what the catalogue has own words for',
      ['quota_get', '--cgi_path', 'wxa/release'],
      '--cgi_path: must be a path such as /wxa/release',
    ],
    [
      'one of two kinds',
      ['revertcoderelease', '--app_version', 'x'],
      '--app_version: must be an app_version of the history',
    ],
    [
      'a day that there is not',
      ['jserr_list', '--appVersion', '0', '--startTime', '2026-02-30'],
      'it takes: day',
    ],
    ['params with a field too many', ['release', '--params', '{"version":1}'], 'there is no field version'],
    [
      'an upload without its file',
      ['uploadmedia'],
      'uploadmedia uploads a file\n  name it: --media @cart.png',
    ],
    ['0 % for nobody', ['grayrelease', '--gray_percentage', '0'], 'support_experiencer_first'],
    ['what is missing', ['get_auditstatus'], '--auditid is missing; it takes: whole number\n'],
    ['a field given twice', ['get_auditstatus', '--auditid', '1', '--auditid', '2'], 'is given 2 times'],
    ['words between', ['release', 'now'], 'what is now? Fields are given as --name value'],
    ['params that are no object', ['release', '--params', '[]'], '--params is no JSON object'],
    ['a file that is not there', ['get_qrcode', '--path', '@/nowhere/x'], '(ENOENT)'],
    ['a file WeChat does not take', ['uploadmedia', '--media', '@a.bmp'], 'it takes .png'],
    ['a token field of others', ['release', '--token-field', 'cloudbase_access_token'], 'as access_token'],
    ['a field before the call', ['--gray_percentage', '1', 'grayrelease'], 'the call comes first'],
  ])('%s: refused before anything is sent, with what helps', async (_what, words, text) => {
    const { code, cli, seen } = await run(['wechat', ...words, '--app', APP, '--yes']);
    expect(code).toBe(2);
    expect(cli.stderr()).toMatch(/^error: /);
    expect(cli.stderr()).toContain(text);
    // The words of a library.
    expect(cli.stderr()).not.toMatch(/Invalid|Too (small|big)|expected|undefined/);
    expect(seen).toHaveLength(0);
  });

  it('that are a file too large say so of the file', async () => {
    const picture = await file('large.png', Buffer.alloc(2 * 1024 * 1024 + 1));
    const done = await run(['wechat', 'uploadmedia', '--app', APP, '--media', picture, '--yes']);
    expect(done.code).toBe(2);
    expect(done.cli.stderr()).toContain('--media: at most 2097152 bytes of image/png; here 2097153');
  });

  it('need no app only where none is meant', async () => {
    const { code, cli } = await run(['wechat', 'get_page']);
    expect(code).toBe(2);
    expect(cli.stderr()).toContain('weapp-rollout wechat get_page --app APPID');
  });

  it('of other commands are left alone', () => {
    expect(joinFields(['list', '--output', 'json'])).toEqual(['list', '--output', 'json']);
    expect(joinFields(['--debug', 'wechat', 'a', '--b', 'c', '--yes', '--app', '--x'])).toEqual([
      ...['--debug', 'wechat', 'a', '--b=c', '--yes', '--app', '--x'],
    ]);
  });
});
