/** commit's ext_json: what it may say, and what of the template is left after it. */
import { type ErrCode, type Refusal, refuse } from '../state/errors.js';
import { isObject, isTextList } from '../state/params.js';

/** What ext_json made of a template. */
export interface Merged {
  pages: string[];
  /** Privacy interfaces it declares in requiredPrivateInfos. */
  declared: string[];
}

/** All that the ext_json of a standard template may hold (page of commit; else 9402203). */
const IN_STANDARD = ['extAppid', 'ext', 'window'];

/** The template with ext_json on top; it may only narrow the pages, never add any. */
export function mergeExt(extJson: unknown, templatePages: string[], standard: boolean): Merged | Refusal {
  if (extJson === undefined || extJson === null) return refuse(85013);
  // An object where a text belongs is what clients get wrong most.
  if (typeof extJson !== 'string') return refuse(47001);
  const ext = parseJson(extJson);
  if (ext === undefined) return refuse(85048);
  if (!isObject(ext)) return refuse(85013);
  if (standard && Object.keys(ext).some((key) => !IN_STANDARD.includes(key))) return refuse(9402203);

  const named = ext.pages ?? undefined;
  if (named !== undefined && !isTextList(named)) return refuse(85013);
  if (named?.length === 0) return refuse(85047);
  // app.json takes either spelling.
  const packages = packagesOf(ext.subPackages ?? ext.subpackages ?? []);
  if (packages === undefined) return refuse(85013);
  const inPackages = packages.flatMap(({ pages }) => pages);
  const isUnknown = (page: string) => !templatePages.includes(page);
  if ([...(named ?? []), ...inPackages].some(isUnknown)) return refuse(85045);
  const isInside = (page: string) => packages.some(({ root }) => page.startsWith(root));
  if (packages.some(({ root }) => !templatePages.some((page) => page.startsWith(root)))) return refuse(85045);
  // Which of its pages are in packages a template does not say: a package that is not named stays as it is.
  const others = named ?? templatePages.filter((page) => !isInside(page) || inPackages.includes(page));
  const pages = [...others, ...inPackages.filter((page) => !others.includes(page))];
  const declared = ext.requiredPrivateInfos ?? [];
  if (!isTextList(declared)) return refuse(85310);
  const complaint = complaintAboutExtPages(ext.extPages, pages) ?? complaintAboutTabBar(ext.tabBar, pages);
  return complaint === undefined ? { pages, declared } : refuse(complaint);
}

interface Package {
  /** With its slash. */
  root: string;
  /** From the top, as app.json's own `pages` are. */
  pages: string[];
}

/** subPackages as `[{ root, pages }]`, or undefined when it is something else. */
function packagesOf(list: unknown): Package[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const packages = (list as unknown[]).map((one): Package | undefined => {
    if (!isObject(one) || typeof one.root !== 'string' || !isTextList(one.pages)) return undefined;
    const root = `${trimmed(one.root)}/`;
    return { root, pages: one.pages.map((page) => root + trimmed(page)) };
  });
  return packages.every((one) => one !== undefined) ? packages : undefined;
}

/** A path without slashes at its ends. */
function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
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
