/** Whether users can open the Mini Program at all. */
import { z } from 'zod';
import { endpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import { acknowledgement, answerFields, nothing, oneOf } from '../fields.js';

/** What the answer of getvisitstatus means. */
export const VISIT_STATUS = { suspended: 0, serving: 1 } as const;
export type VisitStatus = (typeof VISIT_STATUS)[keyof typeof VISIT_STATUS];

/** Opens the Mini Program to its users, or closes it to all of them. It is open after a release. */
export const changeVisitStatus = endpoint({
  name: 'change_visitstatus',
  method: 'POST',
  path: '/wxa/change_visitstatus',
  kind: 'write',
  in: 'body',
  request: z.strictObject({
    action: z.enum(['open', 'close']).describe('`close` makes it invisible to everyone, `open` visible.'),
  }),
  response: acknowledgement,
  errors: ownCodes(-1, 40097, 85021, 85022),
  doc: 'Open the Mini Program to its users, or close it to all of them.',
});

/** Whether the Mini Program is open to its users. */
export const getVisitStatus = endpoint({
  name: 'getvisitstatus',
  method: 'POST',
  path: '/wxa/getvisitstatus',
  kind: 'read',
  in: 'body',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    status: oneOf(Object.values(VISIT_STATUS)).describe('0 suspended, 1 serving.'),
  }),
  errors: ownCodes(-1, 44002),
  doc: 'Read whether the Mini Program is open to its users.',
});
