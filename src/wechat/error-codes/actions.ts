/** The classes of error codes, in words: for documentation and the command line. */
import type { WechatAction } from './row.js';

/** What each class is called for people, and what a release does about it. */
export const ACTIONS: Readonly<Record<WechatAction, { words: string; does: string }>> = {
  refreshToken: {
    words: 'refresh token',
    does: 'Nothing was done. The token is replaced once by itself and the call is made again; when WeChat refuses that one too, a release stops and asks for a person.',
  },
  retryAfter: {
    words: 'retry after',
    does: 'Nothing was done. A release makes the call again after the time told.',
  },
  notNow: {
    words: 'not now',
    does: 'Nothing was done: WeChat still works on something that comes first. A release asks again after the time told, and changes nothing meanwhile.',
  },
  alreadyDone: {
    words: 'already done',
    does: 'The effect may be there already. A release reads, and goes on only when what is there is proved to be its own.',
  },
  unknownOutcome: {
    words: 'unknown outcome',
    does: 'Nobody knows whether it was done. A release reads before it writes again; a reading is simply made again.',
  },
  quota: {
    words: 'quota',
    does: 'Nothing was done: an allowance is used up. A release stops and asks for a person.',
  },
  permission: {
    words: 'permission',
    does: 'Nothing was done: somebody must grant or repair an authorization. A release stops and asks for a person.',
  },
  permanent: {
    words: 'permanent',
    does: 'Nothing was done, and the same call brings the same answer. A release stops and asks for a person.',
  },
};
