/** speedupaudit: the running audit within hours, a number of times a month for the whole platform. */
import { refuse } from '../state/errors.js';
import type { Step } from '../state/machine.js';
import { asNumber, BAD } from '../state/params.js';
import type { Audit, Judgement } from '../state/state.js';
import { ownAudits, withAudit } from './audit.js';
import { inThisMonth } from './audit-quota.js';

/** speedupaudit. An audit that nobody will ever judge stays so. */
export const speedupAudit: Step = (scene, params) => {
  const { app, now, config, world } = scene;
  const auditId = asNumber(params.auditid);
  if (auditId === BAD) return refuse(47001);
  const audit = ownAudits(app).find((known) => known.auditId === auditId);
  if (audit === undefined || !waits(audit)) return refuse(89402);
  if (audit.spedUp) return refuse(89404);
  if (config.speedup.refuse !== undefined) return refuse(config.speedup.refuse);
  const platform = inThisMonth(scene.platform, now);
  if (platform.speedupsUsed >= world.quotas.speedup.limit) return refuse(89405);
  const judgement = audit.judgement === null ? null : sooner(audit.judgement, now + config.speedup.after);
  return {
    answer: {},
    app: withAudit(app, audit.auditId, { spedUp: true, judgement }),
    platform: { ...platform, speedupsUsed: platform.speedupsUsed + 1 },
    effect: { version: audit.code.userVersion, auditid: audit.auditId },
  };
};

function waits({ status }: Audit): boolean {
  return status === 2 || status === 4;
}

function sooner(judgement: Judgement, latest: number): Judgement {
  return { ...judgement, at: Math.min(judgement.at, latest) };
}
