/** What can go wrong with a push on its way, on order or on demand. */

/** Flaw → what the receiver gets. */
export const PUSH_FLAWS = {
  lost: 'never sent',
  duplicated: 'sent twice, the same bytes',
  late: 'sent delayMs later by the clock of the simulator; what comes after it does not wait',
  badSignature: 'sent with a msg_signature that is not right',
  oldTimestamp: 'rightly signed, but with the time of an hour ago',
  wrongKey: 'rightly signed, but encrypted with another key',
} as const;

export type PushFlaw = keyof typeof PUSH_FLAWS;

/** The events that WeChat pushes, by InfoType or Event. */
export const PUSH_EVENTS = [
  'component_verify_ticket',
  'authorized',
  'updateauthorized',
  'unauthorized',
  'weapp_audit_success',
  'weapp_audit_fail',
  'weapp_audit_delay',
] as const;

export type PushEventName = (typeof PUSH_EVENTS)[number];
