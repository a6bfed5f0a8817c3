/** What a release reads before it spends anything, and before it chooses a way back. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Attempts, pass, stopClock } from './support/attempts.js';
import { answers, timesOut } from './support/fake-effect.js';
import { givenStaged } from './support/guarded.js';
import { APP, givenWechat, type Simulated, TOKEN } from './support/simulated.js';

let wechat: Simulated;
beforeEach(async () => {
  stopClock();
  wechat = await givenWechat();
});
const survey = () => new Attempts(() => wechat.activities.survey({ app: APP, version: '1.4.0', health: [] }));
const wayBack = (withAudit = false) =>
  new Attempts(() => wechat.activities.surveyWayBack({ app: APP, withAudit }));

describe('the survey before a release', () => {
  it('reads everything there is, at one moment', async () => {
    expect(await survey().next()).toMatchObject({
      result: {
        ok: true,
        baseline: {
          at: Date.now(),
          online: { version: '1.3.0' },
          trial: null,
          history: [{ appVersion: 12, version: '1.2.0' }],
          latestAudit: null,
          grayPlan: { status: 'none', percentage: 0, createdSec: 0 },
          quota: { rest: 100, limit: 100 },
        },
      },
    });
  });

  it('of an app that never submitted anything (85058) has no audit', async () => {
    wechat.instead.get_latest_auditstatus = answers(85058);
    expect(await survey().result()).toMatchObject({ ok: true, baseline: { latestAudit: null } });
  });

  it('of an app without any code (86001) has no audit either', async () => {
    wechat.instead.get_latest_auditstatus = answers(86001);
    expect(await survey().result()).toMatchObject({ ok: true, baseline: { latestAudit: null } });
  });

  it.each([
    ['a passing error', -1],
    ['a daily limit of its own', 45009],
    ['a lasting error', 47001],
  ])('goes on without the quota, which is advice: %s', async (_what, code) => {
    wechat.instead.queryquota = answers(code);
    expect(await survey().result()).toMatchObject({ ok: true, baseline: { quota: null } });
  });

  it('of WeChat’s plan and audit in words of ours, in one reading', async () => {
    await givenStaged(wechat, 10);
    wechat.simulator.control.console({ app: APP, action: 'pause' });
    expect(await survey().result()).toMatchObject({
      baseline: {
        trial: { version: '1.4.0' },
        latestAudit: { version: '1.4.0', status: 'approved', reason: '' },
        grayPlan: { status: 'paused', percentage: 10 },
      },
    });
  });

  it('repeats what fails with longer and longer pauses, and then asks for a person', async () => {
    wechat.instead.getversioninfo = timesOut();
    const begun = Date.now();
    const surveying = survey();
    const result = await surveying.result();
    expect(result).toMatchObject({
      ok: false,
      blocked: { remedy: expect.stringContaining('cannot be read from this worker') },
    });
    expect(surveying.number).toBe(24);
    expect(Date.now() - begun).toBeGreaterThan(9 * 60_000);
  });

  it('waits as told when WeChat has had too many calls', async () => {
    wechat.instead.getversioninfo = answers(45011);
    expect(await survey().delay()).toBe(60_000);
  });

  it.each([
    [61003, 'authorise'],
    [48001, 'Permission set 18'],
  ])('asks for a person at once when only a person can mend it: %i', async (code, remedy) => {
    wechat.instead.getgrayreleaseplan = answers(code);
    expect(await survey().next()).toMatchObject({
      result: {
        ok: false,
        blocked: {
          reason: expect.stringContaining(String(code)),
          remedy: expect.stringContaining(remedy),
        },
      },
    });
  });

  it('never holds the token', async () => {
    wechat.simulator.control.addFault({ endpoint: '*', kind: 'tokenExpired', times: 50 });
    const result = await survey().result();
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).not.toContain(TOKEN);
  });
});

describe('the survey before a way back', () => {
  it('reads the plan, what is online, and what can be gone back to', async () => {
    await givenStaged(wechat, 10);
    pass(60_000);
    expect(await wayBack().result()).toMatchObject({
      ok: true,
      reading: {
        at: Date.now(),
        grayPlan: { status: 'running', percentage: 10 },
        online: { version: '1.3.0' },
        history: [{ version: '1.2.0' }],
      },
    });
  });

  it('says whose audit is the latest only where it is asked: nothing else may hold a way back up', async () => {
    await givenStaged(wechat, 10);
    expect(await wayBack(true).result()).toMatchObject({ reading: { latestAuditId: 500_000_001 } });
    wechat.instead.get_latest_auditstatus = timesOut();
    const known = await wayBack().result();
    expect(known).toMatchObject({ ok: true });
    expect(known).not.toHaveProperty('reading.latestAuditId');
  });

  it('is bounded like the other', async () => {
    wechat.instead.get_history_version = timesOut();
    const surveying = wayBack();
    expect(await surveying.result()).toMatchObject({ ok: false });
    expect(surveying.number).toBe(24);
  });
});
