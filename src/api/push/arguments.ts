/** What the receiver says of itself. */
import { ADDRESSES } from './routes.js';

export const DEFAULT_PORT = 8788;

export const HELP = `Receives what WeChat pushes: audit results wake the release that waits for them, tickets and authorizations are stored.

  npm run receiver -- [--port N] [--host ADDRESS]

  --port N        0 to 65535, ${DEFAULT_PORT} unless told otherwise; 0 takes a free one
  --host ADDRESS  127.0.0.1 unless told otherwise: only this machine, where your HTTPS proxy is
  --help          this text

Needs in the file that WEAPP_CONFIG names:

  component:
    appid: wx…                                   # the third-party platform's
    messageToken: env:WEAPP_MESSAGE_TOKEN        # 消息校验Token
    messageKeys: [env:WEAPP_MESSAGE_KEY]         # 消息加解密Key; after a change the previous one as second

and TEMPORAL_ADDRESS and its siblings as for the worker. With a database (DATABASE_URL) it keeps audit results that no
release waited for; with tokens.component it stores tickets and authorizations.

WeChat must reach it at port 80 or 443: put an HTTPS proxy in front. docs/receiver.md has what to enter in WeChat's
console. It logs to stderr, one JSON object a line, never what was pushed. Ctrl-C ends it.`;

/** What to enter where, once it listens at `url`. */
export function greeting(url: string): string {
  return `receiver listening on ${url}
Enter in the open platform's console (管理中心, 第三方平台, 开发配置, 开发资料), with the name of your HTTPS proxy as HOST:
  授权事件接收配置     https://HOST${ADDRESSES.component}
  消息与事件接收配置   https://HOST${ADDRESSES.apps}/$APPID$
  消息校验Token, 消息加解密Key: what component.messageToken and component.messageKeys lead to`;
}
