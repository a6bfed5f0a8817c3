/** commit, get_page and get_category: the trial version and what may be said of it. */
import { USER_VERSION_MAX } from '../../wechat/catalogue.js';
import { type ErrCode, type Refusal, refuse } from '../state/errors.js';
import { isRefusal, read, type Step } from '../state/machine.js';
import { asNumber, asText, BAD, isObject, isTextList } from '../state/params.js';
import { newCode } from '../state/state.js';

/** commit: makes the trial version from a template and starts the privacy scan. */
export const commit: Step = (scene, params) => {
  const { app, now, world, config } = scene;
  const templateId = asNumber(params.template_id);
  const version = asText(params.user_version);
  const description = asText(params.user_desc);
  if (templateId === BAD || version === BAD || description === BAD) return refuse(47001);
  const template = world.templates.find(({ id }) => id === templateId);
  if (template === undefined) return refuse(85014);
  if (template.error !== undefined) return refuse(template.error);
  if (version === undefined || version === '' || [...version].length > USER_VERSION_MAX) return refuse(40097);
  const pages = mergedPages(params.ext_json, template.pages ?? config.pages);
  if (isRefusal(pages)) return pages;

  const code = newCode(app, version, description ?? '', pages, now);
  const scanMs = (config.privacyScanSeconds ?? world.privacyScanSeconds) * 1000;
  return {
    answer: {},
    app: { ...app, lastAppVersion: code.appVersion, experience: { code, scannedAt: now + scanMs } },
    effect: { version },
  };
};

/** get_page: the pages of the trial version. */
export const getPage: Step = ({ app }) =>
  app.experience === null ? refuse(86001) : read({ page_list: app.experience.code.pages });

/** get_category: what the merchant has set. */
export const getCategory: Step = ({ config }) => read({ category_list: config.categories });

/** The pages left after ext_json, which may only narrow the template's, never add. */
function mergedPages(extJson: unknown, templatePages: string[]): string[] | Refusal {
  if (extJson === undefined || extJson === null) return refuse(85013);
  if (typeof extJson !== 'string') return refuse(47001);
  const ext = parseJson(extJson);
  if (ext === undefined) return refuse(85048);
  if (!isObject(ext)) return refuse(85013);

  const pages = ext.pages ?? templatePages;
  if (!isTextList(pages)) return refuse(85013);
  if (pages.length === 0) return refuse(85047);
  if (pages.some((page) => !templatePages.includes(page))) return refuse(85045);
  const complaint = complaintAboutExtPages(ext.extPages, pages) ?? complaintAboutTabBar(ext.tabBar, pages);
  return complaint === undefined ? pages : refuse(complaint);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function complaintAboutExtPages(extPages: unknown, pages: string[]): ErrCode | undefined {
  if (extPages === undefined || extPages === null) return undefined;
  if (!isObject(extPages)) return 85013;
  return Object.keys(extPages).every((page) => pages.includes(page)) ? undefined : 85045;
}

function complaintAboutTabBar(tabBar: unknown, pages: string[]): ErrCode | undefined {
  if (tabBar === undefined || tabBar === null) return undefined;
  if (!isObject(tabBar)) return 85013;
  const list = tabBar.list ?? [];
  if (!Array.isArray(list)) return 85013;
  for (const entry of list as unknown[]) {
    const path = isObject(entry) ? entry.pagePath : undefined;
    if (typeof path !== 'string' || path === '') return 85046;
    if (!pages.includes(path)) return 85045;
  }
  return undefined;
}
