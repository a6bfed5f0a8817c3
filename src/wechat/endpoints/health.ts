/** What WeChat itself has seen go wrong in the Mini Program. */
import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { answerFields, decimal, flag, listOf, orElse, orNothing, text, wholeNumber } from '../fields.js';

/** Errors in one answer at most. */
export const JSERR_LIMIT_MAX = 30;

const day = z.iso.date().describe('A day in China, `yyyy-mm-dd`; nothing finer is counted.');

const request = z.strictObject({
  appVersion: z.string().describe("The version's user_version; `0` for all."),
  errType: z.enum(['0', '1', '2', '3']).default('0').describe('`0` all; else one of its three kinds.'),
  startTime: day,
  endTime: day,
  keyword: z.string().default('').describe('Only errors whose text contains it; empty for all.'),
  openid: z.string().default('').describe('Only errors of this user; empty for all.'),
  orderby: z.enum(['uv', 'pv']).default('uv').describe('By users or by occurrences.'),
  desc: z.enum(['1', '2']).default('1').describe('`1` most first, `2` least first.'),
  offset: z.int().nonnegative().default(0).describe('Errors to skip.'),
  limit: z.int().min(1).max(JSERR_LIMIT_MAX).default(JSERR_LIMIT_MAX).describe('Errors to answer.'),
});

/** Errors of the Mini Program's scripts by version and day, most frequent first. */
export const jserrList = endpoint({
  name: 'jserr_list',
  method: 'POST',
  path: '/wxaapi/log/jserr_list',
  kind: 'read',
  in: 'body',
  // Its samples carry `success` and no errcode.
  errcode: 'onFailure',
  request,
  response: z.looseObject({
    errcode: orElse(answerFields.errcode, 0),
    errmsg: answerFields.errmsg,
    success: orNothing(flag),
    totalCount: wholeNumber.describe('How many different errors there are.'),
    data: listOf(
      z.looseObject({
        errorMsgMd5: orNothing(text),
        errorMsg: text,
        uv: wholeNumber.describe('Users who had it.'),
        pv: wholeNumber.describe('How often it happened.'),
        errorStackMd5: orNothing(text),
        errorStack: orNothing(text),
        pvPercent: orNothing(decimal),
        uvPercent: orNothing(decimal),
      }),
    ),
  }),
  errors: ownCodes(-1, 40097),
  doc: "List the script errors that users' devices reported, by version and day.",
});
