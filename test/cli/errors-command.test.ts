/** `weapp-rollout errors`: what a code of WeChat's means, and what is done about it. */
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { errorCodes } from '../../src/wechat/error-codes.js';
import { fakeCli } from './fake-cli.js';

async function errors(...args: string[]) {
  const cli = fakeCli();
  const code = await runCli(['errors', ...args], cli);
  return { code, out: cli.stdout(), err: cli.stderr() };
}

describe('errors', () => {
  it('explains a code: meaning, what is done, remedy, who answers it', async () => {
    const { code, out } = await errors('85009');
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'Code:         85009',
        'Meaning:      a version of this Mini Program is under audit already',
        'Class:        already done',
        '              The effect may be there already. A release reads, and goes on only when what is there is proved to be its own.',
        'Remedy:       Read get_latest_auditstatus: it may be ours, or somebody else submitted it.',
        'Answered by:  submit_audit\n',
      ].join('\n'),
    );
  });

  it.each([
    ['-1', 'unknown outcome', 'any call'],
    ['45009', 'quota, until midnight in China', 'api_component_token, api_create_preauthcode'],
    ['61039', 'not now, after 20s', 'get_code_privacy_info, submit_audit'],
    ['48004', 'permission', 'any call, or calls that are not made here'],
  ])('%s is %s', async (written, words, calls) => {
    const { code, out } = await errors(written);
    expect(code).toBe(0);
    expect(out).toContain(`Class:        ${words}\n`);
    expect(out).toContain(`Answered by:  ${calls}\n`);
  });

  it('lists all of them without a code', async () => {
    const { code, out } = await errors();
    expect(code).toBe(0);
    const listed = out.match(/^ *-?\d+ {2}/gm)?.map(Number);
    expect(listed).toEqual(
      Object.keys(errorCodes)
        .map(Number)
        .sort((a, b) => a - b),
    );
  });

  it('says so when a code is not known', async () => {
    const { code, err } = await errors('99999');
    expect(code).toBe(1);
    expect(err).toContain("error: WeChat's code 99999 is not known here");
    expect(err).toContain('counts as permanent');
  });

  it.each(['abc', '8.5', '--85009'])('%j is no code: wrong usage', async (written) => {
    expect((await errors(written)).code).toBe(2);
  });

  it('prints JSON for programs', async () => {
    const one = JSON.parse((await errors('87013', '--output', 'json')).out);
    expect(one).toMatchObject({ code: 87013, action: 'quota', calls: ['undocodeaudit'] });
    const all = JSON.parse((await errors('--output', 'json')).out);
    expect(all).toHaveLength(Object.keys(errorCodes).length);
  });
});
