/** docs/notifications.md says what is so: its events, its plan, and the verification it shows. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_EVENTS, NOTIFY_EVENTS, type NotifyEvent } from '../../src/domain/notifying/events.js';
import { keyOf, webhookSign } from '../../src/notify/webhook.js';
import { loadPlan } from '../../src/plan/load.js';
import { MINIMAL } from '../plan/plans.js';
import { SECRETS } from './robots.js';

const document = readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8');
const piece = (language: string): string =>
  new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(document)?.[1] ?? '';

it('lists every event with what it tells, and which are told without being named', () => {
  const rows = [...document.matchAll(/^\| `(\w+)` \| (•?) ?\| (.*) \|$/gm)];
  expect(rows.map(([, name, , tells]) => [name, tells])).toEqual(Object.entries(NOTIFY_EVENTS));
  const marked = rows.filter(([, , mark]) => mark === '•').map(([, name]) => name as NotifyEvent);
  expect(marked.toSorted()).toEqual(DEFAULT_EVENTS.toSorted());
});

it('shows a plan that passes lint', () => {
  const whole = { ...parse(MINIMAL), ...parse(piece('yaml')) };
  expect(loadPlan(JSON.stringify(whole), { filename: 'plan.json' })).toMatchObject({ ok: true });
});

it('shows how a signature is verified', async () => {
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(piece('js'))}`);
  const body = piece('json');
  const seconds = Math.floor(Date.now() / 1_000);
  const signature = webhookSign(keyOf(SECRETS.webhook) ?? Buffer.alloc(0), 'id-1', seconds, body);
  const headers = { 'webhook-id': 'id-1', 'webhook-timestamp': `${seconds}`, 'webhook-signature': signature };
  expect(isGenuine(headers, body, SECRETS.webhook)).toBe(true);
  expect(isGenuine(headers, `${body} `, SECRETS.webhook)).toBe(false);
  expect(isGenuine({ ...headers, 'webhook-timestamp': `${seconds - 400}` }, body, SECRETS.webhook)).toBe(
    false,
  );
});
