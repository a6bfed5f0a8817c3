/** Rules by which an ordinary link in a QR code opens the Mini Program (page of 2018, §14). */
import { createHash } from 'node:crypto';
import { DEBUG_URLS_MAX } from '../../wechat/endpoints/jump.js';
import { type ErrCode, type Refusal, refuse } from '../state/errors.js';
import { codeOf, isRefusal, type Params, read, type Scene, type Step } from '../state/machine.js';
import { asFlag, asNumber, asText, BAD, isTextList } from '../state/params.js';
import type { AppState, JumpRule } from '../state/state.js';
import { chinaMonth } from '../state/time.js';

/** qrcodejumpadd: adds a rule, or changes the one with its prefix (is_edit 1). Not published by that. */
export const qrcodeJumpAdd: Step = (scene, params) => {
  const { app, config, switches } = scene;
  if (config.personal) return refuse(85075);
  const rule = readRule(params);
  if (isRefusal(rule)) return rule;
  const known = app.jumpRules.find(({ prefix }) => prefix === rule.prefix);
  const edit = asFlag(params.is_edit);
  if (edit === BAD) return refuse(47001);
  if (edit === true && known === undefined) return refuse(codeOf(switches.jumpRuleUnknown));
  if (edit !== true && known !== undefined) return refuse(85071);
  if (known === undefined && app.jumpRules.length >= config.jump.rulesMax) return refuse(85073);
  const complaint = complaintAboutLink(scene, rule);
  if (complaint !== undefined) return refuse(complaint);
  const state = known !== undefined && switches.jumpRuleEdited === 'published' ? known.state : 1;
  const others = app.jumpRules.filter((one) => one !== known);
  return { answer: {}, app: { ...app, jumpRules: [...others, { ...rule, state }] }, effect: {} };
};

/** qrcodejumpget: all rules; by prefix with get_type 1, by page with 2, as for official accounts. */
export const qrcodeJumpGet: Step = ({ app, config, now }, params) => {
  if (config.personal) return refuse(85075);
  const kind = asNumber(params.get_type);
  const page = asNumber(params.page_num);
  const size = asNumber(params.page_size);
  if (kind === BAD || page === BAD || size === BAD) return refuse(47001);
  const { jumpRules } = app;
  const prefixes = isTextList(params.prefix_list) ? params.prefix_list : [];
  const per = Math.max(1, size ?? 200);
  const first = (Math.max(1, page ?? 1) - 1) * per;
  const asked = {
    1: jumpRules.filter(({ prefix }) => prefixes.includes(prefix)),
    2: jumpRules.slice(first, first + per),
  };
  const rules = kind === 1 || kind === 2 ? asked[kind] : jumpRules;
  return read({
    rule_list: rules,
    qrcodejump_open: jumpRules.some(({ state }) => state === 2) ? 1 : 0,
    list_size: rules.length,
    qrcodejump_pub_quota: Math.max(0, config.jump.publishQuota - publishedThisMonth(app, now).length),
    total_count: jumpRules.length,
  });
};

/** qrcodejumpdownload: the file that proves whose web server a link leads to. The same one every time. */
export const qrcodeJumpDownload: Step = ({ app, config }) => {
  if (config.personal) return refuse(85075);
  const hash = createHash('sha256').update(app.appid).digest('hex');
  return read({ file_name: `${hash.slice(0, 10)}.txt`, file_content: hash.slice(10, 42) });
};

/** qrcodejumpdelete. */
export const qrcodeJumpDelete: Step = ({ app, config, switches }, params) => {
  if (config.personal) return refuse(85075);
  const rule = app.jumpRules.find(({ prefix }) => prefix === params.prefix);
  if (rule === undefined) return refuse(codeOf(switches.jumpRuleUnknown));
  return {
    answer: {},
    app: { ...app, jumpRules: app.jumpRules.filter((one) => one !== rule) },
    effect: {},
  };
};

/** qrcodejumppublish: from now on for all users; a number of times a month. */
export const qrcodeJumpPublish: Step = ({ app, config, switches, now }, params) => {
  if (config.personal) return refuse(85075);
  const rule = app.jumpRules.find(({ prefix }) => prefix === params.prefix);
  if (rule === undefined) return refuse(codeOf(switches.jumpRuleUnknown));
  if (app.online === null) return refuse(85074);
  const published = publishedThisMonth(app, now);
  if (published.length >= config.jump.publishQuota) return refuse(886000);
  return {
    answer: {},
    app: {
      ...app,
      jumpRules: app.jumpRules.map((one) => (one === rule ? { ...rule, state: 2 } : one)),
      jumpPublishedAt: [...published, now],
    },
    effect: {},
  };
};

function publishedThisMonth({ jumpPublishedAt }: AppState, now: number): number[] {
  return jumpPublishedAt.filter((at) => chinaMonth(at) === chinaMonth(now));
}

/** The rule as sent. What only newer clients leave out has the widest meaning. */
function readRule(params: Params): Omit<JumpRule, 'state'> | Refusal {
  const prefix = asText(params.prefix);
  const path = asText(params.path);
  const subRules = asNumber(params.permit_sub_rule);
  const version = asNumber(params.open_version);
  const debugUrls = params.debug_url ?? [];
  if (prefix === BAD || path === BAD || subRules === BAD || version === BAD) return refuse(47001);
  if (!isTextList(debugUrls)) return refuse(47001);
  if (!prefix || !path || debugUrls.length > DEBUG_URLS_MAX) return refuse(40097);
  const permit_sub_rule = subRules ?? 1;
  const open_version = version ?? 3;
  if (![1, 2].includes(permit_sub_rule) || ![1, 2, 3].includes(open_version)) return refuse(40097);
  return { prefix, permit_sub_rule, path, open_version, debug_url: debugUrls };
}

/** What is wrong with where a rule leads, or undefined. */
function complaintAboutLink({ config }: Scene, rule: Omit<JumpRule, 'state'>): ErrCode | undefined {
  const { jump } = config;
  if (!isLink(rule.prefix)) return 85066;
  const isOneOf = (links: string[]) => links.some((link) => rule.prefix.startsWith(link));
  if (isOneOf(jump.blacklisted)) return 85070;
  if (isOneOf(jump.withoutIcp)) return 85076;
  if (isOneOf(jump.occupied)) return 85072;
  if (!jump.fileInPlace) return 85069;
  return rule.debug_url.every((url) => isLink(url) && url.startsWith(rule.prefix)) ? undefined : 85068;
}

function isLink(text: string): boolean {
  return /^https?:\/\/[^\s/?#]+\.[^\s]+$/i.test(text) && URL.canParse(text);
}
