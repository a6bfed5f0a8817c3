/** The plan's `rollout.windows`: when a stage may begin. */
import { z } from 'zod';
import { WEEKDAYS } from '../domain/plan.js';
import { isTimeZone } from '../windows/wall-clock.js';
import { choice } from './field.js';

const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]';
const HOURS = `^${TIME}-(${TIME}|24:00)$`;

const timezone = z
  .string()
  .refine(isTimeZone, {
    error: 'is no IANA time zone',
    params: { remedy: 'write for example timezone: Asia/Shanghai; names are those of the IANA database' },
  })
  .meta({ description: 'IANA time zone in which days and hours are meant.', examples: ['Asia/Shanghai'] });

const hours = z
  .string()
  .regex(new RegExp(HOURS), { error: 'must be two times of a day, HH:MM-HH:MM' })
  .meta({
    description:
      "From one time, up to and without the other. The second may be `24:00`; when it is not after the first, it is the next day's.",
    examples: ['10:00-18:00'],
    pattern: HOURS,
  })
  .transform((written) => {
    const [from = '', to = ''] = written.split('-');
    return { from, to };
  });

export const windows = z
  .strictObject({
    timezone,
    days: z
      .array(choice(WEEKDAYS, 'A day of the week.'))
      .min(1)
      .meta({
        description: 'Days on which a window begins.',
        examples: [['mon', 'tue', 'wed', 'thu']],
      })
      .default([...WEEKDAYS]),
    hours: hours.prefault('00:00-24:00'),
  })
  .meta({
    description: 'When a stage may begin. It never holds up a soak, a way back or an abort.',
    examples: [{ timezone: 'Asia/Shanghai', days: ['mon', 'tue', 'wed', 'thu'], hours: '10:00-18:00' }],
  });
