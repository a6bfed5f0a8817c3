/** uploadmedia in a workflow: files that no history could hold are named, and read by the worker. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEndpointActivities } from '../../src/activities/endpoints.js';
import { readReferencedFile } from '../../src/plan/references.js';
import { APP, always, clientOf, fakeServer } from '../wechat/fake-server.js';

const MB = 1024 * 1024;
const OK = always('{"errcode":0,"errmsg":"ok","type":"video","mediaid":"m1"}');

/** A worker with a folder for references, in front of a server that takes every upload. */
async function givenWorker({ folder: has = true } = {}) {
  const outer = await mkdtemp(join(tmpdir(), 'upload-'));
  onTestFinished(() => rm(outer, { recursive: true }));
  const folder = join(outer, 'references');
  await mkdir(join(folder, 'media'), { recursive: true });
  const { url, seen } = await fakeServer(OK);
  const { wechat_uploadmedia } = createEndpointActivities(clientOf(url).client, (reference, largest) =>
    readReferencedFile(reference, has ? { folder } : {}, largest),
  );
  const environment = new MockActivityEnvironment(
    { startToCloseTimeoutMs: 20_000 },
    { logger: new DefaultLogger('ERROR') },
  );
  return {
    outer,
    folder,
    seen,
    upload: (params: Parameters<typeof wechat_uploadmedia>[0]['params']) =>
      environment.run(() => wechat_uploadmedia({ app: APP, params })),
  };
}

async function failureOf(outcome: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await outcome.catch((thrown: unknown) => thrown);
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`expected an ApplicationFailure, got ${String(error)}`);
}

const inline = (bytes: number) => ({
  filename: 'cart.png',
  contentType: 'image/png' as const,
  base64: Buffer.alloc(bytes, 7).toString('base64'),
});

describe('a file that is named', () => {
  it.each([
    ['media/checkout.mp4', 10 * MB, 'video/mp4'],
    ['cart.PNG', 2 * MB, 'image/png'],
  ])('%s is read by the worker and arrives whole', async (name, size, type) => {
    const { folder, seen, upload } = await givenWorker();
    const content = Buffer.alloc(size, 7);
    await writeFile(join(folder, name), content);

    expect(await upload({ file: `file:${name}` })).toMatchObject({ mediaid: 'm1' });

    const [request] = seen;
    expect(request?.bytes.includes(content)).toBe(true);
    const head = request?.bytes.subarray(0, 300).toString('latin1');
    expect(head).toContain(`filename="${name.replace('media/', '')}"`);
    expect(head).toContain(type);
  });

  it.each([
    ['file:nowhere.png', 'cannot read file:nowhere.png'],
    ['file:media.png', 'cannot read file:media.png'],
    ['file:large.png', `file:large.png has ${2 * MB + 1} bytes, and at most ${2 * MB} may be read`],
    ['file:empty.gif', 'file:empty.gif is empty'],
    ['file:link.png', "leads out of the worker's folder"],
    ['file:../secret.png', 'relative path without ..'],
    ['file:/etc/cart.png', 'relative path without ..'],
    ['env:PLAN_CART.png', 'env: may name only'],
    ['cart.png', 'it is no file: reference'],
    ['file:address', 'WeChat takes no file of this kind'],
    ['file:cart.bmp', 'WeChat takes no file of this kind'],
  ])('%s is refused for good, with what helps, and nothing is sent', async (file, words) => {
    const { outer, folder, seen, upload } = await givenWorker();
    await mkdir(join(folder, 'media.png'));
    await writeFile(join(folder, 'large.png'), Buffer.alloc(2 * MB + 1));
    await writeFile(join(folder, 'empty.gif'), '');
    await writeFile(join(folder, 'address'), 'http://prometheus');
    await writeFile(join(outer, 'secret.png'), 'hunter2');
    await symlink(join(outer, 'secret.png'), join(folder, 'link.png'));

    const failure = await failureOf(upload({ file }));
    expect(failure).toMatchObject({ type: 'Wechat.permanent', nonRetryable: true });
    expect(failure.message).toContain(words);
    expect(failure.details).toMatchObject([{ kind: 'invalidRequest', app: APP, issues: [{ path: 'file' }] }]);
    expect(JSON.stringify(failure.details)).not.toMatch(/hunter2|http:/);
    expect(seen).toHaveLength(0);
  });

  it('wants a folder on the worker', async () => {
    const { upload } = await givenWorker({ folder: false });
    expect((await failureOf(upload({ file: 'file:cart.png' }))).message).toContain('references.folder');
  });

  it('goes alone', async () => {
    const { upload } = await givenWorker();
    const both = { ...inline(1), file: 'file:cart.png' };
    expect((await failureOf(upload(both))).message).toContain('the only field');
  });
});

describe('a file in the input itself', () => {
  it('of 1 MiB is sent', async () => {
    const { upload } = await givenWorker();
    expect(await upload(inline(MB))).toMatchObject({ mediaid: 'm1' });
  });

  it('of more is refused for good, and the other way is named', async () => {
    const { seen, upload } = await givenWorker();
    const failure = await failureOf(upload(inline(MB + 1)));
    expect(failure).toMatchObject({ type: 'Wechat.permanent', nonRetryable: true });
    expect(failure.message).toContain('a file of 1048577 bytes is too large for the input of an activity');
    expect(failure.message).toContain('{ file: "file:NAME" }');
    expect(seen).toHaveLength(0);
  });

  it.each([[null], ['cart.png'], [{}], [{ base64: { toString: 1, valueOf: 1 } }]])(
    'that is none is refused as anywhere: %j',
    async (params) => {
      const { upload } = await givenWorker();
      expect(await failureOf(upload(params as never))).toMatchObject({ type: 'Wechat.permanent' });
    },
  );
});
