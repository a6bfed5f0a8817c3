/** What a person reads when a way back is stuck: sentences, each once, for every refusal there is. */
import { describe, expect, it } from 'vitest';
import { stuckWayBack } from '../../src/domain/affected.js';
import { EFFECTS } from '../../src/domain/effects.js';
import { errorCodes } from '../../src/wechat/error-codes.js';
import { planWith, stateIn } from './support/given.js';

const plan = planWith();
const rolling = stateIn('rolling', plan);
const baking = stateIn('baking', plan);

describe('the remedy of a way back that is stuck', () => {
  const remedies = [
    ...Object.entries(errorCodes).flatMap(([code, { remedy }]) => [
      [code, remedy],
      [code, `${remedy} Then \`retry\`.`],
    ]),
    ['-', EFFECTS.revertGray.remedy],
    ['-', EFFECTS.revertCode.remedy],
  ] as [string, string][];

  it('is made of whole sentences, and says nothing twice, whatever WeChat answered', () => {
    for (const [code, remedy] of remedies)
      for (const state of [rolling, { ...baking, phase: 'reverting' as const }]) {
        const text = stuckWayBack(state, plan, { reason: `revertcoderelease: ${code} no`, remedy }).remedy;
        expect(text).not.toMatch(/\.;|\.\.|;;|^[;. ]/);
        expect(text.match(/`retry`/g)).toHaveLength(1);
        expect(text.match(/change_visitstatus/g)).toHaveLength(1);
        const sentences = text.split('. ');
        expect(new Set(sentences).size).toBe(sentences.length);
      }
  });

  it('87012: names the corrected version, and that giveUp frees the app for it', () => {
    const state = { ...baking, phase: 'reverting' as const };
    const { remedy } = errorCodes[87012] ?? { remedy: '' };
    expect(stuckWayBack(state, plan, { reason: 'revertcoderelease: 87012 no', remedy }).remedy).toBe(
      'WeChat will not roll this version back: go on with a corrected version. `retry` chooses the way back anew, or ' +
        '`giveUp` closes this release, which frees the app for a corrected one. As a last resort a person can close ' +
        `the app to everyone: weapp-rollout wechat change_visitstatus --app ${plan.app} --action close`,
    );
  });

  it('87011: does not say to cancel what may be someone else’s; giveUp is not named while it would be refused', () => {
    const state = { ...rolling, phase: 'reverting' as const };
    const { remedy } = errorCodes[87011] ?? { remedy: '' };
    const text = stuckWayBack(state, plan, { reason: 'revertgrayrelease: 87011 no', remedy }).remedy;
    expect(text).not.toMatch(/Cancel the gray release|giveUp/);
  });
});
