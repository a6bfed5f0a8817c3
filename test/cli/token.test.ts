/** Tokens of the HTTP API as they are made. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../src/cli/program.js';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { tokenHash } from '../../src/identity/tokens.js';
import { fakeCli } from './fake-cli.js';

async function run(...args: string[]) {
  const cli = fakeCli();
  const code = await runCli(['token', 'new', ...args], cli);
  return { code, out: cli.stdout(), err: cli.stderr() };
}

describe('token new', () => {
  it('prints the token alone, and beside it the line that the API knows it by', async () => {
    const args = ['--role', 'operator', '--role', 'approver', '--app', '*'];
    const { code, out, err } = await run('on: call', ...args, '--expires', '2999-01-31T08:00:00+08:00');
    expect([code, out]).toEqual([0, expect.stringMatching(/^wr_[A-Za-z0-9_-]{43}\n$/)]);
    const token = out.trim();
    expect(err).toContain('✔ the token of on: call, shown this once: whoever has it acts as on: call');
    expect(err).not.toContain(token.slice(3));
    const lines = err.slice(err.indexOf('api:\n'));
    expect(lines.trim().split('\n')).toHaveLength(3);
    expect(parseWorkerConfig(parse(lines)).api.tokens).toEqual([
      {
        name: 'on: call',
        hash: tokenHash(token),
        roles: ['operator', 'approver'],
        apps: ['*'],
        expires: Date.parse('2999-01-31T00:00:00Z'),
      },
    ]);
  });

  it('is another one every time, also for programs', async () => {
    const args = ['ann', '--role', 'viewer', '--app', 'wx1', 'wx2', '--output', 'json'];
    const [one, two] = [await run(...args), await run(...args)];
    const { token, entry } = JSON.parse(one.out);
    expect(entry).toEqual({ name: 'ann', hash: tokenHash(token), roles: ['viewer'], apps: ['wx1', 'wx2'] });
    expect(JSON.parse(two.out).token).not.toBe(token);
    expect(one.err).toBe('');
  });

  it.each([
    [['ann', '--app', '*'], "required option '--role"],
    [['ann', '--role', 'viewer'], "required option '--app"],
    [['ann', '--role', 'root', '--app', '*'], 'Allowed choices are viewer, operator, approver, admin'],
    [[' ann', '--role', 'viewer', '--app', '*'], 'must be a name of at most 100 characters'],
    [['ann', '--role', 'viewer', '--app', 'wx*'], 'must be an appid'],
    [['ann', '--role', 'viewer', '--app', '*', '--expires', '2027-01-31'], 'a moment with its zone'],
    [['ann', '--role', 'viewer', '--app', '*', '--expires', '2020-01-31T00:00:00Z'], 'is over already'],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
