/** What the audit log has: every try to change something, whoever was let in, and whatever the database does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createApi } from '../../src/api/server.js';
import type { AuditedAnswer, AuditedRequest, AuditStore } from '../../src/database/audit-store.js';
import { tokenHash } from '../../src/identity/tokens.js';
import { lazyTemporal } from '../../src/releases/connection.js';

const APP = 'wx0123456789abcdef';
const OTHER = 'wxfedcba9876543210';
const PLAN = {
  app: OTHER,
  version: '1.4.0',
  template: 42,
  audit: {
    items: [{ address: 'a', first_class: '工具', second_class: '备忘录', first_id: 1, second_id: 2 }],
  },
  rollout: { stages: [{ percentage: 1, hold: true }, { percentage: 100 }] },
  health: 'none',
};

async function givenApi(begin?: AuditStore['begin']) {
  const temporal = lazyTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const rows: (AuditedRequest & Partial<Pick<AuditedAnswer, 'status'>>)[] = [];
  const lines: string[] = [];
  const token = (name: string, role: 'viewer' | 'operator') => ({
    ...{ name, hash: tokenHash(name), roles: [role], apps: [APP] },
  });
  const server = await createApi(
    {
      temporal,
      tokens: [token('ann', 'operator'), token('vic', 'viewer')],
      limits: { requests: 100, healthReports: 100, checks: 100_000, streams: 1 },
      vouchKey: null,
      audit: {
        begin: begin ?? (async (request) => String(rows.push({ ...request }) - 1)),
        end: async (id, answer) => void Object.assign(rows[Number(id)] ?? {}, answer),
        list: async () => ({ rows: [], next: null }),
      },
      push: null,
      metrics: null,
    },
    { level: 'info', stream: { write: (line) => lines.push(line) } },
  );
  onTestFinished(async () => {
    await server.close();
    await temporal.close();
  });
  const post = (url: string, by: string, payload: object) =>
    server.inject({
      ...{ method: 'POST', url, payload },
      headers: { authorization: `Bearer ${by}`, prefer: 'wait=1' },
    });
  return { rows, lines, post };
}

it('has who tried what may not be: with a role, for an app, or in a way that will not do', async () => {
  const { rows, post } = await givenApi();
  await post(`/v1/releases/${APP}/pause`, 'vic', {});
  await post(`/v1/releases/${OTHER}/abort`, 'ann', {});
  await post(`/v1/releases/${APP}/promote`, 'ann', { expect: 'x' });
  await post('/v1/releases', 'ann', PLAN);
  await post('/v1/releases', 'nobody', PLAN);
  expect(rows.map(({ by, route, app, status }) => [by, route, app, status])).toEqual([
    ['vic', '/v1/releases/:app/pause', APP, 403],
    ['ann', '/v1/releases/:app/abort', OTHER, 403],
    ['ann', '/v1/releases/:app/promote', APP, 400],
    ['ann', '/v1/releases', OTHER, 403],
  ]);
});

it('holds no command up while the database says nothing', async () => {
  const { lines, post } = await givenApi(() => new Promise(() => {}));
  const begun = performance.now();
  await Promise.race([post(`/v1/releases/${APP}/retry`, 'ann', {}), sleep(15_000)]);
  expect(performance.now() - begun).toBeLessThan(7_000);
  expect(lines.join('')).toContain('audit row not written');
});
