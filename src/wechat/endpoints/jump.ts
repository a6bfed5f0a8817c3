/** Rules by which an ordinary link in a QR code opens the Mini Program. */
import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import {
  acknowledgement,
  answerFields,
  listOf,
  nothing,
  oneOf,
  orNothing,
  text,
  wholeNumber,
} from '../fields.js';

/** Links for testing that one rule may have. */
export const DEBUG_URLS_MAX = 5;

const prefix = z.string().min(1).describe('The rule: what a link must begin with.');

const addRequest = z.strictObject({
  prefix,
  // The sample prints these two as texts and is_edit as a number; both are taken.
  permit_sub_rule: z
    .literal(['1', '2', 1, 2])
    .describe('1: other rules may share the prefix; 2: the prefix is taken with all below it.'),
  path: z.string().describe('The page that is opened.'),
  open_version: z
    .literal(['1', '2', '3', 1, 2, 3])
    .describe('While testing, opens 1 the development version, 2 the experience version, 3 the online one.'),
  debug_url: z
    .array(z.string())
    .max(DEBUG_URLS_MAX)
    .optional()
    .describe('Links for testing; each must fit the rule.'),
  is_edit: z.literal([0, 1]).describe('0 adds a rule, 1 changes the one with this prefix.'),
});

const ruleCodes = [85066, 85068, 85069, 85070, 85071, 85072, 85073, 85074, 85075, 85076] as const;

/** Adds a rule or changes one. It counts for testing until it is published. */
export const qrcodeJumpAdd = endpoint({
  name: 'qrcodejumpadd',
  method: 'POST',
  path: '/cgi-bin/wxopen/qrcodejumpadd',
  kind: 'write',
  in: 'body',
  request: addRequest,
  response: acknowledgement,
  errors: ownCodes(-1, ...ruleCodes),
  doc: 'Add a rule by which links open the Mini Program, or change one.',
});

const rule = z.looseObject({
  prefix: text,
  permit_sub_rule: wholeNumber,
  path: text,
  open_version: wholeNumber,
  debug_url: listOf(z.string()).prefault([]),
  state: oneOf([1, 2]).describe('1 not published, 2 published.'),
});

/** The rules that are set, and how often rules can still be published this month. */
export const qrcodeJumpGet = endpoint({
  name: 'qrcodejumpget',
  method: 'POST',
  path: '/cgi-bin/wxopen/qrcodejumpget',
  kind: 'read',
  in: 'body',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    rule_list: listOf(rule),
    qrcodejump_open: wholeNumber.describe('Whether links open the Mini Program at all: 0 no, 1 yes.'),
    qrcodejump_pub_quota: wholeNumber.describe('How often rules can still be published this month.'),
    list_size: wholeNumber.describe('How many rules there are.'),
  }),
  errors: ownCodes(-1, 85075),
  doc: 'List the rules by which links open the Mini Program.',
});

/** The file that proves that the links' server is yours: put it beside what the rule names. */
export const qrcodeJumpDownload = endpoint({
  name: 'qrcodejumpdownload',
  method: 'POST',
  path: '/cgi-bin/wxopen/qrcodejumpdownload',
  kind: 'read',
  in: 'body',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    // In the table of the documents, and not in their sample.
    file_name: orNothing(text).describe('The name it must have on the server.'),
    file_content: orNothing(text).describe('What must be in it.'),
  }),
  errors: ownCodes(-1, 85075),
  doc: "Get the file that proves whose server a rule's links lead to.",
});

/** Deletes a rule. */
export const qrcodeJumpDelete = endpoint({
  name: 'qrcodejumpdelete',
  method: 'POST',
  path: '/cgi-bin/wxopen/qrcodejumpdelete',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ prefix }),
  response: acknowledgement,
  errors: ownCodes(-1, 85066, 85075),
  doc: 'Delete a rule by which links open the Mini Program.',
});

/** Publishes a rule, so that it counts for all users. A number of times each month. */
export const qrcodeJumpPublish = endpoint({
  name: 'qrcodejumppublish',
  method: 'POST',
  path: '/cgi-bin/wxopen/qrcodejumppublish',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ prefix }),
  response: acknowledgement,
  errors: ownCodes(-1, ...ruleCodes, 886000),
  doc: 'Publish a rule, so that its links open the Mini Program for all users.',
});
