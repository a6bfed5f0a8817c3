/** What a person can do in WeChat's own console, behind the platform's back. */
import { runningAudit, submitForeignAudit, withAudit } from '../calls/audit.js';
import { cancelPlan, completePlan, openPlan, planAt } from '../calls/gray.js';
import type { Happening, Scene } from '../state/machine.js';
import { putOnline } from '../state/publish.js';
import { type AppState, type GrayPlan, newCode } from '../state/state.js';
import type { ConsoleAction } from './commands.js';

/** What is done to the app alone; authorizations concern the platform too and are in control.ts. */
export type AppAction = Exclude<ConsoleAction, { action: 'authorize' | 'unauthorize' }>;
type PlanAction = Extract<AppAction, { action: 'pause' | 'resume' | 'delete' | 'finish' | 'advance' }>;

/** The app afterwards, or why the console does not offer that now. */
export type ConsoleOutcome = { app: AppState; happening: Happening } | { problem: string };

/** Presses a button of the console. */
export function pressConsole(scene: Scene, action: AppAction): ConsoleOutcome {
  const { app, now } = scene;
  switch (action.action) {
    case 'publish':
      return publish(scene, action.version);
    case 'submitAudit':
      return submitForeignAudit(scene, { ...action, script: action.audit });
    case 'withdraw':
      return withdraw(scene);
    case 'openVisit':
    case 'closeVisit': {
      const open = action.action === 'openVisit';
      if (app.open === open) return { problem: `the Mini Program is ${open ? 'open' : 'closed'} already` };
      return {
        app: { ...app, open },
        happening: { at: now, what: `console${open ? 'Open' : 'Close'}Visit` },
      };
    }
    case 'categories':
      return {
        app: { ...app, categories: action.categories },
        happening: { at: now, what: 'consoleCategories' },
      };
    case 'trial':
      return trial(scene, action.version, action.description);
    default: {
      const plan = openPlan(app);
      if (plan === undefined) return { problem: 'no gray plan runs; begin one with grayrelease first' };
      return onPlan(scene, plan, action);
    }
  }
}

function publish({ app, now, config }: Scene, version: string): ConsoleOutcome {
  // Console help of 2017: nothing else can be published while a gray plan runs.
  if (openPlan(app) !== undefined)
    return { problem: 'a gray plan runs; delete or finish it before publishing another version' };
  const code = newCode(app, version, 'published in the console', config.pages, now);
  const after = putOnline({ ...app, lastAppVersion: code.appVersion }, code, now, false);
  return { app: after, happening: { at: now, what: 'consolePublish', version } };
}

/** Takes the running audit back, whoever submitted it. The daily quota of undocodeaudit is not touched. */
function withdraw({ app, now }: Scene): ConsoleOutcome {
  const audit = runningAudit(app);
  if (audit === undefined) return { problem: 'no audit runs; nothing can be withdrawn' };
  return {
    app: withAudit(app, audit.auditId, { status: 3, judgement: null }),
    happening: {
      at: now,
      what: 'consoleWithdraw',
      version: audit.code.userVersion,
      auditid: audit.auditId,
    },
  };
}

/** Somebody else's upload takes the place of the trial version that commit made. It is scanned already. */
function trial({ app, now, config }: Scene, version: string, description: string): ConsoleOutcome {
  const code = newCode(app, version, description, config.pages, now);
  return {
    app: {
      ...app,
      lastAppVersion: code.appVersion,
      experience: { code, scannedAt: now, declared: [] },
    },
    happening: { at: now, what: 'consoleTrial', version },
  };
}

function onPlan(scene: Scene, plan: GrayPlan, action: PlanAction): ConsoleOutcome {
  const { app, now } = scene;
  const told = (what: string, percentage = plan.percentage): Happening => {
    return { at: now, what, version: plan.code.userVersion, percentage, auditid: plan.auditId };
  };
  switch (action.action) {
    case 'pause':
      if (plan.status !== 1) return { problem: 'the gray plan is not running, so it cannot be paused' };
      return { app: { ...app, gray: { ...plan, status: 2 } }, happening: told('consolePause') };
    case 'resume':
      if (plan.status !== 2) return { problem: 'the gray plan is not paused' };
      return { app: { ...app, gray: { ...plan, status: 1 } }, happening: told('consoleResume') };
    case 'delete':
      return { app: cancelPlan(app, plan), happening: told('consoleDelete') };
    case 'finish':
      return { app: completePlan(app, plan, now), happening: told('consoleFinish', 100) };
    case 'advance':
      if (action.percentage <= plan.percentage) {
        return { problem: `the percentage may only rise; it is ${plan.percentage} now` };
      }
      return {
        app: planAt(scene, plan, action.percentage),
        happening: told('consoleAdvance', action.percentage),
      };
  }
}
