/** Users are taken back: by health, by a person, by a deadline; before 100 % and after it. */
import { describe, expect, it } from 'vitest';
import { begin, type Driver, failingFrom } from '../support/driver.js';
import { BEFORE, DAY, HOUR, MINUTE, metric, OURS, planWith, SECOND, stage } from '../support/given.js';

const endpoints = ({ wechat }: Driver) => wechat.ledger.map(({ endpoint }) => endpoint);
const plan = planWith();

describe('health that fails', () => {
  it('at 10 % takes users back at once, and the release is reverted', () => {
    const release = begin(plan, { measure: failingFrom(10) }).untilPercentage(10);
    const reached = release.now;
    release.run();
    expect(release.state).toMatchObject({ outcome: 'reverted', ladder: { percentage: 0 } });
    expect(release.now - reached).toBeLessThan(MINUTE);
    expect(endpoints(release).at(-1)).toBe('revertGray');
    expect(release.status.reason).toContain('0.5 > max 0.01 (1 failure, limit 0)');
    expect(release.wechat.online).toEqual(BEFORE);
  });

  it('while paused takes users back all the same', () => {
    const release = begin(plan).untilPercentage(10);
    release.send('pause');
    release.measureBy(failingFrom(0));
    expect(release.run().state).toMatchObject({ outcome: 'reverted', pauses: [] });
  });

  it('while a person must look takes users back all the same', () => {
    const release = begin(plan);
    release.faults.set('grayRelease', []);
    release.untilPercentage(1);
    release.faults.set('grayRelease', ['refuse']);
    release.until(({ state }) => state.attention !== null);
    release.measureBy(failingFrom(0));
    expect(release.run().state).toMatchObject({ outcome: 'reverted', attention: null });
  });

  it('in the bake rolls everyone back to the version that was online before, as the history lists it', () => {
    const release = begin(plan, { measure: failingFrom(100) }).run();
    expect(release.state).toMatchObject({ outcome: 'rolledBack', ladder: { percentage: 0 } });
    expect(endpoints(release).at(-1)).toBe('revertCode');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('never overtakes a write in flight: the way back begins when the write is known', () => {
    const release = begin(plan).untilPercentage(1);
    release.delays.set('grayRelease', [5 * MINUTE]);
    release.after(HOUR + MINUTE, () => release.send('abort'));
    release.run();
    expect(release.state.outcome).toBe('reverted');
    expect(endpoints(release).slice(-2)).toEqual(['grayRelease', 'revertGray']);
  });

  it('of which a person only wants to be told stops no one by itself, but no stage begins without a pass', () => {
    const told = planWith({ health: [metric({ onFailure: 'notify' })] });
    const release = begin(told).untilPercentage(10);
    release.measureBy(failingFrom(10));
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'rolling', percentage: 10 });
    expect(release.status.notices.filter((text) => text.includes('> max'))).toHaveLength(1);
    release.measureBy(() => ({}));
    expect(release.run().state.outcome).toBe('released');
  });

  it('pauses where the plan says pause; only resume that names the metric goes on, with counters at nothing', () => {
    const release = begin(planWith({ health: [metric({ onFailure: 'pause' })] })).untilPercentage(10);
    release.measureBy(failingFrom(0));
    release.run(MINUTE);
    expect(release.status.paused).toMatchObject([{ kind: 'metric', metric: 'js-error-rate' }]);
    release.measureBy(() => ({}));
    const refused = release.send('resume');
    expect(refused).toMatchObject({ accepted: false });
    expect(refused.message).toContain('{"metric":"js-error-rate","by":"you","reason":"why"}');
    release.send('resume', { metric: 'js-error-rate' });
    expect(release.status.health[0]).toMatchObject({ failures: 0 });
    expect(release.run().state.outcome).toBe('released');
  });

  it('a provider that is down pauses by its own budget and never takes anyone back', () => {
    const release = begin(plan).untilPercentage(10);
    release.measureBy(() => ({ error: 'connection refused' }));
    release.run(DAY);
    expect(release.status).toMatchObject({ phase: 'rolling', percentage: 10, paused: [{ kind: 'metric' }] });
    expect(release.status.paused[0]?.reason).toContain('5 errors in a row, limit 4');
  });

  it('no traffic pauses and never takes anyone back, nor lets anyone on', () => {
    const release = begin(plan).untilPercentage(10);
    release.measureBy(() => ({ value: 0.5, samples: 3 }));
    release.run(DAY);
    expect(release.status).toMatchObject({ percentage: 10, paused: [{ kind: 'metric' }] });
    expect(release.status.paused[0]?.reason).toContain('3 samples, fewer than 200');
  });
});

describe('a way back from between 100 % accepted and online', () => {
  it('waits until the version is online and rolls it back, instead of believing that nobody has it', () => {
    const release = begin(plan);
    release.wechat.fullReleaseMs = 3 * MINUTE;
    release.until(({ state }) => state.ladder.completingSince !== null).send('abort');
    release.run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('asks for a person when the version does not come online for minutes', () => {
    const release = begin(plan);
    release.wechat.fullReleaseMs = null;
    release.until(({ state }) => state.ladder.completingSince !== null).send('abort');
    release.until(({ state }) => state.attention !== null);
    expect(release.status.reason).toContain('can neither be cancelled nor rolled back');
    release.wechat.finish(release.now);
    release.send('retry');
    expect(release.run().state.outcome).toBe('rolledBack');
  });
});

describe('a way back that WeChat refuses', () => {
  it('waits for a person, says who is affected by hand, and goes on after retry', () => {
    const release = begin(plan, { measure: failingFrom(100) });
    release.faults.set('revertCode', ['refuse']);
    release.until(({ state }) => state.attention !== null);
    expect(release.status.attention?.remedy).toContain('change_visitstatus');
    expect(release.status.allowed.map(({ verb }) => verb)).toEqual(['retry', 'giveUp']);
    release.send('retry');
    expect(release.run().state.outcome).toBe('rolledBack');
  });

  it('chooses anew by reading when the staged release finished meanwhile', () => {
    const release = begin(plan, { measure: failingFrom(10) });
    release.delays.set('revertGray', [MINUTE]);
    release.until(({ state }) => state.phase === 'reverting');
    release.after(30 * SECOND, () => release.wechat.finish(release.now));
    release.run();
    expect(release.state.outcome).toBe('rolledBack');
    expect(release.wechat.online?.version).toBe(BEFORE.version);
  });

  it('leaves the version of someone else alone', () => {
    const release = begin(plan).until(({ state }) => state.phase === 'baking');
    release.wechat.releaseOther('2.0.0', release.now);
    release.send('abort');
    release.until(({ state }) => state.attention?.step === 'wayBack');
    expect(release.status.reason).toContain('2.0.0 is online, neither ours nor 1.3.0');
    expect(release.send('giveUp').accepted).toBe(true);
    expect(release.run().state.outcome).toBe('failed');
    expect(release.wechat.online?.version).toBe('2.0.0');
  });

  it('reads once more, the settle time of its own write later, before it is believed', () => {
    const release = begin(plan, { measure: failingFrom(100) });
    release.until(({ wechat }) => wechat.ledger.at(-1)?.endpoint === 'revertCode');
    const written = release.wechat.ledger.at(-1)?.at ?? 0;
    release.run();
    expect((release.state.closedAt ?? 0) - written).toBeGreaterThanOrEqual(30 * SECOND);
  });
});

it('a plan with one stage goes back just so', () => {
  const only = planWith({ stages: [stage(10), stage(100)] });
  const release = begin(only, { measure: failingFrom(100) }).run();
  expect(release.state.outcome).toBe('rolledBack');
  expect(release.status.version).toBe(OURS);
});
