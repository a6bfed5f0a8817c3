/** The lowest version of WeChat's base library that the Mini Program runs on. */
import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, answerFields, decimal, listOf, nothing, text } from '../fields.js';

/** The lowest version that is set, and how many users have each version. */
export const getSupportVersion = endpoint({
  name: 'getweappsupportversion',
  method: 'POST',
  path: '/cgi-bin/wxopen/getweappsupportversion',
  kind: 'read',
  in: 'body',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    now_version: text.describe('The lowest version that is set.'),
    uv_info: z.looseObject({
      items: listOf(
        z.looseObject({ percentage: decimal.describe('Percent of users.'), version: text }),
      ).describe('The versions that users have.'),
    }),
  }),
  errors: ownCodes(-1),
  doc: 'Read the lowest base library version, and how many users have which version.',
});

/** Sets the lowest version; users below it are asked to update WeChat. */
export const setSupportVersion = endpoint({
  name: 'setweappsupportversion',
  method: 'POST',
  path: '/cgi-bin/wxopen/setweappsupportversion',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ version: z.string().min(1).describe('Such as `1.0.0`.') }),
  response: acknowledgement,
  errors: ownCodes(-1, 85015, 89014),
  doc: 'Set the lowest base library version.',
});
