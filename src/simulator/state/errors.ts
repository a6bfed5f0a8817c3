/** WeChat's error codes as the simulator answers them, and the shape of its refusals. */

/** errcode → errmsg, in WeChat's words as far as they were seen in the field, else close to its pages. */
const MESSAGES = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40014: 'invalid access_token',
  40066: 'invalid url',
  40097: 'invalid args',
  41001: 'access_token missing',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  45002: 'content size out of limit',
  47001: 'data format error',
  85006: 'invalid tag',
  85007: 'invalid page path',
  85008: 'invalid category',
  85009: 'already submit a version under auditing',
  85010: 'item_list has empty item',
  85011: 'invalid title',
  85012: 'invalid audit id',
  85013: 'invalid custom config',
  85014: 'template not exist',
  85019: 'no version is under auditing',
  85020: 'status not allowed',
  85023: 'invalid item_list size, need 1-5',
  85043: 'invalid template',
  85044: 'package exceed max limit',
  85045: 'some path in ext_json not exist',
  85046: 'pagepath missing in tabbar list',
  85047: 'pages are empty',
  85048: 'parse ext.json failed',
  85052: 'app is already released',
  85058: 'no valid audit_id exist',
  85079: 'miniprogram has no online release',
  85080: 'miniprogram commit not approved',
  85081: 'invalid gray percentage',
  85082: 'gray percentage too low',
  85085: 'submit audit reach limit, please try later',
  85086: 'must commit before submit audit',
  86001: 'component experience version not exists',
  86002: 'miniprogram have not completed init procedure',
  87011: 'gray release in progress, cannot revert',
  87012: 'forbid revert this version release',
  87013: 'no quota to undo code',
  61039: 'privacy interface check task is not finished, please retry after one minute',
} as const;

/** A code the simulator can answer with. */
export type ErrCode = keyof typeof MESSAGES;

/** WeChat said no. Nothing changed. */
export interface Refusal {
  errcode: ErrCode;
}

/** Refuses a call. */
export function refuse(errcode: ErrCode): Refusal {
  return { errcode };
}

/** The errmsg of a code, without the trace that WeChat appends. */
export function messageOf(errcode: ErrCode): string {
  return MESSAGES[errcode];
}
