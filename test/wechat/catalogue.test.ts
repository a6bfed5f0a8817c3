import { describe, expect, test } from 'vitest';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';

describe('the rows', () => {
  test.each(endpointNames)(
    '%s is called by its own name, and its fields go where its method allows',
    (name) => {
      const row = endpoints[name];
      expect(row.name).toBe(name);
      expect(row.in).toBe(row.method === 'GET' ? 'query' : name === 'uploadmedia' ? 'form' : 'body');
      expect(row.doc).toMatch(/^[A-Z].*\.$/);
      expect(row.permissionSet).toBe(row.token === 'authorizer' ? 18 : null);
      expect(row.otherTokenFields).not.toContain(row.tokenField);
    },
  );

  test('what changes something in WeChat is marked as a write, even where it is a GET', () => {
    const writes = endpointNames.filter((name) => endpoints[name].kind === 'write');
    expect(writes.map((name) => `${endpoints[name].method} ${endpoints[name].path}`)).toEqual([
      'POST /wxa/commit',
      'POST /wxa/uploadmedia',
      'POST /wxa/submit_audit',
      'GET /wxa/undocodeaudit',
      'POST /wxa/speedupaudit',
      'POST /wxa/grayrelease',
      'GET /wxa/revertgrayrelease',
      'POST /wxa/release',
      'GET /wxa/revertcoderelease',
      'POST /wxa/change_visitstatus',
      'POST /cgi-bin/wxopen/setweappsupportversion',
      'POST /cgi-bin/wxopen/qrcodejumpadd',
      'POST /cgi-bin/wxopen/qrcodejumpdelete',
      'POST /cgi-bin/wxopen/qrcodejumppublish',
      'POST /wxa/addtotemplate',
      'POST /wxa/deletetemplate',
      'POST /cgi-bin/component/api_start_push_ticket',
      'POST /cgi-bin/component/api_component_token',
      'POST /cgi-bin/component/api_create_preauthcode',
      'POST /cgi-bin/component/api_query_auth',
      'POST /cgi-bin/component/api_authorizer_token',
      'POST /cgi-bin/component/set_authorizer_option',
      'POST /cgi-bin/clear_quota',
      'POST /cgi-bin/component/clear_quota/v2',
    ]);
  });

  test('what carries credentials is marked secret: it is no activity and cannot be called by hand', () => {
    expect(endpointNames.filter((name) => endpoints[name].secret)).toEqual([
      ...['api_start_push_ticket', 'api_component_token', 'api_create_preauthcode', 'api_query_auth'],
      ...['api_authorizer_token', 'api_get_authorizer_info', 'api_get_authorizer_list'],
      'component_clear_quota',
    ]);
  });

  test('whose token each takes', () => {
    const of = (token: string) => endpointNames.filter((name) => endpoints[name].token === token);
    expect(of('none')).toEqual(['api_start_push_ticket', 'api_component_token', 'component_clear_quota']);
    expect(of('component')).toEqual([
      ...['gettemplatedraftlist', 'addtotemplate', 'gettemplatelist', 'deletetemplate'],
      ...['api_create_preauthcode', 'api_query_auth', 'api_authorizer_token', 'api_get_authorizer_info'],
      'api_get_authorizer_list',
    ]);
    expect(of('either')).toEqual([
      ...['get_authorizer_option', 'set_authorizer_option', 'clear_quota', 'quota_get', 'rid_get'],
    ]);
  });

  test('a form row takes a file, as the wire wants it', () => {
    const forms = endpointNames.filter((name) => endpoints[name].in === 'form');
    expect(forms).toEqual(['uploadmedia']);
    const file = { filename: 'a.png', contentType: 'image/png', base64: 'iVBORw0KGgo=' };
    for (const name of forms) expect(endpoints[name].request.parse(file)).toEqual(file);
  });

  test('one path has two rows: the read is told from the write by its fixed query', () => {
    expect(endpoints.get_history_version.path).toBe(endpoints.revertcoderelease.path);
    expect(endpoints.get_history_version.fixedQuery).toEqual({ action: 'get_history_version' });
    expect(endpoints.revertcoderelease.request.safeParse({ action: 'get_history_version' }).success).toBe(
      false,
    );
  });
});
