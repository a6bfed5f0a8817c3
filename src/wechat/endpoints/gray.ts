import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import {
  acknowledgement,
  answerFields,
  flag,
  nothing,
  oneOf,
  orNothing,
  respelled,
  wholeNumber,
} from '../fields.js';

/** What the status of a gray release plan means. `deleted` is a cancelled one. */
export const GRAY_PLAN_STATUS = { initial: 0, running: 1, paused: 2, finished: 3, deleted: 4 } as const;
export type GrayPlanStatus = (typeof GRAY_PLAN_STATUS)[keyof typeof GRAY_PLAN_STATUS];

const grayReleaseRequest = z
  .strictObject({
    gray_percentage: z
      .int()
      .min(0)
      .max(100)
      .describe('Whole percent of users; higher than before. 0 needs one of the two flags.'),
    // WeChat's spelling; some of its pages swap the explanations of the two.
    support_debuger_first: z.boolean().optional().describe('Project members (developers) get it first.'),
    support_experiencer_first: z.boolean().optional().describe('Experience members (testers) get it first.'),
  })
  .refine(
    (body) =>
      body.gray_percentage !== 0 ||
      body.support_debuger_first === true ||
      body.support_experiencer_first === true,
    { error: '0 % needs support_debuger_first or support_experiencer_first', path: ['gray_percentage'] },
  );

/** Starts the gray release of the approved audit, or raises its percentage. It can only rise (85082). */
export const grayRelease = endpoint({
  name: 'grayrelease',
  method: 'POST',
  path: '/wxa/grayrelease',
  kind: 'write',
  in: 'body',
  request: grayReleaseRequest,
  response: acknowledgement,
  errors: ownCodes(-1, 40001, 40097, 85079, 85080, 85081, 85082, 86002),
  doc: 'Release the approved version to a percentage of users, or raise the percentage.',
});

const grayPlan = respelled(
  {
    createTimestamp: 'create_timestamp',
    grayPercentage: 'gray_percentage',
    defaultFinishTimestamp: 'default_finish_timestamp',
    supportDebugerFirst: 'support_debuger_first',
    supportExperiencerFirst: 'support_experiencer_first',
  },
  z.looseObject({
    status: oneOf(Object.values(GRAY_PLAN_STATUS)).describe(
      '0 initial, 1 running, 2 paused, 3 finished, 4 deleted (cancelled).',
    ),
    create_timestamp: wholeNumber.describe('Seconds since the epoch; 0 when there was never a plan.'),
    gray_percentage: wholeNumber.describe('Percent of users.'),
    support_debuger_first: orNothing(flag),
    support_experiencer_first: orNothing(flag),
    default_finish_timestamp: orNothing(wholeNumber).describe(
      'When WeChat completes it by itself, seconds since the epoch; newer answers leave it out.',
    ),
  }),
);

/** What a Mini Program that never had a plan answers, where it answers with a plan at all. */
const NO_PLAN: z.output<typeof grayPlan> = {
  status: GRAY_PLAN_STATUS.initial,
  create_timestamp: 0,
  gray_percentage: 0,
};

function orNoPlan(plan: unknown): unknown {
  const empty = typeof plan === 'object' && plan !== null && Object.keys(plan).length === 0;
  return plan === undefined || plan === null || empty ? NO_PLAN : plan;
}

/**
 * The gray release plan. Cloud calls answer the same in camelCase, so both spellings are understood. What WeChat
 * answers when there was never one is documented nowhere: an answer without a plan means the initial one.
 */
export const getGrayReleasePlan = endpoint({
  name: 'getgrayreleaseplan',
  method: 'GET',
  path: '/wxa/getgrayreleaseplan',
  otherTokenFields: ['cloudbase_access_token'],
  kind: 'read',
  in: 'query',
  request: nothing,
  response: respelled(
    { errCode: 'errcode', errMsg: 'errmsg', grayReleasePlan: 'gray_release_plan' },
    z.looseObject({
      ...answerFields,
      gray_release_plan: z.preprocess(orNoPlan, grayPlan),
    }),
  ),
  errors: ownCodes(-1),
  doc: 'Read the gray release plan: its state, percentage and age.',
});

/** Cancels the gray release: its users return to the online version. A GET that acts. */
export const revertGrayRelease = endpoint({
  name: 'revertgrayrelease',
  method: 'GET',
  path: '/wxa/revertgrayrelease',
  kind: 'write',
  in: 'query',
  request: nothing,
  response: acknowledgement,
  errors: ownCodes(-1),
  doc: 'Cancel the gray release.',
});
