/** One try to send a message: references are resolved here, on the worker, and nothing of them leaves. */
import type { ChannelKind, NotifyChannel } from '../domain/notifying/events.js';
import type { Announcement } from '../domain/notifying/notified.js';
import { askBounded, NoAnswerError } from '../http/bounded.js';
import { PlanReferenceError, type ReferenceSources, resolveReference } from '../plan/references.js';
import type { ChannelWay, Outcome, Target } from './channel.js';
import { dingtalk } from './dingtalk.js';
import { feishu } from './feishu.js';
import { webhook } from './webhook.js';
import { wecom } from './wecom.js';

export interface NotifyAccess {
  references: ReferenceSources;
  /** Hosts (without port) that messages may go to besides the services' own. */
  allowedHosts: readonly string[];
}

/** For one answer, milliseconds. */
const TIMEOUT_MS = 8_000;
const MAX_BYTES = 100_000;

const WAYS: Record<ChannelKind, ChannelWay> = { wecom, feishu, dingtalk, webhook };

/** Of what a service said, characters. */
const LONGEST_REASON = 200;

/** Only this machine may be spoken to without https. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export type Opened = { ok: true; target: Target } | { ok: false; reason: string; remedy: string };

/** Where a channel leads from this worker; without a request. Never rejects. */
export async function openChannel(channel: NotifyChannel, access: NotifyAccess): Promise<Opened> {
  const refused = (reason: string, remedy: string): Opened => ({ ok: false, reason, remedy });
  const way = WAYS[channel.kind];
  try {
    const url = await resolveReference(channel.address, access.references);
    const secret = channel.secret === null ? null : await resolveReference(channel.secret, access.references);
    const parsed = URL.canParse(url) ? new URL(url) : null;
    // What a reference stands for was never seen by lint. Of the address itself nothing is told: it holds the key.
    if (parsed === null || parsed.username !== '' || parsed.password !== '')
      return refused(
        `${channel.address} is no address`,
        'it must be a whole https address, without user and password',
      );
    const here = LOOPBACK.test(parsed.hostname);
    if (parsed.protocol !== 'https:' && !(here && parsed.protocol === 'http:'))
      return refused(
        `${channel.address} is no https address`,
        'write https; http only reaches this machine itself',
      );
    if (!way.hosts.includes(parsed.hostname) && !access.allowedHosts.includes(parsed.hostname))
      return refused(
        `the host of ${channel.address} is not allowed on this worker`,
        "add it to notify.allowedHosts of the worker's configuration",
      );
    const fault = way.fault({ url, secret });
    return fault === null ? { ok: true, target: { url, secret } } : refused(fault.reason, fault.remedy);
  } catch (error) {
    if (error instanceof PlanReferenceError) return refused(error.message, error.remedy);
    return refused('its references cannot be read', 'see to the worker');
  }
}

/** Sends a message once. Never rejects; what it says of a failure holds nothing of address and secret. */
export async function sendOnce(
  channel: NotifyChannel,
  message: Announcement,
  access: NotifyAccess,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<Outcome> {
  const opened = await openChannel(channel, access);
  if (!opened.ok) return { result: 'failed', reason: opened.reason, remedy: opened.remedy };
  const way = WAYS[channel.kind];
  try {
    const { url, body, headers } = way.request(message, opened.target, now);
    const answer = await askBounded({
      url,
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': 'weapp-rollout',
        ...headers,
      },
      body,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      signal,
    });
    return withoutSecrets(way.read(answer), opened.target);
  } catch (error) {
    const reason = error instanceof NoAnswerError ? error.message : 'it could not be sent';
    return { result: 'again', reason, afterMs: null };
  }
}

/** A service may repeat in its answer what it was asked. */
function withoutSecrets(outcome: Outcome, { url, secret }: Target): Outcome {
  if (outcome.result === 'sent') return outcome;
  const { searchParams, pathname, href, search } = new URL(url);
  const parts = [url, href, search, secret ?? '', ...searchParams.values(), ...pathname.split('/')];
  const spelt = parts.flatMap((part) => [part, encodeURIComponent(part)]);
  const hidden = spelt.filter((part) => part.length >= 8).sort((one, other) => other.length - one.length);
  // Shortened after that: half a secret is not recognised.
  const reason = hidden.reduce((text, part) => text.replaceAll(part, '***'), outcome.reason);
  return { ...outcome, reason: reason.slice(0, LONGEST_REASON) };
}
