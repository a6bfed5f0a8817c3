import { describe, expect, it } from 'vitest';
import { changed, MINIMAL, problemsOf, withMetricField } from './plans.js';

describe('what is not supported yet', () => {
  it.each([
    ['trial', `${MINIMAL}trial: { approval: { approvers: [tester] } }`],
    ['source', `${MINIMAL}source: uploaded`],
    ['source', `${MINIMAL}source: approved`],
    ['notify', `${MINIMAL}notify: []`],
    ['audit.onReject', `${MINIMAL}audit: { onReject: wait }`],
    ['audit.rejectTimeout', `${MINIMAL}audit: { rejectTimeout: 14d }`],
    ['audit.onForeignAudit', `${MINIMAL}audit: { onForeignAudit: wait }`],
    ['audit.onForeignAudit', `${MINIMAL}audit: { onForeignAudit: withdraw }`],
    ['rollout.windows', changed('  stages:', '  windows: {}\n  stages:')],
    ['rollout.onDrift', changed('  stages:', '  onDrift: {}\n  stages:')],
    ['rollout.stages[0].approval', changed('soak: 30m', 'soak: 30m, approval: {}')],
    ['health[0].successCondition', withMetricField('successCondition: result < 1')],
    ['health[0].failureCondition', withMetricField('failureCondition: result > 1')],
    ['health[0].count', withMetricField('count: 5')],
    ['health[0].dryRun', withMetricField('dryRun: true')],
    ['health[0].consecutiveSuccessLimit', withMetricField('consecutiveSuccessLimit: 3')],
    ['health[0].onInconclusive', withMetricField('onInconclusive: revert')],
    ['health[0].onError', withMetricField('onError: revert')],
  ])('%s is refused rather than ignored', (path, text) => {
    expect(problemsOf(text)).toMatchObject([{ path, message: 'is not supported yet' }]);
  });

  it('says which value is accepted meanwhile', () => {
    expect(problemsOf(withMetricField('dryRun: true'))).toMatchObject([
      { remedy: 'leave it out, or write dryRun: false' },
    ]);
    expect(problemsOf(`${MINIMAL}source: uploaded`)).toMatchObject([{ remedy: 'write source: template' }]);
  });
});
