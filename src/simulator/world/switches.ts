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
  historyListsOnline: yesOrNo(false).describe('Does action=get_history_version list the online version too'),
  revertAfterCancelledGray: choice('ok', '87012').describe(
    'May the online version be reverted when a gray plan was cancelled just before it came online',
  ),
  systemError: choice('notApplied', 'applied').describe(
    'Has a call that answers -1 (a systemError fault) taken effect',
  ),
};

/** Every switch with its value. */
export type Switches = z.output<z.ZodObject<typeof SWITCHES>>;
