/**
 * What WeChat documents nowhere. Each row is a named switch: what may stand there, its default, and the
 * question it answers. Set in the world file under `switches:`; docs/simulator.md prints the same rows and
 * a test holds the two together.
 */
import { z } from 'zod';

/** One of several answers; the first is the default. A bare 85012 in YAML is a number and is taken too. */
function choice<const First extends string, const Rest extends string[]>(first: First, ...rest: Rest) {
  const values = [first, ...rest];
  const name = z.enum([first, ...rest]);
  return z
    .union([name, z.number().transform(String).pipe(name)], { error: `write ${values.join(' or ')}` })
    .default(first)
    .meta({ values });
}

function count(fallback: number) {
  const message = 'write a whole number, 0 or more';
  return z
    .int({ error: message })
    .min(0, message)
    .default(fallback)
    .meta({ values: ['a whole number'] });
}

function yesOrNo(fallback: boolean) {
  return z
    .boolean({ error: 'write true or false' })
    .default(fallback)
    .meta({ values: ['true', 'false'] });
}

/** The shape of `switches:` in a world file. Each row's `.meta()` has its `values` and, as `description`, its question. */
export const SWITCHES = {
  undoQuotaPerDay: count(5).describe(
    'How many undocodeaudit calls an app has a day; then 87013 (the page of 2018 says 1)',
  ),
  undoQuotaPerMonth: count(10).describe('How many undocodeaudit calls an app has a month; then 87013'),
  refundOnUndo: yesOrNo(false).describe('Does undocodeaudit give the audit quota back'),
  undoWithoutAudit: choice('85012', 'ok').describe('What undocodeaudit answers when no audit runs'),
  planAfterRevert: choice('deleted', 'none').describe(
    'What getgrayreleaseplan shows after revertgrayrelease: the plan with status 4, or as if there never was one',
  ),
  planNever: choice('zero', 'omitted').describe(
    'What getgrayreleaseplan shows when there never was a plan: status 0 and all zero, or no gray_release_plan',
  ),
  revertGrayWithoutPlan: choice('ok', '-1').describe('What revertgrayrelease answers when no plan runs'),
  auditAfterCancelledGray: choice('approved', '85080').describe(
    'Does grayrelease take an approved audit again after its gray plan was cancelled',
  ),
  createTimestampOnRaise: choice('kept', 'renewed').describe(
    'Does raising the percentage keep the create_timestamp of the plan',
  ),
  grayWhilePaused: choice('staysPaused', 'resumes', '85081').describe(
    'What grayrelease does to a plan that was paused in the console: raise it but leave it paused, resume it, refuse',
  ),
  grayHundred: choice('online', 'planOnly').describe(
    'Does grayrelease 100 put the version online, or only finish the plan until release is called',
  ),
  versionInfoDuringGray: choice('old', 'new').describe(
    'Which version getversioninfo calls released while a plan runs',
  ),
  missingVersionInfo: choice('omitted', 'empty').describe(
    'How getversioninfo shows that there is no trial or online version: no field, or an empty object',
  ),
  releaseDuringGray: choice('completes', '85020').describe('What release does while a plan runs'),
  releaseAfterRevert: choice('85052', 'ok').describe(
    'What release answers for an audit whose version was online and was taken back',
  ),
  releaseAfterNewCommit: choice('ok', '85020').describe(
    'What release answers for an approved audit when something newer was committed since (users have met both)',
  ),
  historyListsOnline: yesOrNo(false).describe('Does action=get_history_version list the online version too'),
  revertAfterCancelledGray: choice('87012', 'ok').describe(
    'May the online version be reverted when a gray plan was cancelled just before it came online',
  ),
  rotateRefreshToken: choice('never', 'onRefresh').describe(
    'When api_authorizer_token answers a new refresh token; a new authorization always brings one',
  ),
  tokenGraceSeconds: count(300).describe(
    'How many seconds an access token or a refresh token is still taken after a newer one was made',
  ),
  unauthorizedInList: yesOrNo(false).describe(
    'Does api_get_authorizer_list still list Mini Programs that have left',
  ),
  visitUnchanged: choice('85021', 'ok').describe(
    'What change_visitstatus answers when the app is open or closed already, or was never released',
  ),
  visitBadAction: choice('40097', '85022').describe(
    'What change_visitstatus answers to an action other than open and close (the page of 2018 says 85022)',
  ),
  qrcodeUnknownPath: choice('ok', '85007').describe(
    'What get_qrcode answers for a page that the trial version does not have',
  ),
  unknownLibraryVersion: choice('85015', '89014').describe(
    'What setweappsupportversion answers to a version that does not exist',
  ),
  jumpRuleUnknown: choice('85066', '40097').describe(
    'What changing, deleting or publishing a link rule answers when there is none with that prefix',
  ),
  jumpRuleEdited: choice('unpublished', 'published').describe(
    'What state a published link rule has after it was changed',
  ),
  previewMediaMax: count(10).describe(
    'How many videos, and how many pictures, preview_info may hold; then 85093',
  ),
  versionDescMax: count(2_000).describe('How many characters version_desc may have; then 85051'),
  foreignApproved: choice('ignored', 'released').describe(
    'Do release and grayrelease act on an approved audit that somebody else submitted',
  ),
  undoForeignAudit: choice('ok', '85012').describe(
    'What undocodeaudit does to an audit that somebody else submitted: withdraw it, or not know it',
  ),
  pushRetries: count(3).describe(
    'How often WeChat sends a push again that was not answered with success within 5 seconds',
  ),
  errorPercentOf: choice('errors', 'traffic').describe(
    'What pvPercent and uvPercent of jserr_list are percentages of: all errors, or all launches and users',
  ),
  emptyBodyOfFieldless: choice('ok', '44002').describe(
    'What getweappsupportversion, qrcodejumpget and qrcodejumpdownload answer to a POST without a body',
  ),
  systemError: choice('notApplied', 'applied').describe(
    'Has a call that answers -1 (a systemError fault) taken effect',
  ),
};

/** Every switch with its value. */
export type Switches = z.output<z.ZodObject<typeof SWITCHES>>;
