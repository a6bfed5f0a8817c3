import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import {
  acknowledgement,
  answerFields,
  nothing,
  oneOf,
  orNothing,
  respelled,
  text,
  wholeNumber,
} from '../fields.js';

/** What the status of an audit means. A delayed one is not final: it still passes or is rejected. */
export const AUDIT_STATUS = { passed: 0, rejected: 1, auditing: 2, withdrawn: 3, delayed: 4 } as const;
export type AuditStatus = (typeof AUDIT_STATUS)[keyof typeof AUDIT_STATUS];

const auditStatus = oneOf(Object.values(AUDIT_STATUS));

/** Tags of one audit item at most, and characters of one tag at most. */
export const TAGS_MAX = 10;
export const TAG_LENGTH_MAX = 20;
export const TITLE_MAX = 32;
export const ITEMS_MAX = 5;
export const FEEDBACK_INFO_MAX = 200;
export const FEEDBACK_MEDIA_MAX = 5;

const tags = z.string().superRefine((value, context) => {
  const each = value.split(/\s+/).filter((tag) => tag !== '');
  if (each.length > TAGS_MAX) {
    context.addIssue({
      code: 'custom',
      message: `at most ${TAGS_MAX} tags, separated by spaces; here ${each.length}`,
    });
  }
  for (const tag of each.filter((one) => [...one].length > TAG_LENGTH_MAX)) {
    context.addIssue({ code: 'custom', message: `a tag has at most ${TAG_LENGTH_MAX} characters: ${tag}` });
  }
});

/** One page shown to the reviewers. Unknown fields pass, since WeChat adds some from time to time. */
export const auditItem = z.looseObject({
  address: z.string().optional().describe('A page of get_page.'),
  tag: tags
    .optional()
    .describe(`At most ${TAGS_MAX} tags, separated by spaces, of at most ${TAG_LENGTH_MAX} characters each.`),
  first_class: z.string().describe('From get_category, as are the next five.'),
  second_class: z.string(),
  third_class: z.string().optional(),
  first_id: z.int(),
  second_id: z.int(),
  third_id: z.int().optional(),
  title: z.string().max(TITLE_MAX).optional().describe('The title of the page.'),
});

const submitAuditRequest = z.looseObject({
  item_list: z
    .array(auditItem)
    .min(1)
    .max(ITEMS_MAX)
    .optional()
    .describe('The pages that reviewers look at; without it WeChat chooses.'),
  feedback_info: z
    .string()
    .max(FEEDBACK_INFO_MAX)
    .optional()
    .describe('An answer to the reviewers; counts only when the previous version was rejected.'),
  feedback_stuff: z
    .string()
    .refine((ids) => ids.split('|').length <= FEEDBACK_MEDIA_MAX, {
      error: `at most ${FEEDBACK_MEDIA_MAX} media ids, separated by |`,
    })
    .optional()
    .describe(`At most ${FEEDBACK_MEDIA_MAX} media ids, separated by \`|\`; as feedback_info.`),
  version_desc: z.string().optional().describe('What the version does.'),
  preview_info: z
    .looseObject({
      video_id_list: z.array(z.string()).optional().describe('Media ids of uploadmedia.'),
      pic_id_list: z.array(z.string()).optional().describe('Media ids of uploadmedia.'),
    })
    .optional()
    .describe('Pictures and videos of it: an object of two lists; WeChat answers 47001 to a bare list.'),
  ugc_declare: z
    .looseObject({
      scene: z.array(z.int()).optional(),
      other_scene_desc: z.string().optional(),
      method: z.array(z.int()).optional(),
      has_audit_team: z.int().optional(),
      audit_desc: z.string().optional(),
    })
    .optional()
    .describe('How content that users make is reviewed.'),
  privacy_api_not_use: z
    .boolean()
    .optional()
    .describe('Says that the interfaces the privacy scan found are not used.'),
  order_path: z.string().optional().describe('The page that lists orders.'),
});

/** Submits the committed code for audit. Costs one of the platform's audits; answers the audit's id. */
export const submitAudit = endpoint({
  name: 'submit_audit',
  method: 'POST',
  path: '/wxa/submit_audit',
  kind: 'write',
  in: 'body',
  request: submitAuditRequest,
  response: z.looseObject({ ...answerFields, auditid: wholeNumber.describe('The number of the audit.') }),
  errors: ownCodes(
    ...([
      -1, 61039, 61040, 85006, 85007, 85008, 85009, 85010, 85011, 85023, 85051, 85077, 85085, 85086,
    ] as const),
    ...([85087, 85092, 85093, 85094, 86000, 86001, 86002, 86007, 86008, 86009, 86010, 87006] as const),
    ...([9400001, 9402202] as const),
  ),
  doc: 'Submit the committed code for audit.',
});

const auditid = z.int().describe('What submit_audit answered.');

const auditFields = {
  ...answerFields,
  status: auditStatus.describe('0 passed, 1 rejected, 2 auditing, 3 withdrawn, 4 delayed.'),
  reason: orNothing(text).describe('Why it was rejected or delayed. HTML line breaks may occur.'),
  screenshot: orNothing(text).describe("Media ids of the reviewers' pictures, separated by `|`."),
};

// The table of the documents says `screenshot`, their sample `ScreenShot`.
const AUDIT_SPELLINGS = { ScreenShot: 'screenshot', user_Desc: 'user_desc' };

/** The state of one audit of this Mini Program. */
export const getAuditStatus = endpoint({
  name: 'get_auditstatus',
  method: 'POST',
  path: '/wxa/get_auditstatus',
  kind: 'read',
  in: 'body',
  request: z.strictObject({ auditid }),
  response: respelled(AUDIT_SPELLINGS, z.looseObject(auditFields)),
  errors: ownCodes(-1, 85012, 86000, 86001),
  doc: 'Read the state of one audit.',
});

/** The newest audit submitted through this third-party platform; 85058 when there was never one. */
export const getLatestAuditStatus = endpoint({
  name: 'get_latest_auditstatus',
  method: 'GET',
  path: '/wxa/get_latest_auditstatus',
  kind: 'read',
  in: 'query',
  request: nothing,
  response: respelled(
    AUDIT_SPELLINGS,
    z.looseObject({
      ...auditFields,
      auditid: wholeNumber,
      user_version: orNothing(text),
      user_desc: orNothing(text),
      submit_audit_time: orNothing(wholeNumber).describe('Seconds since the epoch.'),
    }),
  ),
  errors: ownCodes(-1, 85012, 85058, 86000, 86001),
  doc: 'Read the newest audit.',
});

/** Withdraws the running audit. A GET that acts; 5 a day and 10 a month for each Mini Program. */
export const undoCodeAudit = endpoint({
  name: 'undocodeaudit',
  method: 'GET',
  path: '/wxa/undocodeaudit',
  kind: 'write',
  in: 'query',
  request: nothing,
  response: acknowledgement,
  errors: ownCodes(-1, 85012, 87013),
  doc: 'Withdraw the running audit.',
});

/** Asks for an audit within hours. A number of times each month, for the whole third-party platform. */
export const speedupAudit = endpoint({
  name: 'speedupaudit',
  method: 'POST',
  path: '/wxa/speedupaudit',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ auditid }),
  response: acknowledgement,
  errors: ownCodes(-1, 85012, 89401, 89402, 89403, 89404, 89405),
  doc: 'Ask for the running audit to be done within hours; a number of times each month.',
});

/** The audits left this month. One pool for the whole third-party platform, whichever app asks. */
export const queryQuota = endpoint({
  name: 'queryquota',
  method: 'GET',
  path: '/wxa/queryquota',
  kind: 'read',
  in: 'query',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    rest: wholeNumber.describe('Audits left this month.'),
    limit: wholeNumber.describe('Audits of a month.'),
    speedup_rest: orNothing(wholeNumber).describe('Speed-ups left this month.'),
    speedup_limit: orNothing(wholeNumber).describe('Speed-ups of a month.'),
  }),
  errors: ownCodes(-1),
  doc: 'Read how many audits and speed-ups are left this month.',
});
