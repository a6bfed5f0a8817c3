/** The template library: what developers uploaded, and what commit can name. */
import { TEMPLATES_MAX } from '../../wechat/endpoints/template.js';
import { refuse } from '../state/errors.js';
import { type PlatformStep, read } from '../state/machine.js';
import { asNumber, BAD } from '../state/params.js';
import type { Draft, Template } from '../state/platform.js';
import { toSeconds } from '../state/time.js';

/** gettemplatedraftlist. */
export const getTemplateDraftList: PlatformStep = ({ platform }) =>
  read({
    draft_list: platform.library.drafts.map((draft) => ({ ...uploadFields(draft), draft_id: draft.id })),
  });

/** addtotemplate: the answer does not name the new template. */
export const addToTemplate: PlatformStep = ({ platform, now }, params) => {
  const draftId = asNumber(params.draft_id);
  const type = asNumber(params.template_type) ?? 0;
  if (draftId === BAD || type === BAD) return refuse(47001);
  if (type !== 0 && type !== 1) return refuse(40097);
  const { library } = platform;
  const draft = library.drafts.find(({ id }) => id === draftId);
  if (draft === undefined) return refuse(85064);
  if (library.templates.length >= TEMPLATES_MAX) return refuse(85065);
  const id = library.lastTemplateId + 1;
  const template: Template = { ...draft, id, draftId: draft.id, type, createdAt: now };
  return {
    answer: {},
    platform: {
      ...platform,
      library: { ...library, lastTemplateId: id, templates: [...library.templates, template] },
    },
    effect: { about: `template ${id}`, version: draft.userVersion },
  };
};

/** gettemplatelist, of one type or of all. */
export const getTemplateList: PlatformStep = ({ platform }, params) => {
  const type = asNumber(params.template_type === '' ? undefined : params.template_type);
  if (type === BAD) return refuse(47001);
  const templates = platform.library.templates.filter(
    (template) => type === undefined || template.type === type,
  );
  return read({ template_list: templates.map(templateFields) });
};

/** deletetemplate. Its number is not given to another. */
export const deleteTemplate: PlatformStep = ({ platform }, params) => {
  const id = asNumber(params.template_id);
  if (id === BAD) return refuse(47001);
  const { library } = platform;
  const templates = library.templates.filter((template) => template.id !== id);
  if (templates.length === library.templates.length) return refuse(85064);
  return {
    answer: {},
    platform: { ...platform, library: { ...library, templates } },
    effect: { about: `template ${id}` },
  };
};

function templateFields(template: Template): Record<string, unknown> {
  const { id, draftId, type } = template;
  return {
    ...uploadFields(template),
    template_id: id,
    ...(draftId === null ? {} : { draft_id: draftId }),
    template_type: type,
    category_list: [],
  };
}

function uploadFields(draft: Draft): Record<string, unknown> {
  return {
    create_time: toSeconds(draft.createdAt),
    user_version: draft.userVersion,
    user_desc: draft.userDesc,
    source_miniprogram_appid: draft.sourceAppid,
    source_miniprogram: draft.sourceName,
    developer: draft.developer,
  };
}
