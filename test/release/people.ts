/** What people do in scenarios: colleagues with a token of their own, and commands of which the answer matters. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { vi } from 'vitest';
import type { Approval, ReleasePlan } from '../../src/domain/plan.js';
import type { ReleaseStatus } from '../../src/domain/status.js';
import { approval } from '../plan/plans.js';
import { type Handle, ITEM, planFor, type ReleaseWorld, tokenOf, until } from '../support/release.js';

// Rolling back settles for half a minute, and other files want the cores too.
vi.setConfig({ testTimeout: 120_000 });

export const asked = (changes: Partial<Approval> = {}): Approval =>
  approval({ approvers: ['ann', 'bob', 'cat'], claimed: true, ...changes });

type Rollout = ReleasePlan['rollout'];
type Stage = Rollout['stages'][number];

/** Waits for a status; whole scenarios run side by side on few cores, so patiently. */
export const reaches = (
  handle: Pick<Handle, 'query'>,
  wanted: (status: ReleaseStatus) => boolean,
): Promise<ReleaseStatus> => until(handle, wanted, 50_000);

/** A plan of other stages, a second each; the last has no soak. */
export function planOf(
  app: string,
  stages: (Partial<Stage> & { percentage: number })[],
  more: Partial<Omit<ReleasePlan, 'rollout'>> & { rollout?: Partial<Rollout> } = {},
): ReleasePlan {
  const { rollout, ...overrides } = more;
  const base = planFor(app, overrides);
  const full = stages.map((stage) => ({
    members: [],
    soakMs: stage.percentage === 100 ? 0 : 1_000,
    hold: false,
    approval: null,
    ...stage,
  }));
  return { ...base, rollout: { ...base.rollout, ...rollout, stages: full } };
}

/** A call of the platform's by someone else than the release: another program, or a person with the token. */
export async function someone(
  world: ReleaseWorld,
  app: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const url = `${world.simulator.url}${path}${path.includes('?') ? '&' : '?'}access_token=${tokenOf(app)}`;
  const answer = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const said = (await answer.json()) as Record<string, unknown>;
  if (typeof said.errcode === 'number' && said.errcode !== 0) throw new Error(JSON.stringify(said));
  return said;
}

/** Another version is uploaded and submitted for audit, through the same platform. */
export async function submitOther(world: ReleaseWorld, app: string, version = '9.9.9'): Promise<void> {
  const upload = { template_id: 42, ext_json: '{}', user_version: version, user_desc: 'theirs' };
  await someone(world, app, '/wxa/commit', upload);
  await someone(world, app, '/wxa/submit_audit', { item_list: [ITEM] });
}

type Verb = Parameters<Handle['executeUpdate']>[0];

/** Sends an update; the refusal's words when it was refused, null when it was taken. */
export async function told(
  handle: Handle,
  verb: Verb | string,
  payload: Record<string, unknown>,
): Promise<string | null> {
  try {
    await handle.executeUpdate<ReleaseStatus, [unknown]>(verb as string, { args: [payload] });
    return null;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
    throw error;
  }
}

/** Sends an update that must be taken. */
export async function send(
  handle: Handle,
  verb: string,
  payload: Record<string, unknown> = {},
): Promise<void> {
  const refusal = await told(handle, verb, { by: 'ann', reason: 'because', ...payload });
  if (refusal !== null) throw new Error(`${verb} was refused: ${refusal}`);
}
