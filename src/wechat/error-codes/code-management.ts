import type { ErrorCodeRow } from './row.js';
import { permanent, permission } from './row.js';

const EXT = 'Correct ext in the plan and commit again.';
const ITEMS =
  'Correct the audit items (get_page and get_category say what is possible); a release takes them by `resubmit`.';
const ANEW = 'A running release takes no other plan: `giveUp`, and start it anew.';
const PREVIEW = `Correct version_desc and preview_info of the plan's audit (uploaded media live for 3 days). ${ANEW}`;
const BARRED = 'Look for the notice of WeChat in its console; nothing can be submitted until it is lifted.';
const RETEMPLATE =
  'Upload the code from the developer tools again, add it to the library and use the new template.';

/** Codes of commit. */
export const commitCodes = {
  [-60005]: permanent('the upload was refused; WeChat gives no reason for this code', RETEMPLATE),
  80066: permanent('a version of a plugin is not valid', 'Correct the plugins of the template or of ext.'),
  80067: permanent('a plugin that is used was not found', 'Correct the plugins of the template or of ext.'),
  80082: permission('the Mini Program may not use a plugin', 'Let its administrator add the plugin.'),
  85013: permanent('ext_json is not a valid configuration, or names a wrong path', EXT),
  85014: permanent('there is no such template', 'Check the number of the template in the library.'),
  85043: permanent('the template is broken', RETEMPLATE),
  85044: permanent('the package is too large (2 MB each, 20 MB in all)', 'Make the package smaller.'),
  85045: permanent('a path in ext_json does not exist in the template', EXT),
  85046: permanent('tabBar has an entry without path', EXT),
  85047: permanent('pages is empty', EXT),
  85048: permanent('ext_json could not be parsed', EXT),
  85310: permanent('requiredPrivateInfos of ext_json was refused', EXT),
  85311: permanent('requiredPrivateInfos of ext_json was refused', EXT),
  85312: permanent('requiredPrivateInfos of ext_json was refused', EXT),
  9402202: {
    meaning: 'an earlier, broken upload of this Mini Program may still be running',
    remedy: 'Wait a minute, then read getversioninfo to learn whether it landed.',
    action: 'unknownOutcome',
    retryAfterMs: 60_000,
  },
  9402203: permanent('a standard template allows only extAppid, ext and window in ext_json', EXT),
} as const satisfies Record<number, ErrorCodeRow>;

/** Codes of submit_audit and of the calls that read or withdraw an audit. */
export const auditCodes = {
  61039: {
    meaning: 'the privacy scan of the uploaded code is not finished',
    remedy: 'Wait and ask again. Do not commit again: each commit starts the scan from the beginning.',
    action: 'notNow',
    retryAfterMs: 20_000,
  },
  61040: permission(
    'the code or ext_json uses privacy interfaces the Mini Program may not use or did not declare',
    'Apply for the interfaces, or declare them in requiredPrivateInfos, then commit and submit anew.',
  ),
  85006: permanent('a tag is not valid', ITEMS),
  85007: permanent('the path of a page is not valid', ITEMS),
  85008: permanent('a category is not valid', ITEMS),
  85009: {
    meaning: 'a version of this Mini Program is under audit already',
    remedy: 'Read get_latest_auditstatus: it may be ours, or somebody else submitted it.',
    action: 'alreadyDone',
  },
  85010: permanent('an audit item is empty', ITEMS),
  85011: permanent('the title of a page is not valid', ITEMS),
  85012: permanent('there is no such audit for this Mini Program', 'Read get_latest_auditstatus.'),
  85023: permanent('the number of audit items is not 1 to 5', ITEMS),
  85051: permanent('version_desc is too long or preview_info holds too much', PREVIEW),
  85058: permanent(
    'nothing was ever submitted for audit through this third-party platform',
    'Submit an audit first; what the merchant submitted in the console does not count.',
  ),
  85077: permanent('a category was withdrawn by WeChat', ITEMS),
  85085: {
    meaning: "the third-party platform's quota of audits is used up",
    remedy: 'Wait for the next month, or apply for a larger quota; queryquota shows the rest.',
    action: 'quota',
  },
  85086: permanent(
    'nothing was committed, or the privacy guide is not configured',
    "Commit first; if that was done, let the Mini Program's privacy guide be filled in.",
  ),
  85087: permanent(
    'the code uses navigateToMiniProgram without declaring the appids it goes to',
    'Declare them in ext, then commit and submit anew.',
  ),
  85092: permanent('preview_info has the wrong format, or its media have expired', PREVIEW),
  85093: permanent('preview_info has too many pictures or videos', PREVIEW),
  85094: permanent(
    'how user content is reviewed must be explained',
    `Fill in ugc_declare of the plan's audit. ${ANEW}`,
  ),
  86000: permission(
    'the call was not made by a third-party platform on behalf of the Mini Program',
    "Configure the Mini Program's authorizer access token.",
  ),
  86001: permanent('no code was committed through this third-party platform', 'Commit first.'),
  86002: permanent(
    'the Mini Program is not initialised: name, picture or introduction is missing',
    'Let its administrator fill them in.',
  ),
  86007: permission('the Mini Program is barred from submitting', BARRED),
  86008: permission('the third-party platform is barred from submitting', BARRED),
  86009: permission('the third-party platform may not submit new Mini Programs', BARRED),
  86010: permission('the third-party platform may not submit new versions of Mini Programs', BARRED),
  87006: permanent('mini games cannot be submitted by this call', 'Release the game from the console.'),
  87013: {
    meaning: 'no withdrawals of audits are left (5 a day, 10 a month for each Mini Program)',
    remedy: 'Wait for the next day or month, or let the audit end.',
    action: 'quota',
  },
  9400001: permanent(
    'the Mini Program the template comes from has a feature that bars it from releases, such as live streaming',
    'Unbind that development Mini Program, or remove the feature.',
  ),
} as const satisfies Record<number, ErrorCodeRow>;

/** Codes of release, the gray release and the way back. */
export const releaseCodes = {
  85019: permanent(
    'there is no audited version to release',
    'Read get_latest_auditstatus; submit an audit first.',
  ),
  85020: permanent(
    'the audit is not in a state that can be released; also seen after something newer was committed',
    'Read get_latest_auditstatus and getversioninfo; commit and submit anew when the audit was overtaken.',
  ),
  85052: {
    meaning: 'the approved version is released already',
    remedy: 'Read getversioninfo: it is only success when the online version is ours.',
    action: 'alreadyDone',
  },
  85079: permanent(
    'the Mini Program has no online version, so nothing can be released to a part of its users',
    'Its first version must go to all users at once.',
  ),
  85080: permanent(
    'the submitted audit is not approved',
    'Wait for the approval; read get_latest_auditstatus.',
  ),
  85081: permanent('the percentage is not valid', 'Use whole percent from 0 to 100; 0 needs members.'),
  85082: {
    meaning: 'the percentage is not higher than the one that is set',
    remedy:
      'Read getgrayreleaseplan: it is only success when the plan is ours and stands at this percentage.',
    action: 'alreadyDone',
  },
  87011: permanent(
    'a gray release is running, so the online version cannot be taken back',
    'Cancel the gray release (revertgrayrelease); its users return to the online version.',
  ),
  87012: permanent(
    'the online version cannot be taken back: there is no earlier one, it was taken back already, or it is too old',
    'Release a corrected version. As a last resort a person can close the Mini Program to all (change_visitstatus).',
  ),
  89258: permanent(
    'a gray release is running, which excludes this call',
    'End or cancel the gray release first.',
  ),
} as const satisfies Record<number, ErrorCodeRow>;
