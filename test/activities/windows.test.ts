import { describe, expect, it } from 'vitest';
import { createWindowActivities } from '../../src/activities/windows.js';
import type { Windows } from '../../src/domain/plan.js';
import { Attempts, stopClock } from './support/attempts.js';

const OFFICE: Windows = {
  timezone: 'Asia/Shanghai',
  days: ['mon', 'tue', 'wed', 'thu'],
  hours: { from: '10:00', to: '18:00' },
};

const asked = (at: string, windows: Windows = OFFICE) => {
  stopClock(Date.parse(at));
  return new Attempts(() => createWindowActivities().nextOpening({ windows })).result();
};
const opening = (opensAt: string, closesAt: string) => ({
  opensAt: Date.parse(opensAt),
  closesAt: Date.parse(closesAt),
});

describe('the next opening of the windows of a plan', () => {
  it('is the present one when it is open now', async () => {
    expect(await asked('2026-10-08T05:00Z')).toEqual(opening('2026-10-08T02:00Z', '2026-10-08T10:00Z'));
  });

  it('is the next one when it is closed, as over the weekend', async () => {
    expect(await asked('2026-10-08T10:00Z')).toEqual(opening('2026-10-12T02:00Z', '2026-10-12T10:00Z'));
  });

  it('moves with the clock of the place, and stays at the hour it says', async () => {
    const newYork = { ...OFFICE, timezone: 'America/New_York' };
    expect(await asked('2026-10-30T12:00Z', newYork)).toEqual(
      opening('2026-11-02T15:00Z', '2026-11-02T23:00Z'),
    );
  });

  it('asks for a person where the worker does not know the zone, rather than trying for ever', async () => {
    expect(await asked('2026-10-08T05:00Z', { ...OFFICE, timezone: 'Mars/Olympus' })).toMatchObject({
      blocked: { reason: expect.stringContaining('Mars/Olympus') },
    });
  });

  it('asks for a person where windows never open', async () => {
    expect(await asked('2026-10-08T05:00Z', { ...OFFICE, days: [] })).toMatchObject({
      blocked: { reason: 'rollout.windows never open' },
    });
  });
});
