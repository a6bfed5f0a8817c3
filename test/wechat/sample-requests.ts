/** Requests that the catalogue accepts, for tests that change one thing about them. */
import type { EndpointName } from '../../src/wechat/catalogue.js';
import { APP } from './fake-server.js';

export const commit = { template_id: 42, ext_json: '{}', user_version: '1.4.0', user_desc: 'x' };
export const item = { first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 };
export const withTag = (tag: string) => ({ item_list: [{ ...item, tag }] });

export const megabytes = (count: number, more = 0) =>
  Buffer.alloc(count * 1024 * 1024 + more).toString('base64');
export const png = { filename: 'cart.png', contentType: 'image/png', base64: 'iVBORw0KGgo=' };
export const mp4 = { ...png, filename: 'cart.mp4', contentType: 'video/mp4' };
export const rule = {
  prefix: 'https://a.example',
  permit_sub_rule: 1,
  path: 'a',
  open_version: 1,
  is_edit: 0,
};
export const days = { appVersion: '0', startTime: '2026-02-01', endTime: '2026-02-02' };
export const page = { component_appid: 'wx8888888888888888', offset: 0, count: 500 };

/** Fields without which these calls are not sent. */
export const NEEDED: Partial<Record<EndpointName, object>> = {
  get_auditstatus: { auditid: 7 },
  uploadmedia: png,
  jserr_list: days,
  quota_get: { cgi_path: '/wxa/release' },
  api_component_token: {
    component_appid: 'wx8888888888888888',
    component_appsecret: 'the secret of the platform',
    component_verify_ticket: 'ticket@@@1',
  },
  api_get_authorizer_info: { component_appid: 'wx8888888888888888', authorizer_appid: APP },
  api_get_authorizer_list: page,
};
