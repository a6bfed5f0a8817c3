import { describe, expect, it } from 'vitest';
import { APP, DAY, open, SECOND, TOKEN, worldWith } from './helpers.js';

const NEVER = {
  status: 0,
  create_timestamp: 0,
  gray_percentage: 0,
  support_debuger_first: false,
  support_experiencer_first: false,
  default_finish_timestamp: 0,
};

describe('grayrelease', () => {
  it('begins a plan for the approved audit; the online version stays', async () => {
    const { approved, gray, plan, online, now } = await open();
    await approved();
    expect(await gray(1)).toEqual({ errcode: 0, errmsg: 'ok' });
    const created = Math.floor(now() / 1000);
    expect(await plan()).toEqual({
      ...NEVER,
      status: 1,
      gray_percentage: 1,
      create_timestamp: created,
      default_finish_timestamp: created + 15 * 86_400,
    });
    expect(await online()).toBe('1.3.0');
  });

  it('keeps create_timestamp and the members on raising', async () => {
    const { approved, gray, plan, pass } = await open();
    await approved();
    await gray(0, { support_experiencer_first: true });
    const { create_timestamp } = await plan();
    pass(DAY);
    await gray('10');
    expect(await plan()).toMatchObject({
      create_timestamp,
      gray_percentage: 10,
      support_experiencer_first: true,
    });
  });

  it('renews create_timestamp on raising when the switch says so', async () => {
    const { approved, gray, plan, pass, now } = await open(
      worldWith({}, { switches: { createTimestampOnRaise: 'renewed' } }),
    );
    await approved();
    await gray(1);
    pass(DAY);
    await gray(10);
    expect(await plan()).toMatchObject({ create_timestamp: Math.floor(now() / 1000) });
  });

  it.each([
    ['nothing', undefined, {}, 40097],
    ['0 % without members', 0, {}, 40097],
    ['0 % with members', 0, { support_debuger_first: true }, 0],
    ['a fraction', 1.5, {}, 85081],
    ['less than nothing', -1, {}, 85081],
    ['more than all', 101, {}, 85081],
    ['a word', 'all', {}, 47001],
    ['a flag of another kind', 1, { support_debuger_first: 'perhaps' }, 47001],
  ])('checks the percentage: %s', async (_what, percentage, flags, errcode) => {
    const { approved, gray } = await open();
    await approved();
    expect(await gray(percentage, flags)).toMatchObject({ errcode });
  });

  it('only rises: 85082 for the same and for less', async () => {
    const { approved, gray } = await open();
    await approved();
    await gray(10);
    expect(await gray(10)).toMatchObject({ errcode: 85082 });
    expect(await gray(9)).toMatchObject({ errcode: 85082 });
    expect(await gray(11)).toMatchObject({ errcode: 0 });
  });

  it('needs a version online: 85079', async () => {
    const { approved, gray } = await open(worldWith({ online: undefined, history: [] }));
    await approved();
    expect(await gray(1)).toMatchObject({ errcode: 85079 });
  });

  it('needs an approved audit that is not released yet: 85080', async () => {
    const { submitted, approved, gray, call } = await open();
    expect(await gray(1)).toMatchObject({ errcode: 85080 });
    await submitted();
    expect(await gray(1)).toMatchObject({ errcode: 85080 });
    await call('undocodeaudit');
    await approved();
    await call('release');
    expect(await gray(1)).toMatchObject({ errcode: 85080 });
  });

  it('needs a Mini Program with name and avatar: 86002', async () => {
    const { gray } = await open(worldWith({ initialized: false }));
    expect(await gray(1)).toMatchObject({ errcode: 86002 });
  });
});

describe('100 %', () => {
  it('finishes the plan and puts the version online', async () => {
    const { approved, gray, plan, online } = await open();
    await approved();
    await gray(50);
    await gray(100);
    expect(await plan()).toMatchObject({ status: 3, gray_percentage: 100 });
    expect(await online()).toBe('1.4.0');
    expect(await gray(100)).toMatchObject({ errcode: 85082 });
  });

  it('takes fullReleaseSeconds to come online', async () => {
    const { approved, gray, plan, online, pass, call } = await open(
      worldWith({}, { fullReleaseSeconds: 60 }),
    );
    await approved();
    await gray(100);
    pass(59 * SECOND);
    expect(await plan()).toMatchObject({ status: 3 });
    expect(await online()).toBe('1.3.0');
    expect(await call('revertcoderelease')).toMatchObject({ errcode: 87011 });
    pass(SECOND);
    expect(await online()).toBe('1.4.0');
  });

  it('never comes online without release when the switch says planOnly', async () => {
    const { approved, gray, online, pass, call } = await open(
      worldWith({}, { switches: { grayHundred: 'planOnly' } }),
    );
    await approved();
    await gray(100);
    pass(30 * DAY);
    expect(await online()).toBe('1.3.0');
    expect(await call('release')).toMatchObject({ errcode: 0 });
    expect(await online()).toBe('1.4.0');
  });
});

describe('the 15th day', () => {
  it.each(['running', 'paused'])('completes a plan that is %s', async (state) => {
    const { approved, gray, plan, online, pass, control } = await open();
    await approved();
    await gray(10);
    if (state === 'paused') control.console({ app: APP, action: 'pause' });
    pass(15 * DAY - 1);
    expect(await plan()).toMatchObject({ status: state === 'paused' ? 2 : 1 });
    pass(1);
    expect(await plan()).toMatchObject({ status: 3, gray_percentage: 100 });
    expect(await online()).toBe('1.4.0');
  });

  it('is in the ledger at its own moment, however late anyone looks', async () => {
    const { approved, gray, pass, control, now } = await open();
    await approved();
    await gray(10);
    const began = now();
    pass(20 * DAY);
    expect(control.ledger(APP).events.at(-1)).toMatchObject({
      what: 'grayFinishedByDeadline',
      at: began + 15 * DAY,
    });
  });
});

describe('getgrayreleaseplan', () => {
  it('is all zero when there never was a plan; or left out, by switch', async () => {
    expect(await (await open()).plan()).toEqual(NEVER);
    const switched = await open(worldWith({}, { switches: { planNever: 'omitted' } }));
    const response = await fetch(`${switched.url}/wxa/getgrayreleaseplan?access_token=${TOKEN}`);
    expect(await response.json()).toEqual({ errcode: 0, errmsg: 'ok' });
  });
});

describe('revertgrayrelease', () => {
  it('deletes the plan (status 4) and takes everybody back', async () => {
    const { approved, gray, plan, online, call, control } = await open();
    await approved();
    await gray(10);
    expect(await call('revertgrayrelease')).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await plan()).toMatchObject({ status: 4, gray_percentage: 10 });
    expect(await online()).toBe('1.3.0');
    expect(control.state(APP).serving).toEqual({ '1.3.0': 100 });
  });

  it('leaves no trace of the plan when the switch says none', async () => {
    const { approved, gray, plan, call } = await open(
      worldWith({}, { switches: { planAfterRevert: 'none' } }),
    );
    await approved();
    await gray(10);
    await call('revertgrayrelease');
    expect(await plan()).toEqual(NEVER);
  });

  it('leaves the audit usable: a new plan may begin at any percentage', async () => {
    const { approved, gray, plan, call, pass, now } = await open();
    await approved();
    await gray(50);
    await call('revertgrayrelease');
    pass(5 * SECOND);
    expect(await gray(1)).toMatchObject({ errcode: 0 });
    expect(await plan()).toMatchObject({ status: 1, create_timestamp: Math.floor(now() / 1000) });
  });

  it('uses the audit up when the switch says 85080', async () => {
    const { approved, gray, call } = await open(
      worldWith({}, { switches: { auditAfterCancelledGray: '85080' } }),
    );
    await approved();
    await gray(50);
    await call('revertgrayrelease');
    expect(await gray(60)).toMatchObject({ errcode: 85080 });
  });

  it('is ok without a plan and changes nothing; -1 by switch', async () => {
    const { call, control } = await open();
    expect(await call('revertgrayrelease')).toMatchObject({ errcode: 0 });
    expect(control.ledger().effects).toEqual([]);
    const switched = await open(worldWith({}, { switches: { revertGrayWithoutPlan: '-1' } }));
    expect(await switched.call('revertgrayrelease')).toMatchObject({ errcode: -1 });
  });

  it('comes too late once the version is online', async () => {
    const { approved, gray, online, call } = await open();
    await approved();
    await gray(100);
    await call('revertgrayrelease');
    expect(await online()).toBe('1.4.0');
  });
});

describe('while a plan is paused in the console', () => {
  it.each([
    ['staysPaused', 0, 2, 20],
    ['resumes', 0, 1, 20],
    ['85081', 85081, 2, 10],
  ] as const)(
    'grayrelease does as the switch says: %s',
    async (grayWhilePaused, errcode, status, gray_percentage) => {
      const { approved, gray, plan, control } = await open(worldWith({}, { switches: { grayWhilePaused } }));
      await approved();
      await gray(10);
      control.console({ app: APP, action: 'pause' });
      expect(await gray(20)).toMatchObject({ errcode });
      expect(await plan()).toMatchObject({ status, gray_percentage });
    },
  );
});
