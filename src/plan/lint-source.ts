/** Lint rules about where the code comes from, and what is then of use. */
import type { ReleasePlan } from '../domain/plan.js';
import type { Finding, Rule } from './lint-rule.js';
import { WIRE_FIELDS } from './normalise.js';

const hasItsTemplate: Rule = {
  name: 'source-and-template',
  asks: '`template` is given for `source: template`, and for no other source.',
  check: ({ source, template }) => {
    if ((source === 'template') === (template !== null)) return [];
    return template === null
      ? [
          {
            severity: 'error',
            path: ['template'],
            message: 'is missing: source is template',
            remedy: 'write for example template: 42, or source: uploaded to take the trial version',
          },
        ]
      : [
          {
            severity: 'error',
            path: ['template'],
            value: `${template}`,
            message: `is not used: with source: ${source} nothing is committed`,
            remedy: 'remove it, or write source: template',
          },
        ];
  },
};

const hasAnAudit: Rule = {
  name: 'approved-has-no-audit',
  asks: 'With `source: approved` nothing is submitted: no trial, no speedup and nothing for the reviewers is given.',
  check: (plan) => {
    if (plan.source !== 'approved') return [];
    return superfluous(plan).map((path) => ({
      severity: 'error',
      path,
      message: 'is not used: with source: approved the audit has passed, and nothing is submitted',
      remedy:
        path[0] === 'trial'
          ? 'remove it; an approval on the first stage asks before any user gets the version'
          : 'remove it, or write source: uploaded to submit the trial version',
    }));
  },
};

/** The fields of an audit that is over. */
function superfluous({ trial, audit }: ReleasePlan): string[][] {
  const given = Object.entries(WIRE_FIELDS).filter(([, wire]) => audit.body[wire] !== undefined);
  return [
    ...(trial === null ? [] : [['trial']]),
    ...given.map(([field]) => ['audit', field]),
    ...(audit.speedup ? [['audit', 'speedup']] : []),
  ];
}

const commitsItsExt: Rule = {
  name: 'ext-is-committed',
  asks: '`ext` goes with a commit, so only with `source: template`. Hint.',
  check: ({ source, ext }): Finding[] =>
    source === 'template' || Object.keys(ext).length === 0
      ? []
      : [
          {
            severity: 'hint',
            path: ['ext'],
            message: `is not used: with source: ${source} nothing is committed, and the version keeps the ext.json it has`,
            remedy: 'remove it, or write source: template',
          },
        ],
};

export const SOURCE_RULES: readonly Rule[] = [hasItsTemplate, hasAnAudit, commitsItsExt];
