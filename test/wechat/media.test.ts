/** What is no JSON: an image as an answer, a file as a request. */
import { describe, expect, test } from 'vitest';
import { APP, always, clientOf, failureOf, fakeServer, TOKEN } from './fake-server.js';

const qrcode = { app: APP, params: {} } as const;

// The first bytes of a JPEG, and every byte there is: none may be read as text.
const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 256 }, (_, byte) => byte)]);

describe('an image', () => {
  test.each(['image/jpeg', 'image/png', 'image/jpeg; charset=binary'])(
    'as %s, byte for byte',
    async (type) => {
      const { url } = await fakeServer((response) => response.setHeader('content-type', type).end(picture));
      expect(await clientOf(url).client.call('get_qrcode', qrcode)).toEqual({
        contentType: type,
        base64: picture.toString('base64'),
      });
    },
  );

  test('instead of it, an error is JSON', async () => {
    const { url } = await fakeServer((response) =>
      response
        .setHeader('content-type', 'application/json; encoding=utf-8')
        .end('{"errcode":86001,"errmsg":"no"}'),
    );
    const failure = await failureOf(clientOf(url).client.call('get_qrcode', qrcode));
    expect(failure).toMatchObject({ kind: 'api', code: 86001, action: 'permanent' });
  });

  test('a refused token is replaced here too', async () => {
    const { url, seen } = await fakeServer((response, { query }) => {
      if (query.access_token === 'stale') response.end('{"errcode":42001,"errmsg":"expired"}');
      else response.setHeader('content-type', 'image/jpeg').end(picture);
    });
    const tokens = {
      get: async (_app: string, options?: { rejected?: string }) => (options?.rejected ? 'fresh' : 'stale'),
    };
    await clientOf(url, tokens).client.call('get_qrcode', qrcode);
    expect(seen.map(({ query }) => query.access_token)).toEqual(['stale', 'fresh']);
  });

  test.each([
    ['text/html', '<p>a proxy</p>'],
    ['application/octet-stream', picture],
    ['', picture],
  ])('what comes as %j is no image', async (type, body) => {
    const { url } = await fakeServer((response) => {
      if (type !== '') response.setHeader('content-type', type);
      response.end(body);
    });
    const failure = await failureOf(clientOf(url).client.call('get_qrcode', qrcode));
    expect(failure).toMatchObject({ kind: 'invalidAnswer', action: 'unknownOutcome' });
  });

  test('is nothing that another call answers', async () => {
    const { url } = await fakeServer((response) =>
      response.setHeader('content-type', 'image/jpeg').end(picture),
    );
    expect(await failureOf(clientOf(url).client.call('get_page', qrcode))).toMatchObject({
      kind: 'invalidAnswer',
    });
  });
});

describe('an upload', () => {
  const upload = (filename = 'cart.png') => ({
    app: APP,
    params: { filename, contentType: 'image/png' as const, base64: picture.toString('base64') },
  });
  const accepted = always('{"errcode":0,"errmsg":"ok","type":"image","mediaid":"m1"}');

  test.each(['cart.png', '购物车 "1".png'])(
    'of %s arrives as a form that any server reads',
    async (filename) => {
      const { url, seen } = await fakeServer(accepted);
      const answer = await clientOf(url).client.call('uploadmedia', upload(filename));
      expect(answer).toMatchObject({ type: 'image', mediaid: 'm1' });

      const [request] = seen;
      expect(request).toMatchObject({
        method: 'POST',
        path: '/wxa/uploadmedia',
        query: { access_token: TOKEN },
      });
      const form = await new Response(new Uint8Array(request?.bytes ?? []), {
        headers: { 'content-type': request?.type ?? '' },
      }).formData();
      expect([...form.keys()]).toEqual(['media']);
      const media = form.get('media');
      if (!(media instanceof File)) throw new Error('media is no file');
      expect(media).toMatchObject({ name: filename, type: 'image/png', size: picture.length });
      expect(Buffer.from(await media.arrayBuffer()).equals(picture)).toBe(true);
    },
  );

  test('of 10 MB arrives whole', async () => {
    const { url, seen } = await fakeServer(accepted);
    const video = Buffer.alloc(10 * 1024 * 1024, 7);
    const params = { filename: 'a.mp4', contentType: 'video/mp4' as const, base64: video.toString('base64') };
    await clientOf(url).client.call('uploadmedia', { app: APP, params });
    expect(seen[0]?.bytes.includes(video)).toBe(true);
  });

  test('that WeChat refuses says why', async () => {
    const { url } = await fakeServer(always('{"errcode":40006,"errmsg":"invalid meida size"}'));
    const failure = await failureOf(clientOf(url).client.call('uploadmedia', upload()));
    expect(failure).toMatchObject({ code: 40006, action: 'permanent' });
    expect(failure.remedy).toContain('2 MB');
  });
});
