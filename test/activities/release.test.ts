/** The effects of a release on a simulated WeChat: what is sent, and by which reading it is known to be applied. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { EffectResult } from '../../src/domain/effects.js';
import { ITEM } from '../support/release.js';
import { Attempts, pass, stopClock } from './support/attempts.js';
import { givenStaged } from './support/guarded.js';
import { APP, givenWechat, type Simulated } from './support/simulated.js';

const VERSION = '1.4.0';
let wechat: Simulated;
beforeEach(async () => {
  stopClock();
  wechat = await givenWechat();
});
const done = (effect: () => Promise<EffectResult>) => new Attempts(effect).result();
const commit = (baselineSec: number | null = null) =>
  done(() =>
    wechat.activities.commit({
      ...{ app: APP, version: VERSION, description: 'New checkout', template: 42, baselineSec },
      ext: { extAppid: APP },
    }),
  );
const submit = (item = ITEM) =>
  done(() =>
    wechat.activities.submitAudit({
      ...{ app: APP, version: VERSION, beforeId: null, uploadedSec: null },
      body: { item_list: [item] },
    }),
  );
const effects = () => wechat.simulator.control.ledger(APP).effects.map(({ endpoint }) => endpoint);

describe('commit', () => {
  it('is proven by the trial version', async () => {
    expect(await commit()).toMatchObject({ status: 'applied', answer: 'ok; trial version is 1.4.0' });
  });

  it('of a version that lay there before is sent nevertheless: what was uploaded then may be other code', async () => {
    await commit();
    const before = Math.floor(Date.now() / 1_000);
    pass(60_000);
    expect(await commit(before)).toMatchObject({ status: 'applied', writes: 1 });
    expect(effects()).toEqual(['commit', 'commit']);
  });
});

describe('submit_audit', () => {
  it.each([
    ['a page that the version does not have', { ...ITEM, address: 'pages/none' }, 'pages/none'],
    ['a category that the app does not have', { ...ITEM, second_id: 99 }, '1/99'],
  ])('with %s is refused before it costs an audit', async (_what, item, text) => {
    await commit();
    expect(await submit(item)).toMatchObject({
      status: 'refused',
      writes: 0,
      answer: expect.stringContaining(text),
      remedy: expect.stringContaining('audit.items'),
    });
    expect(wechat.requests('submit_audit')).toBe(0);
  });

  it('into a slot that holds an audit which WeChat does not show says where to look for it', async () => {
    await commit();
    wechat.simulator.control.console({ app: APP, action: 'submitAudit', version: '8.8.8', audit: 'never' });
    expect(await submit()).toMatchObject({
      status: 'refused',
      answer: expect.stringContaining('what is there is not ours'),
      remedy: expect.stringContaining('withdraw it in the console'),
    });
    expect(effects()).toEqual(['commit']);
  });

  it('is not sent again over an upload that came between two attempts', async () => {
    await commit();
    const uploadedSec = Math.floor(Date.now() / 1_000);
    const submits = new Attempts(() =>
      wechat.activities.submitAudit({
        ...{ app: APP, version: VERSION, beforeId: null, uploadedSec },
        body: { item_list: [ITEM] },
      }),
    );
    wechat.simulator.control.addFault({ endpoint: 'submit_audit', kind: 'dropBeforeApplying' });
    await submits.delay();
    wechat.simulator.control.console({ app: APP, action: 'trial', version: '9.9.9' });
    expect(await submits.result()).toMatchObject({
      status: 'refused',
      because: 'trialChanged',
      answer: 'someone uploaded 9.9.9 over 1.4.0',
    });
    expect(effects()).toEqual(['commit']);
  });

  it('answers the audit’s id, for everything later to be told apart by', async () => {
    await commit();
    expect(await submit()).toMatchObject({ status: 'applied', facts: { auditId: expect.any(Number) } });
  });
});

describe('grayrelease', () => {
  it('at 0 % is for members, and answers the plan that it began', async () => {
    await commit();
    const submitted = await submit();
    const auditId = submitted.status === 'applied' ? (submitted.facts.auditId ?? 0) : 0;
    const result = await done(() =>
      wechat.activities.grayRelease({
        ...{ app: APP, version: VERSION, auditId, percentage: 0, members: ['developers', 'testers'] },
        ...{ ownCreatedSec: null, baselineCreatedSec: 0, baselineOnlineSec: null, freshUntil: null },
      }),
    );
    expect(result).toMatchObject({
      status: 'applied',
      facts: { percentage: 0, createdSec: Math.floor(Date.now() / 1_000), online: false },
    });
    const { requests } = wechat.simulator.control.ledger(APP);
    expect(requests.find(({ endpoint }) => endpoint === 'grayrelease')?.params).toEqual({
      gray_percentage: 0,
      support_debuger_first: true,
      support_experiencer_first: true,
    });
  });
});

describe('the way back', () => {
  it('of a staged release is proven by its plan', async () => {
    const { createdSec } = await givenStaged(wechat, 10);
    const back = () => done(() => wechat.activities.revertGray({ app: APP, createdSec: createdSec ?? 0 }));
    expect(await back()).toMatchObject({ status: 'applied', writes: 1, facts: { percentage: 0 } });
    expect(await back()).toMatchObject({ status: 'applied', writes: 0 });
  });

  it('of a full release goes to the version that was online, and only once', async () => {
    const { baselineOnlineSec } = await givenStaged(wechat, 10);
    expect(
      await done(() => wechat.activities.release({ app: APP, version: VERSION, baselineOnlineSec })),
    ).toMatchObject({ status: 'applied', facts: { online: true, percentage: 100 } });
    const back = () =>
      done(() => wechat.activities.revertCode({ app: APP, from: VERSION, to: '1.3.0', appVersion: 13 }));
    expect(await back()).toMatchObject({ status: 'applied', writes: 1, answer: 'ok; 1.3.0 is online' });
    expect(await back()).toMatchObject({ status: 'applied', writes: 0 });
    expect(effects().filter((endpoint) => endpoint === 'revertcoderelease')).toHaveLength(1);
  });

  it('is never taken through somebody else’s version', async () => {
    wechat.simulator.control.console({ app: APP, action: 'publish', version: '2.0.0' });
    expect(
      await done(() =>
        wechat.activities.revertCode({ app: APP, from: VERSION, to: '1.3.0', appVersion: 13 }),
      ),
    ).toMatchObject({ status: 'refused', writes: 0, answer: expect.stringContaining('2.0.0 is online') });
    expect(effects()).toEqual([]);
  });
});
