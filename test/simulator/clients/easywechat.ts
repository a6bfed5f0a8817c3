/** A platform that uses node-easywechat, in front of a simulator. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenPlatform, type OpenPlatformConfig, ServerRequest } from 'node-easywechat';
import { APP } from '../helpers.js';
import {
  afterwards,
  ENCODING_AES_KEY,
  MESSAGE_TOKEN,
  openWorld,
  PLATFORM,
  type Push,
  REFRESH_TOKEN,
  SECRET,
} from './support.js';

/** A world, and the client of its platform, which has its ticket already. */
export async function openEasywechat() {
  const cache = await mkdtemp(join(tmpdir(), 'easywechat-'));
  afterwards(() => rm(cache, { recursive: true }));
  const config: OpenPlatformConfig = {
    app_id: PLATFORM,
    secret: SECRET,
    token: MESSAGE_TOKEN,
    aes_key: ENCODING_AES_KEY,
    file_cache: { path: cache, dirMode: 0o777, fileMode: 0o666, ext: '.cache' },
  };
  const world = await openWorld((request) => serve(config, request));
  return { ...world, platform: new OpenPlatform({ ...config, http: { baseURL: `${world.url}/` } }) };
}

/** Its event server, as its documentation has it: one for each request, with its own handlers and one of ours. */
async function serve(config: OpenPlatformConfig, request: IncomingMessage): Promise<Push> {
  const platform = new OpenPlatform(config);
  const app = request.url?.startsWith(`/${APP}`)
    ? platform.getMiniAppWithAccessToken(APP, 'not needed for this')
    : platform;
  app.setRequest(await ServerRequest.createFromIncomingMessage(request));
  const server = app.getServer();
  let push: Push = {};
  server.with?.(async (message, next) => {
    push = message.toObject();
    return next?.(message);
  });
  const answer = String((await server.serve()).getBody());
  if (answer !== 'success') throw new Error(`it answers ${answer}`);
  return push;
}

/** The client of a Mini Program that has authorised the platform; `get` and `post` return what it makes of answers. */
export async function openMiniApp() {
  const opened = await openEasywechat();
  const miniApp = await opened.platform.getMiniAppWithRefreshToken(APP, REFRESH_TOKEN);
  const client = miniApp.getClient();
  return {
    ...opened,
    client,
    get: async (path: string, params = {}) => (await client.get(path, { params })).toObject(),
    post: async (path: string, body = {}) => (await client.postJson(path, body)).toObject(),
  };
}
