/** commit, get_page and get_category: the trial version and what may be said of it. */
import { USER_VERSION_MAX } from '../../wechat/catalogue.js';
import { refuse } from '../state/errors.js';
import { isRefusal, read, type Step } from '../state/machine.js';
import { asNumber, asText, BAD } from '../state/params.js';
import { newCode } from '../state/state.js';
import { mergeExt } from './ext-json.js';

/** commit: makes the trial version from a template and starts the privacy scan. */
export const commit: Step = (scene, params) => {
  const { app, now, world, config } = scene;
  const templateId = asNumber(params.template_id);
  const version = asText(params.user_version);
  const description = asText(params.user_desc);
  if (templateId === BAD || version === BAD || description === BAD) return refuse(47001);
  const template = scene.platform.library.templates.find(({ id }) => id === templateId);
  if (template === undefined) return refuse(85014);
  if (template.error !== undefined) return refuse(template.error);
  if (version === undefined || version === '' || [...version].length > USER_VERSION_MAX) return refuse(40097);
  const merged = mergeExt(params.ext_json, template.pages ?? config.pages, template.type === 1);
  if (isRefusal(merged)) return merged;

  const code = newCode(app, version, description ?? '', merged.pages, now);
  const scanMs = (config.privacyScanSeconds ?? world.privacyScanSeconds) * 1000;
  return {
    answer: {},
    app: {
      ...app,
      lastAppVersion: code.appVersion,
      experience: { code, scannedAt: now + scanMs, declared: merged.declared },
    },
    effect: { version },
  };
};

/** get_page: the pages of the trial version. */
export const getPage: Step = ({ app, config }) => {
  if (!config.thirdParty) return refuse(86000);
  return app.experience === null ? refuse(86001) : read({ page_list: app.experience.code.pages });
};

/** get_category: what the merchant has set. */
export const getCategory: Step = ({ app }) =>
  read({ category_list: app.categories.map(({ delisted: _, ...category }) => category) });
