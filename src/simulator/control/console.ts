/** What a person can do in WeChat's own console, behind the platform's back. */
import { cancelPlan, completePlan, openPlan, planAt } from '../calls/gray.js';
import type { Happening, Scene } from '../state/machine.js';
import { putOnline } from '../state/publish.js';
import { type AppState, type GrayPlan, newCode } from '../state/state.js';

/** One press of a button. `percentage` is whole percent. */
export type ConsoleAction =
  | { action: 'pause' | 'resume' | 'delete' | 'finish' }
  | { action: 'advance'; percentage: number }
  | { action: 'publish'; version: string };

/** The app afterwards, or why the console does not offer that now. */
export type ConsoleOutcome = { app: AppState; happening: Happening } | { problem: string };

/** Presses a button of the console. */
export function pressConsole(scene: Scene, action: ConsoleAction): ConsoleOutcome {
  const { app, now } = scene;
  const plan = openPlan(app);
  if (action.action === 'publish') {
    // Console help of 2017: nothing else can be published while a gray plan runs.
    if (plan !== undefined)
      return { problem: 'a gray plan runs; delete or finish it before publishing another version' };
    const code = newCode(app, action.version, 'published in the console', scene.config.pages, now);
    const after = putOnline({ ...app, lastAppVersion: code.appVersion }, code, now, false);
    return { app: after, happening: { at: now, what: 'consolePublish', version: action.version } };
  }
  if (plan === undefined) return { problem: 'no gray plan runs; begin one with grayrelease first' };
  return onPlan(scene, plan, action);
}

function onPlan(
  scene: Scene,
  plan: GrayPlan,
  action: Exclude<ConsoleAction, { action: 'publish' }>,
): ConsoleOutcome {
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
