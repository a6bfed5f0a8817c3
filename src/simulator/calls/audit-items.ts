/** The limits of submit_audit's item_list (pages of submit_audit, 2018 to today). */
import { ITEMS_MAX, TAG_LENGTH_MAX, TAGS_MAX, TITLE_MAX } from '../../wechat/endpoints/audit.js';
import type { ErrCode } from '../state/errors.js';
import { asNumber, asText, BAD, isObject } from '../state/params.js';
import type { WorldApp } from '../world/world.js';

type Category = WorldApp['categories'][number];

/** What is wrong with item_list, or undefined. An absent list is fine: WeChat then takes the categories that are set. */
export function complaintAboutItems(
  list: unknown,
  pages: string[],
  categories: Category[],
): ErrCode | undefined {
  if (list === undefined || list === null)
    return categories.some(({ delisted }) => delisted) ? 85077 : undefined;
  if (!Array.isArray(list)) return 47001;
  if (list.length === 0 || list.length > ITEMS_MAX) return 85023;
  for (const item of list as unknown[]) {
    const complaint = isObject(item) ? complaintAboutItem(item, pages, categories) : 47001;
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function complaintAboutItem(
  item: Readonly<Record<string, unknown>>,
  pages: string[],
  categories: Category[],
): ErrCode | undefined {
  const address = asText(item.address);
  const tag = asText(item.tag);
  const title = asText(item.title);
  const names = [item.first_class, item.second_class, item.third_class].map(asText);
  const ids = [item.first_id, item.second_id, item.third_id].map(asNumber);
  if (address === BAD || tag === BAD || title === BAD || names.includes(BAD) || ids.includes(BAD))
    return 47001;

  if (!names[0] || !names[1] || ids[0] === undefined || ids[1] === undefined) return 85010;
  const category = categories.find((one) => matches(one, names, ids));
  if (category === undefined) return 85008;
  if (category.delisted) return 85077;
  // Clients that fill every field send '' for what they leave to WeChat.
  if (address && !pages.includes(address.split('?')[0] ?? '')) return 85007;
  const tags = (tag ?? '').split(/\s+/).filter((word) => word !== '');
  if (tags.length > TAGS_MAX || tags.some((word) => [...word].length > TAG_LENGTH_MAX)) return 85006;
  if (title !== undefined && [...title].length > TITLE_MAX) return 85011;
  return undefined;
}

function matches(category: Category, names: unknown[], ids: unknown[]): boolean {
  const pairs: [unknown, unknown][] = [
    [category.first_class, names[0]],
    [category.second_class, names[1]],
    [category.third_class, names[2]],
    [category.first_id, ids[0]],
    [category.second_id, ids[1]],
    [category.third_id, ids[2]],
  ];
  // Clients that fill every field send '' or 0 for a third class that does not exist.
  return pairs.every(([known, sent]) => known === sent || (known === undefined && !sent));
}
