/** For a plan with `source: approved`: the audit that passed before it begins. */
import type { ReleasePlan } from '../domain/plan.js';
import type { Simulator } from '../simulator/server.js';
import type { VirtualClock } from './clock.js';
import { SimulationError } from './errors.js';

/** Longer than a privacy scan takes in any world. Milliseconds. */
const SCANNED_MS = 3_600_000;
/** How long before the release the audit passes, counted from the upload. Milliseconds. */
export const APPROVED_BEFORE_MS = 2 * SCANNED_MS;

/** Uploads the plan's version, submits it and lets it pass, as an earlier release would have done. */
export async function approveBefore(
  plan: ReleasePlan,
  { url, control }: Simulator,
  token: string,
  clock: VirtualClock,
): Promise<void> {
  const call = async (name: string, body: object) => {
    const response = await fetch(`${url}/wxa/${name}?access_token=${encodeURIComponent(token)}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    const { errcode, errmsg } = answer as { errcode?: number; errmsg?: string };
    if (errcode)
      throw new SimulationError(
        `the standing approval that the plan is for cannot be made: ${name} answers ${errcode} ${errmsg ?? ''}`,
      );
  };
  const [template] = control.world().templates;
  await call('commit', {
    template_id: template?.id ?? 1,
    ext_json: '{}',
    user_version: plan.version,
    user_desc: plan.description,
  });
  clock.reach(clock.now() + SCANNED_MS);
  await call('submit_audit', plan.audit.body);
  control.audit({ app: plan.app, verdict: 'approve' });
}
