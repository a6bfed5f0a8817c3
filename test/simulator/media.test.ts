import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/wechat/catalogue.js';
import { MEDIA_MAX_BYTES } from '../../src/wechat/endpoints/media.js';
import { type Answer, DAY, open, SECOND, TOKEN, worldWith } from './helpers.js';

const { 'image/png': PICTURE_MAX, 'video/mp4': VIDEO_MAX } = MEDIA_MAX_BYTES;
const PNG = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
const MP4 = Buffer.from('000000186674797069736f6d', 'hex');

/** A file of that many bytes which begins as given. */
function file(start: Buffer, size = start.length): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  bytes.set(start.subarray(0, size));
  return bytes;
}

async function uploadTo(
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  { name = 'file', type = '', field = 'media' } = {},
) {
  const form = new FormData();
  form.set(field, new Blob([bytes], { type }), name);
  const body = { method: 'POST', body: form };
  const response = await fetch(`${url}/wxa/uploadmedia?access_token=${TOKEN}`, body);
  return (await response.json()) as Answer & { type?: string; mediaid?: string };
}

describe('uploadmedia', () => {
  it.each([
    ['a PNG', file(PNG), {}, 'image'],
    ['a JPEG', file(Buffer.from('ffd8ffe000104a46', 'hex')), {}, 'image'],
    ['a GIF', file(Buffer.from('GIF89a')), {}, 'image'],
    ['an MP4', file(MP4), {}, 'video'],
    ['an MP4 of a client that says no type', file(MP4), { type: 'application/octet-stream' }, 'video'],
    ['a picture by its name', file(Buffer.from('x')), { name: 'a.JPG' }, 'image'],
    ['a picture by its type', file(Buffer.from('x')), { type: 'image/gif' }, 'image'],
    ['as large a picture as the catalogue allows', file(PNG, PICTURE_MAX), {}, 'image'],
    ['as large a video', file(MP4, VIDEO_MAX), {}, 'video'],
  ])('takes %s', async (_what, bytes, how, type) => {
    const { url } = await open();
    const answer = await uploadTo(url, bytes, how);
    expect(answer).toMatchObject({ errcode: 0, type, mediaid: expect.any(String) as string });
    endpoints.uploadmedia.response.parse(answer);
  });

  it.each([
    ['a text', file(Buffer.from('hello')), { name: 'a.txt', type: 'text/plain' }, 40005],
    ['a larger picture', file(PNG, PICTURE_MAX + 1), {}, 40006],
    ['a larger video', file(MP4, VIDEO_MAX + 1), {}, 40006],
    ['an empty file', new Uint8Array(0), { name: 'a.png' }, 41005],
    ['a file in another field', file(PNG), { field: 'image' }, 41005],
  ])('refuses %s', async (_what, bytes, how, errcode) => {
    const { url } = await open();
    expect(await uploadTo(url, bytes, how)).toMatchObject({ errcode });
  });

  it('refuses a body that is no form, and a text in the place of the file: 41005', async () => {
    const { url } = await open();
    const address = `${url}/wxa/uploadmedia?access_token=${TOKEN}`;
    const text = new FormData();
    text.set('media', 'a text');
    for (const body of ['{}', '', text]) {
      const response = await fetch(address, { method: 'POST', body });
      expect(await response.json()).toMatchObject({ errcode: 41005 });
    }
    expect(await (await fetch(address)).json()).toMatchObject({ errcode: 43002 });
  });

  it('minds no fields of the URL, where some SDKs say what it is', async () => {
    const { url } = await open();
    for (const query of ['type=video', 'type=image', 'media=x']) {
      const form = new FormData();
      form.set('media', new Blob([file(PNG)]), 'a.png');
      const address = `${url}/wxa/uploadmedia?${query}&access_token=${TOKEN}`;
      const response = await fetch(address, { method: 'POST', body: form });
      expect(await response.json()).toMatchObject({ errcode: 0, type: 'image' });
    }
  });

  it('answers an id of its own each time', async () => {
    const { url } = await open();
    const ids = [await uploadTo(url, file(PNG)), await uploadTo(url, file(PNG))].map((one) => one.mediaid);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('preview_info of submit_audit', () => {
  async function ready() {
    const simulator = await open(worldWith({ audit: 'never' }));
    const picture = (await uploadTo(simulator.url, file(PNG))).mediaid;
    const video = (await uploadTo(simulator.url, file(MP4))).mediaid;
    await simulator.commit();
    simulator.pass(2 * SECOND);
    const submit = (preview_info: unknown) => simulator.call('submit_audit', { preview_info });
    return { ...simulator, picture, video, submit };
  }

  it('names what was uploaded', async () => {
    const { submit, picture, video } = await ready();
    expect(await submit({ video_id_list: [video], pic_id_list: [picture] })).toMatchObject({ errcode: 0 });
  });

  it('may be absent, null or empty', async () => {
    const { submit, call } = await ready();
    for (const preview of [null, {}, { video_id_list: null, pic_id_list: [] }]) {
      expect(await submit(preview)).toMatchObject({ errcode: 0 });
      await call('undocodeaudit');
    }
  });

  it('may name nothing else: 85092 for an unknown id, for a video among the pictures, for what is no list', async () => {
    const { submit, video } = await ready();
    expect(await submit({ pic_id_list: ['unknown'] })).toMatchObject({ errcode: 85092 });
    expect(await submit({ pic_id_list: [video] })).toMatchObject({ errcode: 85092 });
    expect(await submit({ pic_id_list: 'x' })).toMatchObject({ errcode: 85092 });
    expect(await submit([])).toMatchObject({ errcode: 47001 });
  });

  it('may name media for three days: 85092', async () => {
    const { submit, picture, pass } = await ready();
    pass(3 * DAY - 3 * SECOND);
    expect(await submit({ pic_id_list: [picture] })).toMatchObject({ errcode: 0 });
    const late = await ready();
    late.pass(3 * DAY);
    expect(await late.submit({ pic_id_list: [late.picture] })).toMatchObject({ errcode: 85092 });
  });

  it('has a limit: 85093', async () => {
    const { submit, picture } = await ready();
    expect(await submit({ pic_id_list: Array(11).fill(picture) })).toMatchObject({ errcode: 85093 });
  });
});
