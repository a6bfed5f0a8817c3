import type { ErrorCodeRow } from './row.js';
import { permanent, permission } from './row.js';

const TESTERS = "Change the Mini Program's testers in its console.";
const NAME = 'Choose another name.';
const PROFILE = "Let the Mini Program's administrator complete it in its console.";
const NEARBY = 'Look at the places of the Mini Program in its console.';
const DOMAINS = 'Compare the domains of the platform with those of the Mini Program.';
const OTHER_CALL = 'The code belongs to a call that is not made here; look it up in its own documents.';
const quota = (meaning: string, remedy: string): ErrorCodeRow => ({ meaning, remedy, action: 'quota' });

/**
 * Codes of WeChat's table that belong to calls this catalogue does not have: testers, names, places, domains. They
 * are here because other programs show them to the people who run releases.
 */
export const accountCodes = {
  85001: permanent('the WeChat account does not exist, or cannot be searched for', TESTERS),
  85002: quota('the Mini Program can have no more testers', TESTERS),
  85003: quota('the WeChat account can test no more Mini Programs', TESTERS),
  85004: { meaning: 'the WeChat account is a tester already', remedy: TESTERS, action: 'alreadyDone' },
  85005: permanent('the account has no Mini Program bound to it', PROFILE),
  85016: permanent('there are too many domains', DOMAINS),
  85017: permanent('no domain is new, or the domains are not those of the platform', DOMAINS),
  85018: permanent('a domain is not one of the platform', DOMAINS),
  85024: permanent('material of the account is missing', PROFILE),
  85025: quota('the telephone number is bound as often as it can be', PROFILE),
  85026: quota('the WeChat account is bound as often as it can be', PROFILE),
  85027: quota('the identity card is bound as often as it can be', PROFILE),
  85028: quota('the contractor is bound as often as it can be', PROFILE),
  85029: permanent('the name is taken', NAME),
  85030: permanent('the name is not 4 to 30 characters long', NAME),
  85031: permanent('the name is forbidden', NAME),
  85032: permanent('somebody has complained about the name', NAME),
  85033: permanent('the name is not allowed', NAME),
  85034: permanent('the name is protected', NAME),
  85035: permanent('the name is reserved for another contractor', NAME),
  85036: permanent('the introduction is not allowed', PROFILE),
  85038: { meaning: 'the place was added already', remedy: NEARBY, action: 'alreadyDone' },
  85039: permanent('the place was added by others', NEARBY),
  85040: { meaning: 'the place was added by this account already', remedy: NEARBY, action: 'alreadyDone' },
  85041: permanent('the certificate is used already', PROFILE),
  85042: quota('there can be no more places', NEARBY),
  85049: quota('picture or introduction cannot be changed again this month', 'Wait for the next month.'),
  85050: {
    meaning: 'an application is being verified; another one is not accepted',
    remedy: 'Wait for its result.',
    action: 'notNow',
    retryAfterMs: 600_000,
  },
  85053: permanent('the merchant must apply first', PROFILE),
  85054: permanent('the place has no poi_id', NEARBY),
  85055: permanent('the map_poi_id is not valid', NEARBY),
  85056: permanent('the media id is not valid', 'Upload the media again; they live for 3 days.'),
  85057: permanent('the data of a widget have the wrong format', OTHER_CALL),
  85059: permission('accounts from abroad cannot make this call', OTHER_CALL),
  85060: permanent('there is no such task', OTHER_CALL),
  85061: quota('the telephone number is bound as often as it can be', PROFILE),
  85062: permission('the telephone number is on a black list', PROFILE),
  85063: permission('the identity card is on a black list', PROFILE),
  85078: permanent('what is said about the operator is wrong', PROFILE),
  85083: permission('WeChat has blocked the setting for search; it cannot be changed', PROFILE),
  85084: permanent('the status is not valid', 'Use 0 or 1.'),
  85088: permission('the account may not use cloud development', OTHER_CALL),
  85089: permanent('the configuration was not found', OTHER_CALL),
  85090: {
    meaning: 'another commit of this extAppid is not finished',
    remedy: 'Wait, then read getversioninfo before committing again.',
    action: 'notNow',
    retryAfterMs: 60_000,
  },
  85091: permanent("the Mini Program's search is switched off", PROFILE),
  86003: permission('the platform lacks the category of shops', OTHER_CALL),
  86004: permanent('the WeChat account is not valid', TESTERS),
  86005: {
    meaning: 'the WeChat account is asked for too often',
    remedy: 'Wait a minute.',
    action: 'retryAfter',
    retryAfterMs: 60_000,
  },
  86006: quota('no group messages are left', OTHER_CALL),
  89019: { meaning: 'the business domains are as wanted already', remedy: DOMAINS, action: 'alreadyDone' },
  89020: permanent('the platform has no business domains', DOMAINS),
  89021: permanent('a business domain is not one of the platform', DOMAINS),
  89022: permanent('the domain that is to be deleted does not exist', DOMAINS),
  89029: quota('there can be no more business domains', DOMAINS),
  89030: quota('this cannot be changed again this month', 'Wait for the next month.'),
  89031: quota('the user can be bound to no more Mini Programs', TESTERS),
  89032: quota('the Mini Program can have no more members', TESTERS),
  89033: permanent('the WeChat account is missing', TESTERS),
  89034: permanent('what names the user is not valid', TESTERS),
  89035: permanent('the link comes from an official account', OTHER_CALL),
  89231: permission('a Mini Program of a private person cannot have business domains', PROFILE),
} as const satisfies Record<number, ErrorCodeRow>;
