/** `limits:` of a world: how often a call may be made before WeChat says 45011 (this minute) or 45009 (today). */
import { z } from 'zod';
import { endpointNames } from '../../wechat/catalogue.js';
import { strict } from './schema.js';

const HELP = 'write a whole number, 0 or more';
const count = z.int({ error: HELP }).min(0, HELP).optional();

/** By the name of the call; each Mini Program, and the platform, counts for itself. */
export const callLimits = z
  .partialRecord(
    z.enum(endpointNames, { error: 'name a call as docs/simulator.md lists them, as in commit' }),
    strict({ perMinute: count, perDay: count }),
  )
  .default({});
