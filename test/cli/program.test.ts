import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { VERB_COMMANDS } from '../../src/cli/verb-table.js';
import { freePorts } from '../../src/servers/ports.js';
import { fakeCli } from './fake-cli.js';

const APP = 'wx0123456789abcdef';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weapp-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('wrong usage ends with 2', () => {
  it.each([
    [[]],
    [['nonsense']],
    [['status']],
    [['status', APP, '--bogus']],
    [['status', APP, '--output', 'xml']],
    [['promote', APP, '--expect', 'ten']],
    [['promote', APP, '--expect', '101']],
    [['freeze', APP]],
    [['freeze', APP, '--for', '2d']],
    [['freeze', APP, '--for', '2d', '--until', '2026-10-08T09:00:00Z', '--reason', 'holiday']],
    [['freeze', APP, '--for', 'two days', '--reason', 'holiday']],
    [['freeze', APP, '--until', '2026-10-08T09:00:00', '--reason', 'holiday']],
    [['rollback', APP]],
    [['rollback', APP, '--to', '1.3.0', '--app-version', 'x']],
    [['resubmit', APP, '--items', '/nowhere/items.yaml']],
    [['report', APP, '--value', '1']],
    [['report', APP, '--metric', 'm']],
    [['report', APP, '--metric', 'm', '--value', 'much']],
    [['up', '--port', '0']],
    [['up', '--world', 'world.yaml']],
    [['up', 'now']],
    [['up', '--server-only', '--simulator']],
    [['list', '--phase', 'somewhere']],
    [['list', '--limit', '0']],
    [['list', '--limit', '1001']],
    [['list', '--version']],
  ])('weapp-rollout %j', async (args) => {
    const cli = fakeCli();
    expect(await runCli(args, cli)).toBe(2);
    expect(cli.stderr()).toMatch(/^(error: |Usage: )/);
    expect(cli.stderr()).not.toContain('    at ');
  });

  it('refuses options of a server of our own when another one is configured', async () => {
    const cli = fakeCli({ TEMPORAL_ADDRESS: 'temporal.example:7233' });
    expect(await runCli(['up', '--port', '7000'], cli)).toBe(2);
    expect(cli.stderr()).toContain('temporal.example:7233 is configured');
    const alone = fakeCli({ TEMPORAL_ADDRESS: 'temporal.example:7233' });
    expect(await runCli(['up', '--server-only'], alone)).toBe(2);
    expect(alone.stderr()).toContain('but temporal.example:7233 is configured');
  });
});

describe('an invalid plan ends with 2', () => {
  it.each(['start', 'check', 'lint'])('%s names the file, the field and the remedy', async (command) => {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, `app: ${APP}\nversion: 1.4.0\ntemplate: 42\nrolout: {}\nhealth: none\n`);
    const cli = fakeCli({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(await runCli([command, file], cli)).toBe(2);
    const said = cli.stdout() + cli.stderr();
    expect(said).toContain(`${file}:4:1  rolout`);
    expect(said).toMatch(/may not be started/);
  });

  it('a file that is not there, too', async () => {
    const cli = fakeCli();
    expect(await runCli(['start', join(folder, 'none.yaml')], cli)).toBe(2);
    expect(cli.stderr()).toContain('the file does not exist');
  });
});

describe('lint', () => {
  it('shows when each stage begins', async () => {
    const cli = fakeCli();
    expect(await runCli(['lint', 'examples/healthy.yaml'], cli)).toBe(0);
    expect(cli.stdout()).toContain('✔ examples/healthy.yaml may be started');
    expect(cli.stdout()).toContain('10 %   T+3s');
  });

  it('as JSON: the plan as it is understood, and its timeline', async () => {
    const cli = fakeCli();
    expect(await runCli(['lint', 'examples/healthy.yaml', '--output', 'json'], cli)).toBe(0);
    expect(JSON.parse(cli.stdout())).toMatchObject({ ok: true, problems: [], plan: { app: APP } });
  });
});

describe('no server', () => {
  it.each([
    [['status', APP]],
    [['list']],
    [['abort', APP]],
    [['start', 'examples/healthy.yaml']],
    [['check', 'examples/healthy.yaml']],
  ])('%j ends with 1 and says what helps', async (args) => {
    const [port] = await freePorts(1);
    const cli = fakeCli({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    expect(await runCli(args, cli)).toBe(1);
    expect(cli.stderr()).toContain(`error: No Temporal server answers at 127.0.0.1:${port}`);
    expect(cli.stderr()).toContain('weapp-rollout up');
    expect(cli.stderr()).toContain('TEMPORAL_ADDRESS');
    expect(cli.stderr()).not.toContain('    at ');
  });

  it('shows the stack when asked', async () => {
    const [port] = await freePorts(1);
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
    const [byOption, byVariable] = [fakeCli(env), fakeCli({ ...env, WEAPP_DEBUG: '1' })];
    await runCli(['list', '--debug'], byOption);
    await runCli(['list'], byVariable);
    for (const cli of [byOption, byVariable]) expect(cli.stderr()).toContain('    at ');
  });
});

describe('--version', () => {
  it.each([[['--version']], [['-V']], [['--version', 'list']]])('%j tells this program’s', async (args) => {
    const cli = fakeCli();
    expect(await runCli(args, cli)).toBe(0);
    expect(cli.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('help', () => {
  it('has an example for every command, the exit codes and the environment', async () => {
    const cli = fakeCli();
    expect(await runCli(['--help'], cli)).toBe(0);
    const help = cli.stdout();
    const commands = [...help.matchAll(/^ {2}([a-z-]+) (\[options\]|<)/gm)].map(([, name]) => name ?? '');
    const verbs = Object.values(VERB_COMMANDS).map((command) => command.name);
    expect(commands).toEqual(expect.arrayContaining([...verbs, 'start', 'status', 'report', 'up']));
    for (const name of commands) {
      expect(help).toContain(`weapp-rollout ${name}`);
      const own = fakeCli();
      expect(await runCli(['help', name], own)).toBe(0);
      expect(own.stdout()).toContain(`Example:\n  weapp-rollout ${name}`);
    }
    for (const variable of ['TEMPORAL_ADDRESS', 'WECHAT_API_BASE', 'WEAPP_CONFIG', 'PLAN_'])
      expect(help).toContain(variable);
  });
});

describe('bin/weapp-rollout.js', () => {
  it('passes the exit code on', async () => {
    const run = promisify(execFile)(process.execPath, ['bin/weapp-rollout.js', 'status']);
    await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("argument 'app'") });
  });
});
