/** One request and what stands where in its answer. What else may go wrong is tested where it is told: health, credentials. */
import { describe, expect, it } from 'vitest';
import { askBounded, isHeaderValue, NoAnswerError } from '../../src/http/bounded.js';
import { valueAt } from '../../src/http/json-path.js';
import { always, fakeServer } from '../wechat/fake-server.js';

const limits = { timeoutMs: 2_000, maxBytes: 10 };

describe('a bounded request', () => {
  it('answers text and status, whatever they are', async () => {
    const { url } = await fakeServer((response) => response.writeHead(418).end('{"a":1}'));
    expect(await askBounded({ url, method: 'GET', ...limits })).toMatchObject({
      status: 418,
      text: '{"a":1}',
    });
  });

  it('takes an answer of just so many bytes, and none of one more', async () => {
    const { url } = await fakeServer(always('1234567890'));
    expect(await askBounded({ url, method: 'GET', ...limits })).toMatchObject({ text: '1234567890' });
    const longer = askBounded({ url, method: 'GET', ...limits, maxBytes: 9 });
    await expect(longer).rejects.toThrow(new NoAnswerError('the answer broke off, or has more than 9 bytes'));
  });

  it('says after how long it gave up', async () => {
    const { url } = await fakeServer(() => {});
    const silent = askBounded({ url, method: 'GET', ...limits, timeoutMs: 40 });
    await expect(silent).rejects.toThrow(new NoAnswerError('no answer within 40 ms'));
  });
});

it.each([
  ['a', 1],
  ['list.1.x', 2],
  ['list.2', undefined],
  ['a.b', undefined],
  ['toString', undefined],
  ['nothing.x', undefined],
  ['null', null],
])('at %s is what the answer itself has there', (path, value) => {
  expect(valueAt({ a: 1, list: [{}, { x: 2 }], null: null }, path)).toBe(value);
});

it.each([
  ['Bearer a-b_c=', true],
  ['', true],
  ['a\r\nX: y', false],
  ['令', false],
])('%j as the value of a header: %s', (text, allowed) => {
  expect(isHeaderValue(text)).toBe(allowed);
});
