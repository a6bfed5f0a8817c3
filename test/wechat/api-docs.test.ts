import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apiDocs } from '../../src/wechat/api-docs.js';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { answerFieldsOf, requestFields, takesOtherFields } from '../../src/wechat/describe.js';
import { errorCodes } from '../../src/wechat/error-codes.js';
import { SUBJECTS } from '../../src/wechat/subjects.js';

describe('docs/wechat-api.md', () => {
  const docs = apiDocs();

  test('is up to date (npm run docs writes it)', () => {
    expect(readFileSync(new URL('../../docs/wechat-api.md', import.meta.url), 'utf8')).toBe(docs);
  });

  test('has every call in one subject, and every code', () => {
    expect(SUBJECTS.flatMap(({ calls }) => calls).sort()).toEqual([...endpointNames].sort());
    for (const code of Object.keys(errorCodes)) expect(docs).toContain(`\n| ${code} | `);
  });

  test('says at once what is neither an activity nor made by hand', () => {
    const intro = docs.slice(0, docs.indexOf('\n- [')).replaceAll('\n', ' ');
    expect(intro).toContain('unless it is marked secret, as the activity `wechat_<name>` and by hand');
  });

  test('tells how a workflow uploads what no history can hold', () => {
    const upload = docs.slice(docs.indexOf('### uploadmedia'), docs.indexOf('### submit_audit'));
    expect(upload).toContain('{ app, params: { file: "file:NAME" } }');
    expect(upload).toMatch(/Above 2 MiB\sof input/);
  });

  test('has no link that leads nowhere', () => {
    const anchors = [...docs.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    const links = [...docs.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((link) => link === undefined || !anchors.includes(link))).toEqual([]);
    expect(new Set(anchors).size).toBe(anchors.length);
  });
});

describe('a call in words', () => {
  const typesOf = (fields: ReturnType<typeof requestFields>) =>
    Object.fromEntries(fields.map(({ path, type }) => [path, type]));

  test('limits, alternatives, lists and what is below them', () => {
    expect(typesOf(requestFields(endpoints.submit_audit.request))).toMatchObject({
      item_list: 'list of 1 to 5 objects, see below',
      'item_list[].title': 'text of at most 32 characters',
      'preview_info.pic_id_list': 'list of texts',
      privacy_api_not_use: '`true` or `false`',
    });
    expect(typesOf(requestFields(endpoints.grayrelease.request))).toMatchObject({
      gray_percentage: 'whole number from 0 to 100',
    });
    expect(typesOf(requestFields(endpoints.qrcodejumpadd.request))).toMatchObject({
      debug_url: 'list of at most 5 texts',
      permit_sub_rule: '`"1"`, `"2"`, `1` or `2`',
      is_edit: '`0` or `1`',
    });
    expect(typesOf(requestFields(endpoints.jserr_list.request))).toMatchObject({
      startTime: 'day, `yyyy-mm-dd`',
    });
  });

  test('what may be left out, and what is taken then', () => {
    const fields = requestFields(endpoints.jserr_list.request);
    expect(fields.find(({ path }) => path === 'limit')).toMatchObject({ required: false, default: '30' });
    expect(fields.find(({ path }) => path === 'appVersion')).toMatchObject({ required: true, isText: true });
  });

  test('an answer as callers get it, whatever WeChat may have sent', () => {
    expect(typesOf(answerFieldsOf(endpoints.getgrayreleaseplan.response))).toMatchObject({
      'gray_release_plan.status': '`0`, `1`, `2`, `3` or `4`',
      'gray_release_plan.gray_percentage': 'whole number',
      'gray_release_plan.support_debuger_first': '`true` or `false`',
    });
  });

  test('which calls take fields that are not known here', () => {
    const loose = endpointNames.filter((name) => takesOtherFields(endpoints[name].request));
    expect(loose).toEqual(['submit_audit']);
  });

  test.each(endpointNames)('%s: everything it takes is explained', (name) => {
    const own = requestFields(endpoints[name].request).filter(({ path }) => !/[.[]/.test(path));
    expect(own.filter(({ description }) => description === '').map(({ path }) => path)).toEqual([]);
  });

  test.each(endpointNames)('%s: no field of it is beyond words', (name) => {
    const { request, response } = endpoints[name];
    const fields = [...requestFields(request), ...answerFieldsOf(response)];
    expect(fields.filter(({ type }) => /anything|undefined/.test(type))).toEqual([]);
  });
});
