/**
 * What WeChat pushes, as typed events, and the XML of each. Times are milliseconds since the epoch; WeChat's are
 * seconds. Authorization events: pages component_verify_ticket and authorize_event; audit events: 代码管理 (2018) and
 * its later generation, which added ScreenShot and weapp_audit_delay.
 */
import { PushError } from './fault.js';
import { type PushFields, readXml, writeXml } from './xml.js';

interface PlatformEvent {
  /** The third-party platform it is for. */
  componentAppid: string;
  /** When WeChat made it. */
  at: number;
}

/** Comes every ten minutes; the newest one buys component access tokens for 12 hours. Secret. */
export interface TicketEvent extends PlatformEvent {
  kind: 'component_verify_ticket';
  ticket: string;
}

/** A merchant authorized the platform, or changed what it may do. The code is secret and good once. */
export interface AuthorizedEvent extends PlatformEvent {
  kind: 'authorized' | 'updateauthorized';
  app: string;
  authorizationCode: string;
  authorizationCodeExpiresAt: number | null;
  preAuthCode: string | null;
}

export interface UnauthorizedEvent extends PlatformEvent {
  kind: 'unauthorized';
  app: string;
}

/** Says neither auditid nor appid nor version: only the original id, gh_…, of the Mini Program. */
export interface AuditEvent {
  kind: 'weapp_audit_success' | 'weapp_audit_fail' | 'weapp_audit_delay';
  /** ToUserName. */
  originalId: string;
  /** FromUserName: WeChat's own account. */
  from: string;
  at: number;
  /** SuccTime, FailTime or DelayTime; `at` when WeChat left it out. */
  decidedAt: number;
  /** Why it failed or was delayed; HTML line breaks and all. Null when it passed. */
  reason: string | null;
  /** Media ids of screenshots; only of a failed audit, and mostly none. */
  screenshots: string[];
}

/** Everything that is not for a rollout. `name` is InfoType, Event or MsgType. */
export interface OtherEvent {
  kind: 'other';
  name: string;
}

export type KnownEvent = TicketEvent | AuthorizedEvent | UnauthorizedEvent | AuditEvent;
export type PushEvent = KnownEvent | OtherEvent;

const TIMES = {
  weapp_audit_success: 'SuccTime',
  weapp_audit_fail: 'FailTime',
  weapp_audit_delay: 'DelayTime',
} as const;

const isAudit = (name: string): name is AuditEvent['kind'] => Object.hasOwn(TIMES, name);

/** Reads the XML inside Encrypt. @throws PushError badEvent, and what readXml throws */
export function readEvent(xml: string): PushEvent {
  const fields = readXml(xml);
  const info = fields.get('InfoType');
  if (info !== undefined) return platformEvent(info, fields);
  const type = text(fields, 'MsgType');
  if (type !== 'event') return { kind: 'other', name: type };
  const name = text(fields, 'Event');
  return isAudit(name) ? auditEvent(name, fields) : { kind: 'other', name };
}

function platformEvent(kind: string, fields: PushFields): PushEvent {
  const common = () => ({ componentAppid: text(fields, 'AppId'), at: time(fields, 'CreateTime') });
  switch (kind) {
    case 'component_verify_ticket':
      return { kind, ...common(), ticket: text(fields, 'ComponentVerifyTicket') };
    case 'authorized':
    case 'updateauthorized':
      return {
        kind,
        ...common(),
        app: id(fields, 'AuthorizerAppid'),
        authorizationCode: text(fields, 'AuthorizationCode'),
        authorizationCodeExpiresAt: timeIfAny(fields, 'AuthorizationCodeExpiredTime'),
        preAuthCode: fields.get('PreAuthCode') || null,
      };
    case 'unauthorized':
      return { kind, ...common(), app: id(fields, 'AuthorizerAppid') };
    default:
      return { kind: 'other', name: kind };
  }
}

function auditEvent(kind: AuditEvent['kind'], fields: PushFields): AuditEvent {
  const at = time(fields, 'CreateTime');
  return {
    kind,
    originalId: id(fields, 'ToUserName'),
    from: fields.get('FromUserName') ?? '',
    at,
    decidedAt: timeIfAny(fields, TIMES[kind]) ?? at,
    reason: kind === 'weapp_audit_success' ? null : (fields.get('Reason') ?? ''),
    screenshots: (fields.get('ScreenShot') ?? '').split('|').filter((id) => id !== ''),
  };
}

/** The XML of an event as WeChat writes it, to be put into Encrypt. */
export function buildEvent(event: KnownEvent): string {
  const CreateTime = seconds(event.at);
  switch (event.kind) {
    case 'component_verify_ticket':
      return writeXml({ ...head(event), ComponentVerifyTicket: event.ticket });
    case 'authorized':
    case 'updateauthorized':
      return writeXml({
        ...head(event),
        AuthorizerAppid: event.app,
        AuthorizationCode: event.authorizationCode,
        AuthorizationCodeExpiredTime: seconds(event.authorizationCodeExpiresAt),
        PreAuthCode: event.preAuthCode,
      });
    case 'unauthorized':
      return writeXml({ ...head(event), AuthorizerAppid: event.app });
    default:
      return writeXml({
        ToUserName: event.originalId,
        FromUserName: event.from,
        CreateTime,
        MsgType: 'event',
        Event: event.kind,
        Reason: event.reason,
        [TIMES[event.kind]]: seconds(event.decidedAt),
        ScreenShot: event.screenshots.join('|') || null,
      });
  }
}

function head(event: TicketEvent | AuthorizedEvent | UnauthorizedEvent) {
  return { AppId: event.componentAppid, CreateTime: seconds(event.at), InfoType: event.kind };
}

function seconds(at: number): number;
function seconds(at: number | null): number | null;
function seconds(at: number | null): number | null {
  return at === null ? null : Math.floor(at / 1_000);
}

function text(fields: PushFields, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === '') throw new PushError('badEvent');
  return value;
}

/** An appid (wx…) or an original id (gh_…): no longer, and of no other characters than any has. */
function id(fields: PushFields, name: string): string {
  const value = text(fields, name);
  if (!/^[\w-]{1,64}$/.test(value)) throw new PushError('badEvent');
  return value;
}

function time(fields: PushFields, name: string): number {
  const at = timeIfAny(fields, name);
  if (at === null) throw new PushError('badEvent');
  return at;
}

/** Null when it is left out or no number: an event is not lost for a time that nothing depends on. */
function timeIfAny(fields: PushFields, name: string): number | null {
  const value = fields.get(name) ?? '';
  return /^\d{1,11}$/.test(value) ? Number(value) * 1_000 : null;
}
