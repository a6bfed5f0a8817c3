/** Code of the Mini Program: uploading it, and what is read of the uploaded code. */
import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import {
  acknowledgement,
  answerFields,
  image,
  listOf,
  nothing,
  orNothing,
  text,
  wholeNumber,
} from '../fields.js';

/** The most characters a user_version may have (documented for commit). */
export const USER_VERSION_MAX = 64;

const commitRequest = z.strictObject({
  // The documents print a number, the reference says string; WeChat takes both.
  template_id: z
    .union([z.int().nonnegative(), z.string().regex(/^\d+$/, 'must be the number of a template')])
    .describe('The template in the library: a number, or a text of digits.'),
  ext_json: z
    .string()
    .describe('JSON in a string, never an object: WeChat answers 47001 to an object. `{}` for nothing.'),
  user_version: z.string().min(1).max(USER_VERSION_MAX).describe('The version, in your own words.'),
  user_desc: z.string().describe('What is in it.'),
});

/** Puts a template's code into the Mini Program as its experience version, and starts the privacy scan. */
export const commit = endpoint({
  name: 'commit',
  method: 'POST',
  path: '/wxa/commit',
  kind: 'write',
  in: 'body',
  request: commitRequest,
  response: acknowledgement,
  errors: ownCodes(
    ...([-1, -60005, 40001, 40014, 80066, 80067, 80082, 85013, 85014, 85043, 85044, 85045, 85046] as const),
    ...([85047, 85048, 85310, 85311, 85312, 9402202, 9402203] as const),
  ),
  doc: 'Upload code from the template library; it becomes the experience version.',
});

/** The pages of the committed code: what submit_audit's `address` may name. */
export const getPage = endpoint({
  name: 'get_page',
  method: 'GET',
  path: '/wxa/get_page',
  kind: 'read',
  in: 'query',
  request: nothing,
  response: z.looseObject({ ...answerFields, page_list: listOf(z.string()) }),
  errors: ownCodes(-1, 86000, 86001),
  doc: 'List the pages of the committed code.',
});

/** The QR code of the experience version. Also granted by permission set 86. */
export const getQrcode = endpoint({
  name: 'get_qrcode',
  method: 'GET',
  path: '/wxa/get_qrcode',
  kind: 'read',
  in: 'query',
  answers: 'image',
  request: z.strictObject({
    path: z
      .string()
      .optional()
      .describe('The page it opens, with its own query, not URL-encoded; without it the first page.'),
  }),
  response: image,
  errors: ownCodes(-1, 86001),
  doc: 'Get the QR code of the experience version, as an image.',
});

const category = z.looseObject({
  first_class: text,
  second_class: text,
  third_class: orNothing(text),
  first_id: wholeNumber,
  second_id: wholeNumber,
  third_id: orNothing(wholeNumber),
});

/** The categories set for the Mini Program: what submit_audit's items may name. */
export const getCategory = endpoint({
  name: 'get_category',
  method: 'GET',
  path: '/wxa/get_category',
  kind: 'read',
  in: 'query',
  request: nothing,
  response: z.looseObject({ ...answerFields, category_list: listOf(category) }),
  errors: ownCodes(-1),
  doc: 'List the categories that an audit may use.',
});

// The scan's whole result is these two lists. Whether WeChat sends an empty one is documented nowhere, and taking
// its absence for a broken answer would hold up a release whose code is clean; 61039 says that there is no result.
const interfaces = listOf(z.string()).prefault([]);

/** The result of the privacy scan that each commit starts; 61039 while it runs. */
export const getCodePrivacyInfo = endpoint({
  name: 'get_code_privacy_info',
  method: 'GET',
  path: '/wxa/security/get_code_privacy_info',
  kind: 'read',
  in: 'query',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    without_auth_list: interfaces.describe('Privacy interfaces the code uses and the Mini Program may not.'),
    without_conf_list: interfaces.describe('Privacy interfaces that ext_json does not declare.'),
  }),
  errors: ownCodes(-1, 61039, 61040),
  doc: 'Read what the privacy scan of the committed code found.',
});
