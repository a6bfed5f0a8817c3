/** A receiver for a file of hostile input, that must come out of it as it went in. */
import { afterAll, beforeAll, expect } from 'vitest';
import {
  APP,
  expectSilence,
  type GivenReceiver,
  givenReceiver,
  pushOf,
  rejected,
  SUCCESS,
} from './support.js';

export const PATHS = ['/wechat/component', '/wechat/apps', `/wechat/apps/${APP}`] as const;

export interface HostileReceiver extends GivenReceiver {
  /** POSTs bytes as they are; answers with the status. */
  send(path: string, body: Uint8Array | string): Promise<number>;
}

/** Started before the file's tests; after them it must still work, have done nothing, and have logged nothing of it. */
export function unharmed(): () => HostileReceiver {
  let receiver: HostileReceiver;
  beforeAll(async () => {
    const given = await givenReceiver();
    receiver = {
      ...given,
      async send(path, body) {
        const response = await fetch(`${given.url}${path}`, { method: 'POST', body: Buffer.from(body) });
        await response.arrayBuffer();
        return response.status;
      },
    };
  });
  afterAll(async () => {
    // A good push is taken at the first try.
    expect(await receiver.post(PATHS[2], pushOf(rejected))).toEqual(SUCCESS);
    expect(receiver.signals).toHaveLength(1);
    expect([...receiver.stored, ...receiver.kept]).toEqual([]);
    expect(receiver.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
    expectSilence(receiver);
    await receiver.close();
  });
  return () => receiver;
}
