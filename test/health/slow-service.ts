/** A service that never comes to an end with its answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { fakeServer } from '../wechat/fake-server.js';

/** The ways to be slow: what it does, and after how many milliseconds it sends one more byte (0: none at all). */
export const SLOW_SERVICES: [string, number][] = [
  ['says nothing', 0],
  ['drips its answer for ever', 10],
];

/** Such a service, and the time limits that are set from now on: each of them is over at once. `vi.restoreAllMocks` ends it. */
export async function slowService(everyMs: number): Promise<{ url: string; limits: number[] }> {
  const limits: number[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    limits.push(ms);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), 60);
    return controller.signal;
  });
  const { url } = await fakeServer(async (response) => {
    for (; everyMs > 0 && !response.destroyed; await sleep(everyMs)) response.write(' ');
  });
  return { url, limits };
}
