import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, answerFields, listOf, nothing, text, wholeNumber } from '../fields.js';

/** The most characters a user_version may have (documented for commit). */
export const USER_VERSION_MAX = 64;

const commitRequest = z.strictObject({
  /** The documents print a number, the reference says string; WeChat takes both. */
  template_id: z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]),
  /** JSON in a string, never an object: an object is answered with 47001. */
  ext_json: z.string(),
  user_version: z.string().min(1).max(USER_VERSION_MAX),
  user_desc: z.string(),
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

const category = z.looseObject({
  first_class: text,
  second_class: text,
  third_class: text.optional(),
  first_id: wholeNumber,
  second_id: wholeNumber,
  third_id: wholeNumber.optional(),
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
