import type { ErrorCodeRow } from './row.js';
import { permanent, permission } from './row.js';

const RULE = 'Correct the rule; qrcodejumpget shows those that are set.';
const SPEED_UP = 'Let the audit take its time; get_auditstatus shows where it stands.';
const MEDIA = 'Use png, jpeg or gif of at most 2 MB, or mp4 of at most 10 MB.';

/** Codes of the calls around a release: visibility, base library, jump rules, speed-ups, uploads, templates, limits. */
export const neighbourCodes = {
  40005: permanent('files of this kind cannot be uploaded', MEDIA),
  40006: permanent('the file is too large, or empty', MEDIA),
  41005: permanent('the upload holds no file', 'Send it as multipart/form-data in the field media.'),
  76001: permanent('there is no such rid', 'Copy the rid as the error shows it.'),
  76002: permanent('the rid is not well formed', 'Copy the rid as the error shows it.'),
  76003: permanent(
    'the path is not written as it must be, or the rid belongs to another account',
    'Write the path from its first slash, without host; ask with the token of the account that made the call.',
  ),
  76004: permanent('the rid is older than 7 days', 'Only the last 7 days are remembered.'),
  76021: permanent(
    'there is no call with this path',
    'Write the path from its first slash, such as /wxa/release.',
  ),
  76022: permission(
    'this account cannot ask about this call: it is made with another kind of token',
    'Ask with the token that the call itself takes.',
  ),
  85015: permanent(
    'the version is not valid; for calls about domains: the account is no Mini Program',
    'Write it as 1.0.0; getweappsupportversion shows the versions there are.',
  ),
  85021: permanent(
    'whether the Mini Program can be opened cannot be changed now',
    'Read getvisitstatus: it may be as wanted already; a Mini Program without an online version cannot be changed.',
  ),
  85022: permanent('the action is not valid', 'Use open or close.'),
  85064: permanent('there is no such template or draft', 'Read gettemplatelist or gettemplatedraftlist.'),
  85065: permanent(
    'the template library is full (200 templates)',
    'Delete templates that are not used any more.',
  ),
  85066: permanent('the link of the rule is not valid', RULE),
  85067: permanent('the values of the rule are not valid', RULE),
  85068: permanent(
    'a link for testing does not fit the rule',
    'Each link for testing must begin with the prefix.',
  ),
  85069: permanent(
    'the file that proves whose server it is was not found',
    'Put the file of qrcodejumpdownload where the link leads, then try again.',
  ),
  85070: permanent('the link is on a black list', 'Use another link.'),
  85071: {
    meaning: 'there is a rule for this link already',
    remedy: 'Read qrcodejumpget: it is only success when the rule is ours; is_edit 1 changes it.',
    action: 'alreadyDone',
  },
  85072: permanent(
    'the link belongs to a rule of another Mini Program',
    'Use another link, or have that rule deleted.',
  ),
  85073: permanent('there can be no more rules', 'Delete one that is not used any more.'),
  85074: permanent(
    'the Mini Program has no online version, and needs one before a rule can be published',
    'Release a version first.',
  ),
  85075: permanent(
    'a Mini Program of a private person cannot have such rules',
    'Nothing can be done by a call.',
  ),
  85076: permanent('the domain of the link has no ICP filing', 'File the domain, or use another one.'),
  86020: permanent(
    'the upload was refused; WeChat gives no reason for this code',
    `${MEDIA} When it stays, ask WeChat with the rid.`,
  ),
  89014: permanent(
    'the base library version is not valid',
    'Write it as 1.0.0; getweappsupportversion shows the versions there are.',
  ),
  89401: {
    meaning: 'the queue of speed-ups is unstable at the moment; whether it was done is not known',
    remedy: 'Read queryquota: speedup_rest says whether it was counted; then ask again.',
    action: 'unknownOutcome',
  },
  89402: permanent('the audit is not in the queue: not submitted, or done already', 'Read get_auditstatus.'),
  89403: permanent('an audit of this kind cannot be sped up', SPEED_UP),
  89404: {
    meaning: 'this audit was sped up already',
    remedy: `Nothing needs to be done. ${SPEED_UP}`,
    action: 'alreadyDone',
  },
  89405: {
    meaning: 'no speed-ups are left this month',
    remedy: `Wait for the next month. ${SPEED_UP}`,
    action: 'quota',
  },
  886000: {
    meaning: 'no rule can be published any more this month',
    remedy: 'Wait for the next month; qrcodejumpget shows what is left (qrcodejump_pub_quota).',
    action: 'quota',
  },
} as const satisfies Record<number, ErrorCodeRow>;
