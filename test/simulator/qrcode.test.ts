import { describe, expect, it } from 'vitest';
import { APP, open, TOKEN, worldWith } from './helpers.js';

/** Fetches the picture as a browser would. */
async function picture(url: string, query = '') {
  const response = await fetch(`${url}/wxa/get_qrcode?access_token=${TOKEN}${query}`);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The segments of a JPEG by marker, up to where its picture begins; throws when they do not fit together. */
function segments(bytes: Buffer): Map<number, Buffer> {
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  expect([...bytes.subarray(-2)]).toEqual([0xff, 0xd9]);
  const found = new Map<number, Buffer>();
  for (let at = 2; ; ) {
    expect(bytes[at]).toBe(0xff);
    const marker = bytes.readUInt8(at + 1);
    const length = bytes.readUInt16BE(at + 2);
    found.set(marker, bytes.subarray(at + 4, at + 2 + length));
    if (marker === 0xda) return found;
    at += 2 + length;
  }
}

describe('get_qrcode', () => {
  it('answers a JPEG, offered as QRCode.jpg', async () => {
    const { url, commit } = await open();
    await commit();
    const { response, bytes } = await picture(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="QRCode.jpg"');
    expect(response.headers.get('content-length')).toBe(String(bytes.length));

    const [frame, comment] = [0xc0, 0xfe].map((marker) => segments(bytes).get(marker));
    expect([frame?.readUInt16BE(1), frame?.readUInt16BE(3)]).toEqual([264, 264]);
    expect(comment?.toString()).toBe(`${APP} 1.4.0 14 `);
  });

  it('answers another picture for another version and for another page', async () => {
    const { url, commit } = await open();
    await commit('1.4.0');
    const first = await picture(url);
    const page = await picture(url, `&path=${encodeURIComponent('pages/cart/cart?a=1')}`);
    await commit('1.5.0');
    const second = await picture(url);
    expect(first.bytes.equals(page.bytes)).toBe(false);
    expect(first.bytes.equals(second.bytes)).toBe(false);
    expect(segments(page.bytes).get(0xfe)?.toString()).toContain('pages/cart/cart?a=1');
  });

  it('has nothing to show before the first commit: 86001, as JSON', async () => {
    const { url } = await open();
    const { response, bytes } = await picture(url);
    expect(response.headers.get('content-type')).toBe('application/json; encoding=utf-8');
    expect(JSON.parse(bytes.toString())).toMatchObject({ errcode: 86001 });
  });

  it('takes any page, or refuses an unknown one with 85007 by switch', async () => {
    const answerTo = async (qrcodeUnknownPath: 'ok' | '85007', path: string) => {
      const { url, commit } = await open(worldWith({}, { switches: { qrcodeUnknownPath } }));
      await commit();
      const { response, bytes } = await picture(url, `&path=${encodeURIComponent(path)}`);
      return response.headers.get('content-type') === 'image/jpeg'
        ? 'a picture'
        : (JSON.parse(bytes.toString()) as { errcode: number }).errcode;
    };
    expect(await answerTo('ok', 'pages/none')).toBe('a picture');
    expect(await answerTo('85007', 'pages/none?a=1')).toBe(85007);
    expect(await answerTo('85007', '/pages/cart/cart?a=1')).toBe('a picture');
  });
});
