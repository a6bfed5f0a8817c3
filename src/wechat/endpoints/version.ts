import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import {
  acknowledgement,
  answerFields,
  listOf,
  nothing,
  orElse,
  orNothing,
  respelled,
  text,
  wholeNumber,
} from '../fields.js';

/** Releases the last approved audit to all users. */
export const release = endpoint({
  name: 'release',
  method: 'POST',
  path: '/wxa/release',
  kind: 'write',
  in: 'body',
  request: nothing,
  response: acknowledgement,
  errors: ownCodes(-1, 40001, 40014, 44002, 85019, 85020, 85052),
  doc: 'Release the approved version to all users.',
});

/**
 * Takes the online version back to the one before, or to `app_version` of the history. A GET that acts
 * at once, so whatever repeats GETs takes back twice. `action` is no field here: reading has its own row.
 */
export const revertCodeRelease = endpoint({
  name: 'revertcoderelease',
  method: 'GET',
  path: '/wxa/revertcoderelease',
  kind: 'write',
  in: 'query',
  request: z.strictObject({
    // A number in the history's answer, a string in the reference; in a URL it is the same.
    app_version: z
      .union([z.int().nonnegative(), z.string().regex(/^\d+$/, 'must be an app_version of the history')])
      .optional()
      .describe('An app_version of get_history_version; without it the version before the online one.'),
  }),
  response: acknowledgement,
  errors: ownCodes(-1, 40001, 40097, 87011, 87012),
  doc: 'Take the online version back to an earlier one.',
});

const historyEntry = respelled(
  { user_Desc: 'user_desc' },
  z.looseObject({
    app_version: wholeNumber.describe('What revertcoderelease wants.'),
    user_version: text,
    user_desc: orElse(text, ''),
    commit_time: wholeNumber.describe('Seconds since the epoch.'),
  }),
);

/**
 * The versions that revertcoderelease can go back to: at most 5, released through the platform.
 * The list must be there: without it the answer is that of the write, and the query was lost on the way.
 */
export const getHistoryVersion = endpoint({
  name: 'get_history_version',
  method: 'GET',
  path: '/wxa/revertcoderelease',
  kind: 'read',
  in: 'query',
  fixedQuery: { action: 'get_history_version' },
  request: nothing,
  response: z.looseObject({ ...answerFields, version_list: listOf(historyEntry) }),
  errors: ownCodes(-1, 40001),
  doc: 'List the versions that the online version can be taken back to.',
});

/** The experience version and the online version; either may be missing. Times are seconds since the epoch. */
export const getVersionInfo = endpoint({
  name: 'getversioninfo',
  method: 'POST',
  path: '/wxa/getversioninfo',
  kind: 'read',
  in: 'body',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    exp_info: orNothing(
      z.looseObject({ exp_time: wholeNumber, exp_version: text, exp_desc: orElse(text, '') }),
    ),
    release_info: orNothing(
      z.looseObject({ release_time: wholeNumber, release_version: text, release_desc: orElse(text, '') }),
    ),
  }),
  errors: ownCodes(-1, 44002),
  doc: 'Read which version testers have and which is online.',
});
