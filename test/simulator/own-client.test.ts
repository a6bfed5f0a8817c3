/** Our own client against the simulator, for the calls whose request or answer is no JSON, and for one that leaves errcode out. */
import { describe, expect, it } from 'vitest';
import { createWechatClient } from '../../src/wechat/client.js';
import { APP, open, SECOND, TOKEN, worldWith } from './helpers.js';

async function ready() {
  const simulator = await open(worldWith({ metrics: { js_error_rate: [{ version: '1.3.0', value: 0.1 }] } }));
  const client = createWechatClient({ baseUrl: simulator.url, tokens: { get: async () => TOKEN } });
  await simulator.commit();
  simulator.pass(2 * SECOND);
  return { ...simulator, client };
}

describe('our own client', () => {
  it('reads the picture of get_qrcode', async () => {
    const { client } = await ready();
    const image = await client.call('get_qrcode', { app: APP, params: { path: 'pages/index/index?a=1' } });
    expect(image.contentType).toBe('image/jpeg');
    expect(Buffer.from(image.base64, 'base64').toString('latin1')).toContain(
      '1.4.0 14 pages/index/index?a=1',
    );
  });

  it('uploads with uploadmedia what submit_audit then names', async () => {
    const { client } = await ready();
    const base64 = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');
    const params = { filename: '首页.png', contentType: 'image/png', base64 } as const;
    const { mediaid } = await client.call('uploadmedia', { app: APP, params });
    const preview_info = { pic_id_list: [mediaid] };
    const { auditid } = await client.call('submit_audit', { app: APP, params: { preview_info } });
    expect(auditid).toBeTypeOf('number');
  });

  it('reads jserr_list', async () => {
    const { client } = await ready();
    const params = { appVersion: '1.3.0', startTime: '2026-03-10', endTime: '2026-03-10' };
    const { data, totalCount } = await client.call('jserr_list', { app: APP, params });
    expect(totalCount).toBe(1);
    expect(data).toMatchObject([{ pvPercent: 100 }]);
  });
});
