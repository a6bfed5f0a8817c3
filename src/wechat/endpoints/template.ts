/** The template library: drafts come from the developer tools, templates are what commit uploads. */
import { z } from 'zod';
import { platformEndpoint } from '../endpoint.js';
import { ownCodes } from '../error-codes.js';
import {
  acknowledgement,
  answerFields,
  listOf,
  nothing,
  orElse,
  orNothing,
  text,
  wholeNumber,
} from '../fields.js';

/** Templates that the library holds at most (85065). */
export const TEMPLATES_MAX = 200;

const type = z.literal([0, 1]).describe('0 an ordinary template, 1 a standard one.');

/** What drafts and templates have in common. */
const source = {
  create_time: wholeNumber.describe('Seconds since the epoch.'),
  user_version: orElse(text, ''),
  user_desc: orElse(text, ''),
  source_miniprogram_appid: orNothing(text),
  source_miniprogram: orNothing(text).describe('The name of the Mini Program it was developed in.'),
  developer: orNothing(text),
};

/** The newest draft of each development Mini Program. */
export const getTemplateDraftList = platformEndpoint({
  name: 'gettemplatedraftlist',
  method: 'GET',
  path: '/wxa/gettemplatedraftlist',
  kind: 'read',
  in: 'query',
  request: nothing,
  response: z.looseObject({
    ...answerFields,
    draft_list: listOf(z.looseObject({ ...source, draft_id: wholeNumber })),
  }),
  errors: ownCodes(-1, 43001),
  doc: 'List the drafts that developers have uploaded.',
});

/** Makes a template of a draft. The answer does not name it: compare gettemplatelist before and after. */
export const addToTemplate = platformEndpoint({
  name: 'addtotemplate',
  method: 'POST',
  path: '/wxa/addtotemplate',
  kind: 'write',
  in: 'body',
  request: z.strictObject({
    draft_id: z.int().nonnegative().describe('From gettemplatedraftlist.'),
    template_type: type.optional(),
  }),
  response: acknowledgement,
  errors: ownCodes(-1, 85064, 85065),
  doc: 'Make a template of a draft; the answer does not say which number it got.',
});

/** The templates. A POST is answered with 43001. */
export const getTemplateList = platformEndpoint({
  name: 'gettemplatelist',
  method: 'GET',
  path: '/wxa/gettemplatelist',
  kind: 'read',
  in: 'query',
  request: z.strictObject({
    template_type: z.literal([0, 1]).optional().describe('0 ordinary templates only, 1 standard ones.'),
  }),
  response: z.looseObject({
    ...answerFields,
    template_list: listOf(
      z.looseObject({
        ...source,
        template_id: wholeNumber.describe('What commit wants.'),
        draft_id: orNothing(wholeNumber),
        template_type: orNothing(wholeNumber),
        category_list: listOf(z.looseObject({})).prefault([]),
        audit_scene: orNothing(wholeNumber),
        audit_status: orNothing(wholeNumber),
        reason: orNothing(text),
      }),
    ),
  }),
  errors: ownCodes(-1, 43001),
  doc: 'List the templates of the library.',
});

/** Deletes a template. What was committed from it stays. */
export const deleteTemplate = platformEndpoint({
  name: 'deletetemplate',
  method: 'POST',
  path: '/wxa/deletetemplate',
  kind: 'write',
  in: 'body',
  request: z.strictObject({ template_id: z.int().nonnegative().describe('From gettemplatelist.') }),
  response: acknowledgement,
  errors: ownCodes(-1, 85064),
  doc: 'Delete a template from the library.',
});
