/** Back to a chosen version: while it bakes, and as a short workflow of its own after the release is closed. */
import { describe, expect, it } from 'vitest';
import { rollbackPlan, rollbackState } from '../../../src/domain/rollback.js';
import { begin, Driver, failingFrom } from '../support/driver.js';
import { BEFORE, DAY, HOUR, MINUTE, NOW, OURS, planWith, sec } from '../support/given.js';
import { endpoints, looking } from './helpers.js';

const baking = () =>
  begin(planWith())
    .until(({ state }) => state.phase === 'baking')
    .run(HOUR);

describe('rollback while it bakes', () => {
  it('to the version before, by its name', () => {
    const release = baking();
    const { json } = release.status.allowed.find(({ verb }) => verb === 'rollback') ?? {};
    expect(json).toEqual({ version: '1.3.0', by: 'you', reason: 'why' });
    expect(release.send('rollback', { ...json, by: 'ann' }).message).toBe('everyone goes back to 1.3.0');
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe('1.3.0');
    expect(release.status.previousVersion).toBe('1.3.0');
  });

  it('to an older listed version, by its name', () => {
    const release = baking();
    release.send('rollback', { version: '1.2.0' });
    release.run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe('1.2.0');
    expect(release.status.reason).toContain('everyone has 1.2.0');
  });

  it('to a listed version, by its number', () => {
    const release = baking();
    release.send('rollback', { appVersion: 6 });
    release.run();
    expect(release.wechat.online?.version).toBe('1.2.0');
  });

  it('to the version before by the number that it got since', () => {
    const release = begin(planWith());
    // The online version is not listed before another one takes its place.
    release.wechat.history = release.wechat.history.filter(({ version }) => version !== '1.3.0');
    release.until(({ state }) => state.phase === 'baking').run(HOUR);
    const number = release.wechat.history.find(({ version }) => version === '1.3.0')?.appVersion;
    expect(release.send('rollback', { version: '1.3.0', appVersion: number }).accepted).toBe(true);
    release.run();
    expect(release.wechat.online?.version).toBe('1.3.0');
  });

  it('goes before the bake’s end, a pause and a person who must look', () => {
    const release = baking();
    release.send('pause');
    release.wechat.submitOther(release.now);
    release.run(HOUR).send('rollback', { version: '1.3.0' });
    expect(release.run().state.outcome).toBe('rolledBack');
  });

  it.each([
    [
      { version: '0.9.0' },
      "0.9.0 was not in WeChat's list when the release began: it listed 1.3.0, 1.3.0 (7), 1.2.0 (6)",
    ],
    [{ appVersion: 99 }, "number 99 was not in WeChat's list"],
    [{ version: '1.3.0', appVersion: 6 }, null],
    [{ version: OURS }, "1.4.0 was not in WeChat's list"],
    [{}, 'it names no version; send for example {"version":"1.3.0","by":"you","reason":"why"}'],
  ])('to %j', (payload, refusal) => {
    const release = baking();
    const answer = release.send('rollback', payload);
    if (refusal === null) return expect(answer.accepted).toBe(true);
    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain(refusal);
    expect(release.run().state.outcome).toBe('released');
  });

  it('is refused before everyone has it: abort is for that', () => {
    for (const phase of ['preparing', 'auditing', 'ready', 'rolling']) {
      const release = begin(planWith()).until(({ state }) => state.phase === phase);
      expect(release.send('rollback', { version: '1.3.0' })).toMatchObject({
        accepted: false,
        message: `rollback is not possible while ${phase}`,
      });
    }
  });

  it('after the end names the command that is for it', () => {
    const release = baking().run();
    expect(release.send('rollback', { version: '1.3.0' }).message).toContain(
      'weapp-rollout rollback APP --to VERSION',
    );
  });

  it('to a version that WeChat lists no more is for a person, and says what it lists', () => {
    const release = baking();
    release.send('rollback', { version: '1.2.0' });
    release.wechat.history = release.wechat.history.filter(({ version }) => version !== '1.2.0');
    release.until(looking);
    expect(release.status.attention?.reason).toContain("1.2.0 is not in WeChat's list: 1.3.0 (7)");
    expect(release.status.attention?.remedy).toContain('roll back in the console');
    release.wechat.rollBack(release.now);
    release.send('retry');
    expect(release.run().state.outcome).toBe('rolledBack');
  });
});

describe('WeChat refuses the way back', () => {
  it('after 100 %: a person reads who is affected, and what can be done by hand', () => {
    const release = begin(planWith(), { measure: failingFrom(100) });
    release.faults.set('revertCode', ['refuse']);
    release.until(looking);
    const { reason, remedy } = release.status.attention ?? {};
    expect(reason).toContain(
      'revertcoderelease: 48001 no permission; everyone has 1.4.0 and should have 1.3.0',
    );
    expect(remedy).toContain('Roll back in the console. `retry` chooses the way back anew');
    expect(remedy).toContain(
      'weapp-rollout wechat change_visitstatus --app wx0123456789abcdef --action close',
    );
    expect(release.send('giveUp').accepted).toBe(true);
    expect(release.status).toMatchObject({ outcome: 'failed' });
    expect(release.status.reason).toContain('everyone has 1.4.0');
  });

  it('at 10 %: it is read anew a few times; then a person reads who is affected, and cannot give up', () => {
    const release = begin(planWith()).untilPercentage(10);
    release.faults.set('revertGray', ['refuse', 'refuse', 'refuse', 'refuse']);
    release.send('abort');
    release.until(looking);
    expect(release.status.attention?.reason).toContain('10 % of users have 1.4.0 and should have 1.3.0');
    expect(release.status.attention?.remedy).toContain('Cancel the staged release in the console');
    expect(release.send('giveUp').accepted).toBe(false);
    release.wechat.cancel();
    release.send('retry');
    expect(release.run().state.outcome).toBe('reverted');
  });

  it('whose outcome is not known says so', () => {
    const release = baking();
    release.faults.set('revertCode', ['unknown']);
    release.send('abort');
    release.until(looking);
    expect(release.status.attention?.reason).toContain('the outcome of revertcoderelease is not known');
    release.send('retry');
    expect(release.run().state.outcome).toBe('rolledBack');
  });
});

describe('the rollback of a closed release', () => {
  const START = { app: 'wx0123456789abcdef', from: OURS, by: 'ann', reason: 'payments fail' };
  function given(
    to: { version: string; appVersion: number | null } = { version: '1.3.0', appVersion: null },
  ): Driver {
    const plan = rollbackPlan({ ...START, to });
    const release = new Driver(plan, { state: rollbackState(plan, { ...START, to }, NOW) });
    release.wechat.online = { version: OURS, timeSec: sec(NOW - 3 * DAY) };
    return release;
  }

  it('brings everyone to the version, reads once more, and ends', () => {
    const release = given();
    expect(release.status).toMatchObject({
      kind: 'rollback',
      phase: 'reverting',
      version: OURS,
      previousVersion: '1.3.0',
      reason: 'takes users back: payments fail',
      wayBack: { text: 'everyone back to 1.3.0; WeChat allows it once per version' },
    });
    release.run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(release.status.reason).toBe('payments fail (ann); everyone has 1.3.0');
    expect(endpoints(release)).toEqual(['revertCode']);
    expect(release.wechat.online?.version).toBe('1.3.0');
  });

  it('by number brings everyone to that one', () => {
    const release = given({ version: '1.2.0', appVersion: 6 }).run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe('1.2.0');
  });

  it.each([
    [
      'another version is online',
      (r: Driver) => r.wechat.releaseOther('2.0.0', r.now),
      '2.0.0 is online, neither ours nor 1.3.0',
    ],
    [
      'a staged release runs',
      (r: Driver) => r.wechat.begin(r.now, 5, '1.5.0'),
      'a staged release that is not ours runs at 5 %',
    ],
    [
      'the version is not listed',
      (r: Driver) => (r.wechat.history = []),
      "1.3.0 is not in WeChat's list, which is empty",
    ],
    [
      'the number is of another version',
      (r: Driver) => (r.wechat.history = [{ appVersion: 9, version: '1.3.0', commitSec: BEFORE.timeSec }]),
      null,
    ],
  ])('ends clearly and writes nothing when %s', (_what, arrange, why) => {
    const release = given(why === null ? { version: '1.3.0', appVersion: 7 } : undefined);
    arrange(release);
    release.run();
    expect(release.state).toMatchObject({ outcome: 'failed', phase: 'closed' });
    expect(release.status.reason).toContain(
      `users were not taken back: ${why ?? "1.3.0 is not in WeChat's list: 1.3.0 (9)"}`,
    );
    expect(endpoints(release)).toEqual([]);
  });

  it('that finds everyone there already writes nothing and ends as rolled back', () => {
    const release = given();
    release.wechat.online = { version: '1.3.0', timeSec: sec(NOW) };
    release.run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(endpoints(release)).toEqual([]);
  });

  it.each(['lost', 'vanish', 'died'] as const)('takes effect once although the write was %s', (fault) => {
    const release = given();
    release.faults.set('revertCode', [fault]);
    release.until(({ state }) => state.phase === 'closed' || state.attention !== null);
    if (looking(release)) release.send('retry');
    expect(release.run().state.outcome).toBe('rolledBack');
    expect(endpoints(release)).toEqual(['revertCode']);
  });

  it('that WeChat refuses waits for a person: retry tries again, giveUp closes, abort changes nothing', () => {
    const release = given();
    release.faults.set('revertCode', ['refuse', 'refuse']);
    release.until(looking);
    expect(release.status.attention?.reason).toContain('everyone has 1.4.0 and should have 1.3.0');
    expect(release.status.allowed.map(({ verb }) => verb)).toEqual(['retry', 'giveUp']);
    expect(release.send('abort').message).toBe('nothing to do: the release is reverting');
    expect(looking(release)).toBe(true);
    release.send('retry');
    release.until(looking);
    release.send('giveUp', { reason: 'a corrected version is on its way' });
    expect(release.run().state.outcome).toBe('failed');
  });

  it('that cannot read WeChat can be given up: no staged release of ours can run', () => {
    const release = given();
    release.wechat.authorised = false;
    release.until(looking);
    expect(release.status.attention?.reason).toContain('61003');
    expect(release.send('giveUp').accepted).toBe(true);
  });

  it('takes no pause, freeze or promote', () => {
    const release = given();
    for (const verb of ['pause', 'resume', 'promote', 'freeze', 'approve', 'rollback', 'resubmit'] as const)
      expect(release.send(verb, { reason: 'x', for: '1d', version: '1.2.0' }).accepted).toBe(false);
    expect(release.run(5 * MINUTE).state.outcome).toBe('rolledBack');
  });

  it('reads once more, the settle time after its write, before it is believed', () => {
    const release = given();
    release.run();
    const written = release.wechat.ledger[0]?.at ?? 0;
    expect((release.state.closedAt ?? 0) - written).toBeGreaterThanOrEqual(30_000);
  });
});
