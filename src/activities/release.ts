/** The effects of a release, each read, written and proven by the same protocol. */
import type { EffectResult } from '../domain/effects.js';
import type { AuditPlan, Member } from '../domain/plan.js';
import { itemProblems } from '../domain/preflight.js';
import * as proofs from '../domain/proofs.js';
import type { EndpointRequest } from '../wechat/catalogue.js';
import type { WechatClient } from '../wechat/client.js';
import { runEffect } from './effect.js';
import { readerOf } from './readings.js';

export interface CommitInput {
  app: string;
  version: string;
  description: string;
  template: number;
  ext: Record<string, unknown>;
  baselineSec: number | null;
}
export interface SubmitAuditInput {
  app: string;
  version: string;
  body: AuditPlan['body'];
  beforeId: number | null;
  /** exp_time of our upload, seconds: what is submitted is the trial version, whoever uploaded it. */
  uploadedSec: number | null;
}
export interface GrayReleaseInput extends proofs.GrayWant {
  app: string;
  members: Member[];
  freshUntil: number | null;
}
export interface FullReleaseInput {
  app: string;
  version: string;
  baselineOnlineSec: number | null;
  /** Ours; releases of 0.1 never say so. */
  auditId?: number;
  /** Not sent after it, milliseconds since the epoch; releases of 0.1 never say so. */
  freshUntil?: number | null;
}
export interface RevertCodeInput {
  app: string;
  from: string;
  to: string | null;
  appVersion: number | null;
}

export function createEffectActivities(client: WechatClient) {
  const reader = (app: string, signal: AbortSignal) => readerOf(client, app, signal);
  return {
    commit({ app, ...input }: CommitInput): Promise<EffectResult> {
      return runEffect({
        effect: 'commit',
        read: async (signal) => proofs.proveCommit((await reader(app, signal).versions()).trial, input),
        write: (signal) =>
          client.call('commit', {
            app,
            signal,
            timeoutMs: 35_000,
            params: {
              template_id: input.template,
              ext_json: JSON.stringify(input.ext),
              user_version: input.version,
              user_desc: input.description,
            },
          }),
      });
    },

    submitAudit({ app, body, uploadedSec, ...input }: SubmitAuditInput): Promise<EffectResult> {
      return runEffect({
        effect: 'submitAudit',
        read: async (signal) => proofs.proveSubmit(await reader(app, signal).latestAudit(), input),
        before: async (signal) => {
          const read = reader(app, signal);
          const [{ trial }, pages, categories] = await Promise.all([
            read.versions(),
            read.pages(),
            read.categories(),
          ]);
          const changed = proofs.trialProblem(trial, {
            version: input.version,
            uploadedSec: uploadedSec ?? null,
          });
          if (changed !== null)
            return { reason: changed, remedy: '`retry` uploads our version again', because: 'trialChanged' };
          const problems = itemProblems(body.item_list ?? [], pages, categories);
          return problems.length === 0
            ? null
            : {
                reason: `WeChat would refuse the audit: ${problems.join('; ')}`,
                remedy:
                  'abort and start again with corrected audit.items, or mend the app in the console and `retry`',
              };
        },
        write: (signal) =>
          client.call('submit_audit', { app, signal, params: body as EndpointRequest<'submit_audit'> }),
      });
    },

    withdrawAudit({ app, auditId }: { app: string; auditId: number }): Promise<EffectResult> {
      return runEffect({
        effect: 'withdrawAudit',
        read: async (signal) => proofs.proveWithdrawn(await reader(app, signal).audit(auditId)),
        write: (signal) => client.call('undocodeaudit', { app, signal, params: {} }),
      });
    },

    speedupAudit({ app, auditId }: { app: string; auditId: number }): Promise<EffectResult> {
      return runEffect({
        effect: 'speedupAudit',
        read: async () => ({ seen: 'missing' }),
        write: (signal) => client.call('speedupaudit', { app, signal, params: { auditid: auditId } }),
      });
    },

    grayRelease({ app, members, freshUntil, ...want }: GrayReleaseInput): Promise<EffectResult> {
      return runEffect({
        effect: 'grayRelease',
        freshUntil,
        read: async (signal) => proofs.proveGray(await reader(app, signal).gray(), want),
        write: (signal) =>
          client.call('grayrelease', {
            app,
            signal,
            params: {
              gray_percentage: want.percentage,
              ...(members.includes('developers') ? { support_debuger_first: true } : {}),
              ...(members.includes('testers') ? { support_experiencer_first: true } : {}),
            },
          }),
      });
    },

    release({ app, freshUntil, ...want }: FullReleaseInput): Promise<EffectResult> {
      return runEffect({
        effect: 'release',
        freshUntil: freshUntil ?? null,
        read: async (signal) => proofs.proveRelease(await reader(app, signal).gray(), want),
        write: (signal) => client.call('release', { app, signal, params: {} }),
      });
    },

    revertGray({ app, ...want }: { app: string; createdSec: number }): Promise<EffectResult> {
      return runEffect({
        effect: 'revertGray',
        read: async (signal) => proofs.proveGrayReverted(await reader(app, signal).grayPlan(), want),
        write: (signal) => client.call('revertgrayrelease', { app, signal, params: {} }),
      });
    },

    revertCode({ app, appVersion, ...want }: RevertCodeInput): Promise<EffectResult> {
      return runEffect({
        effect: 'revertCode',
        read: async (signal) => proofs.proveCodeReverted((await reader(app, signal).versions()).online, want),
        write: (signal) =>
          client.call('revertcoderelease', {
            app,
            signal,
            params: appVersion === null ? {} : { app_version: appVersion },
          }),
      });
    },
  };
}
