/** Commands to paste, and how they and everything else fit a terminal. */
import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { commandRows } from '../../src/cli/command-rows.js';
import { renderView } from '../../src/cli/render.js';
import { viewOf } from '../../src/cli/view-model.js';
import { asShown, wrapCommand, wrapProse } from '../../src/cli/wrap.js';
import { commandLine } from '../../src/domain/command-line.js';
import { EVERY_STATUS, gated, NOON, soaking } from './statuses.js';

const APP = 'wx0123456789abcdef';

describe('a command to paste', () => {
  it.each([
    ['promote', { expect: 10 }, `promote ${APP} --expect 10`],
    ['resume', { metric: "it's slow" }, `resume ${APP} --metric 'it'\\''s slow'`],
    ['resume', { adopt: true }, `resume ${APP} --adopt`],
    ['refuse', { gate: 'trial', by: 'ann' }, `refuse ${APP} --gate trial --as ann`],
    ['rollback', { version: '1.3.0' }, `rollback ${APP} --to 1.3.0`],
    ['resubmit', { items: [{ address: 'pages/index/index' }] }, `resubmit ${APP}`],
    ['freeze', { for: '2d', by: 'you' }, `freeze ${APP} --for 2d`],
    ['giveUp', { by: 'you' }, `give-up ${APP}`],
  ] as const)('for %s %j', (verb, json, line) => {
    expect(commandLine(verb, APP, json)).toBe(`weapp-rollout ${line} --reason "why"`);
  });

  it('comes in the order of urgency, and not twice', () => {
    const names = commandRows(gated, new Set(['approve'])).map(({ line }) => line.split(' ')[1]);
    expect(names).toEqual(['refuse', 'pause', 'abort', 'freeze']);
    expect(commandRows(gated, new Set(['refuse'])).map(({ line }) => line.split(' ')[1])).not.toContain(
      'refuse',
    );
  });

  it('for a verb that a newer worker has, is a Signal', () => {
    const allowed = [{ verb: 'teleport', json: { by: 'you' }, does: 'Everyone at once.' }];
    expect(commandRows({ ...soaking, allowed }, new Set())).toEqual([
      { line: 'Signal teleport {"by":"you"}', does: 'Everyone at once.' },
    ]);
  });
});

describe('what is too long for a terminal', () => {
  it('is broken so that a shell takes it as one command, quoted words whole', () => {
    const line = `weapp-rollout resume ${APP} --metric 'js error rate' --reason "why so long"`;
    const lines = wrapCommand(line, 40);
    expect(lines).toEqual([
      'weapp-rollout resume \\',
      `${APP} --metric \\`,
      `'js error rate' --reason "why so long"`,
    ]);
    expect(lines.map((part) => part.replace(/ \\$/, '')).join(' ')).toBe(line);
  });

  it('is prose at its spaces, and Chinese by its width', () => {
    expect(wrapProse('the plan is not ours any more', 24)).toEqual(['the plan is not ours any', 'more']);
    for (const line of wrapProse('截图不清'.repeat(20), 30))
      expect(stringWidth(line)).toBeLessThanOrEqual(30);
    expect(wrapProse('no room at all for any of it', 5)).toEqual(['no room at all for any of it']);
  });

  it('is counted as the lines it takes', () => {
    expect(asShown(['x'.repeat(25), 'y'], 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'xxxxx', 'y']);
  });

  it.each(Object.entries(EVERY_STATUS))('never goes over 80 columns: %s', (_name, status) => {
    const lines = renderView(viewOf(status, NOON), createColors(false), 80);
    expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
  });

  it('is not broken where there is no terminal', () => {
    const lines = renderView(viewOf(gated, NOON), createColors(false));
    expect(lines.some((line) => line.includes('--key FILE --reason "why"'))).toBe(true);
  });
});
