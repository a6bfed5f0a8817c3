/** `apps import` and `apps list`, as a person at the command line has them. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { APP, COMPONENT } from '../credentials/support/fake-platform.js';
import { type Scene, scene } from '../credentials/support/opened.js';
import { describeWithPostgres } from '../support/postgres.js';
import { type FakeCli, fakeCli } from './fake-cli.js';

const OTHER = 'wxfedcba9876543210';
const LIST = 'api_get_authorizer_list';
const INFO = 'api_get_authorizer_info';

/** A file in a folder that ends with the test. */
async function fileOf(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weapp-apps-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** The environment of a command line whose platform is the scene's, with a ticket of now. */
async function ready(made: Scene): Promise<Record<string, string>> {
  const platform = await made.open();
  await platform.events.ticket({ componentAppid: COMPONENT, ticket: made.wechat.ticket, at: Date.now() });
  return { ...made.env, WEAPP_CONFIG: await fileOf('worker.json', JSON.stringify(made.config)) };
}

/** Runs a command; what it said must not show a token. */
async function run(
  env: Record<string, string>,
  args: string[],
  watch: (cli: FakeCli) => void = () => {},
): Promise<{ code: number; out: string; err: string }> {
  const cli = fakeCli(env);
  watch(cli);
  const code = await runCli(args, cli);
  const [out, err] = [cli.stdout(), cli.stderr()];
  expect(out + err).not.toMatch(/must-not-show|@@@/);
  return { code, out, err };
}

describeWithPostgres('apps start-tickets', (postgres) => {
  it('asks WeChat with the secret, before there is any ticket', async () => {
    const made = await scene(postgres());
    const env = { ...made.env, WEAPP_CONFIG: await fileOf('worker.json', JSON.stringify(made.config)) };
    const done = await run(env, ['apps', 'start-tickets']);
    expect(done).toMatchObject({ code: 0, out: '✔ WeChat pushes a ticket every ten minutes from now on\n' });
    expect(made.wechat.calls('api_start_push_ticket')).toBe(1);

    made.wechat.trouble('api_start_push_ticket', { kind: 'code', code: 40013 });
    const refused = await run(env, ['apps', 'start-tickets']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('api_start_push_ticket: the appid is not valid (40013');
  });
});

describeWithPostgres('apps import', (postgres) => {
  it('takes everything WeChat lists, and again changes nothing', async () => {
    const made = await scene(postgres());
    made.wechat.addApp(OTHER, { permissionSets: [1, 17], nickName: 'Tea\u001b[31m house' });
    const env = await ready(made);
    const first = await run(env, ['apps', 'import']);
    expect(first).toMatchObject({ code: 0, out: '✔ 2 Mini Programs: 2 new, 0 updated, 0 as they were\n' });
    const again = await run(env, ['apps', 'import']);
    expect(again).toMatchObject({ code: 0, out: '✔ 2 Mini Programs: 0 new, 0 updated, 2 as they were\n' });

    const list = await run(env, ['apps', 'list']);
    expect(list.out.split('\n')).toEqual([
      'appid               name                 original id          set 18  state       authorised since         token until',
      'wx0123456789abcdef  Shop cdef            gh_0123456789abcdef  yes     authorized  2026-11-01 00:00:00 UTC  made when needed',
      expect.stringMatching(/^wxfedcba9876543210 {2}Tea\S+ house .* no {6}authorized/),
      '',
    ]);
    expect(list.out).not.toContain('\u001b');
    expect(JSON.parse((await run(env, ['apps', 'list', '--output', 'json'])).out)).toMatchObject([
      {
        appid: APP,
        permissionSets: [1, 18],
        permissionSet18: true,
        state: 'authorized',
        authorizedSince: '2026-11-01T00:00:00.000Z',
        hasRefreshToken: true,
        tokenValidUntil: null,
        component: COMPONENT,
      },
      { appid: OTHER, permissionSet18: false },
    ]);
  });

  it('goes through pages of 500 and tells how far it is', async () => {
    const made = await scene(postgres());
    for (let index = 0; index < 520; index += 1) made.wechat.addApp(`wxapp${index}`);
    const { code, out, err } = await run(await ready(made), ['apps', 'import', '--output', 'json']);
    expect([code, JSON.parse(out).added.length]).toEqual([0, 521]);
    expect(err).toMatch(/^50 of 521 …\n100 of 521 …\n/);
    expect([made.wechat.calls(LIST), made.wechat.calls(INFO)]).toEqual([2, 521]);
  });

  it('names apps that are listed and refused (61003), and those whose name cannot be had', async () => {
    const made = await scene(postgres());
    made.wechat.addApp(OTHER, { authorized: false });
    const env = await ready(made);
    made.wechat.trouble(INFO, { kind: 'code', code: 40013, app: APP });
    const { code, out } = await run(env, ['apps', 'import']);
    expect(code).toBe(1);
    expect(out).toContain('⚠ 2 Mini Programs: 2 new');
    expect(out).toContain(`WeChat refuses calls for it (61003): ask for a new authorization: ${OTHER}`);
    expect(out).toContain(`✖ ${APP}: its name and permission sets: the appid is not valid`);
    expect((await run(env, ['apps', 'list'])).out).toMatch(/wxfedcba9876543210 .*\? +refused \(61003\)/);
  });

  it('leaves an app alone that has taken its authorization back since', async () => {
    const made = await scene(postgres());
    const env = await ready(made);
    const platform = await made.open();
    await platform.events.unauthorized({ componentAppid: COMPONENT, app: APP, at: Date.now() });
    const { out } = await run(env, ['apps', 'import']);
    expect(out).toContain(`took the authorization back later, and stays so: ${APP}`);
    expect((await run(env, ['apps', 'list'])).out).toMatch(/ unauthorized +- +-\n$/);
  });

  it('ends at Ctrl-C with what is stored, and goes on when it is run again', async () => {
    const made = await scene(postgres());
    for (let index = 0; index < 200; index += 1) made.wechat.addApp(`wxapp${index}`);
    const env = await ready(made);
    const stopped = await run(env, ['apps', 'import', '--output', 'json'], (cli) => {
      const end = setInterval(() => {
        if (made.wechat.calls(INFO) < 20) return;
        clearInterval(end);
        cli.interrupt();
      }, 1);
    });
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain(
      'error: stopped before its end\n  what is stored stays; run it again to go on',
    );
    const { added } = JSON.parse(stopped.out);
    expect(added.length).toBeGreaterThanOrEqual(16);
    expect(added.length).toBeLessThan(201);
    const stored = JSON.parse((await run(env, ['apps', 'list', '--output', 'json'])).out);
    expect(stored.map(({ appid }: { appid: string }) => appid).sort()).toEqual(added.sort());
    const again = JSON.parse((await run(env, ['apps', 'import', '--output', 'json'])).out);
    expect([again.added.length, again.unchanged.length]).toEqual([201 - added.length, added.length]);
  });

  it('ends with WeChat’s reason and what helps when nothing can be had', async () => {
    const made = await scene(postgres());
    const env = { ...made.env, WEAPP_CONFIG: await fileOf('worker.json', JSON.stringify(made.config)) };
    const { code, err } = await run(env, ['apps', 'import']);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: api_get_authorizer_list: .*no component_verify_ticket has arrived yet/);
    expect(err).toContain('\n  WeChat pushes one every 10 minutes');
  });
});

describeWithPostgres('apps import --file', (postgres) => {
  const rows = [
    { appid: APP, refresh_token: 'refreshtoken@@@1', auth_time: 1_761_955_200, permission_sets: [18] },
    { appid: OTHER, refresh_token: 'refreshtoken@@@2' },
  ];
  const csv = `appid,refresh_token,nick_name,permission_sets\r\n${APP},refreshtoken@@@1,"Tea, and ""more""",1 18\r\n\r\n${OTHER},refreshtoken@@@2,,\r\n`;

  it.each([
    ['apps.json', JSON.stringify(rows)],
    [
      'apps.yaml',
      `- { appid: ${APP}, refresh_token: 'refreshtoken@@@1' }\n- appid: ${OTHER}\n  refresh_token: "refreshtoken@@@2"\n`,
    ],
    [
      'list.json',
      JSON.stringify({
        total_count: 2,
        list: rows.map(({ appid, ...rest }) => ({ authorizer_appid: appid, ...rest })),
      }),
    ],
    ['apps.csv', csv],
    ['excel.csv', `\uFEFF${csv}`],
  ])('takes %s, and again changes nothing', async (name, text) => {
    const made = await scene(postgres());
    const env = await ready(made);
    const file = await fileOf(name, text);
    expect((await run(env, ['apps', 'import', '--file', file])).out).toContain('2 Mini Programs: 2 new');
    expect(await run(env, ['apps', 'import', '--file', file])).toMatchObject({
      code: 0,
      out: '✔ 2 Mini Programs: 0 new, 0 updated, 2 as they were\n',
    });
    const platform = await made.open();
    const stored = await platform.store.authorizers.read({ component: COMPONENT, app: OTHER });
    expect(stored).toMatchObject({ state: 'authorized', refreshToken: 'refreshtoken@@@2' });
    expect(made.wechat.calls(LIST)).toBe(0);
  });

  it('never replaces a stored token by an old file’s, but when told to', async () => {
    const made = await scene(postgres());
    const env = await ready(made);
    const file = await fileOf('apps.json', JSON.stringify([rows[0]]));
    await run(env, ['apps', 'import', '--file', file]);
    const newer = await fileOf(
      'apps.json',
      JSON.stringify([{ ...rows[0], refresh_token: 'refreshtoken@@@9' }]),
    );
    const kept = await run(env, ['apps', 'import', '--file', newer]);
    expect(kept.out).toContain(`has a token already, which stays (--overwrite replaces it): ${APP}`);
    const replaced = await run(env, ['apps', 'import', '--file', newer, '--overwrite']);
    expect(replaced.out).toContain('0 new, 1 updated');
    const { store } = await made.open();
    expect(await store.authorizers.read({ component: COMPONENT, app: APP })).toMatchObject({
      refreshToken: 'refreshtoken@@@9',
    });
  });

  it('names every bad row without showing it, and stores the good ones whole', async () => {
    const made = await scene(postgres());
    const env = await ready(made);
    const bad = [
      { refresh_token: 'refreshtoken@@@x' },
      { appid: 'refreshtoken@@@x', refresh_token: OTHER },
      { appid: OTHER },
      { appid: OTHER, refresh_token: 'two words@@@' },
      { appid: OTHER, refresh_token: 'refreshtoken@@@x', original_id: 'refreshtoken@@@y' },
      { appid: OTHER, refresh_token: 'refreshtoken@@@x', 'refreshtoken@@@y': 1 },
      'refreshtoken@@@x',
      null,
      rows[0],
      rows[0],
    ];
    const { code, out } = await run(env, [
      'apps',
      'import',
      '--file',
      await fileOf('a.json', JSON.stringify(bad)),
    ]);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      '⚠ 1 Mini Program: 1 new, 0 updated, 0 as they were',
      '✖ row 1: appid is missing',
      '✖ row 2: appid must be an appid, such as wx0123456789abcdef',
      `✖ row 3 (${OTHER}): refresh_token is missing`,
      `✖ row 4 (${OTHER}): refresh_token has spaces in it`,
      expect.stringContaining(`✖ row 5 (${OTHER}): original_id `),
      `✖ row 6 (${OTHER}): it has fields of other names than the known ones`,
      '✖ row 7: it is of the wrong kind',
      '✖ row 8: it is of the wrong kind',
      `✖ row 10 (${APP}): the appid stands in an earlier row too`,
      '',
    ]);
    expect(JSON.parse((await run(env, ['apps', 'list', '--output', 'json'])).out)).toHaveLength(1);
  });

  it.each([
    [
      'in milliseconds',
      { auth_time: 1_761_955_200_000 },
      'auth_time must be in seconds, and not after tomorrow',
    ],
    ['of twenty digits', { auth_time: '9'.repeat(20) }, 'auth_time must be in seconds'],
    ['before 1970', { auth_time: -1 }, 'auth_time must be in seconds'],
    [
      'of no permission set',
      { permission_sets: [18, 2 ** 31] },
      'permission_sets.1 must be the number of one',
    ],
    [
      'of no permission set',
      { permission_sets: '18 99999999999' },
      'permission_sets.1 must be the number of one',
    ],
  ])('names a row with a number %s, and stores the others', async (_what, fields, problem) => {
    const made = await scene(postgres());
    const file = await fileOf('apps.json', JSON.stringify([{ ...rows[0], ...fields }, rows[1]]));
    const { code, out } = await run(await ready(made), ['apps', 'import', '--file', file]);
    expect([code, out]).toEqual([1, expect.stringContaining('1 Mini Program: 1 new')]);
    expect(out).toContain(`✖ row 1 (${APP}): ${problem}`);
  });

  it('names a row that the database does not take, and stores the others', async () => {
    const made = await scene(postgres());
    const env = await ready(made);
    const { store } = await made.open();
    await store.database.run((db) =>
      sql`alter table weapp_rollout.authorizers add constraint one check (app <> ${sql.lit(APP)})`.execute(
        db,
      ),
    );
    const file = await fileOf('apps.json', JSON.stringify(rows));
    const { code, out } = await run(env, ['apps', 'import', '--file', file]);
    expect([code, out]).toEqual([1, expect.stringContaining('1 Mini Program: 1 new')]);
    expect(out).toMatch(new RegExp(`✖ ${APP}: .*23514`));
  });

  it('never replaces a row that cannot be read, with a wrong key perhaps, but when told to', async () => {
    const made = await scene(postgres());
    const env = await ready(made);
    const file = await fileOf('apps.json', JSON.stringify([rows[0]]));
    await run(env, ['apps', 'import', '--file', file]);
    const wrong = { ...env, STORE_KEY: randomBytes(32).toString('base64') };
    const left = await run(wrong, ['apps', 'import', '--file', file]);
    expect([left.code, left.out]).toEqual([
      1,
      expect.stringContaining(`✖ ${APP}: authorizers.sealed_refresh_token`),
    ]);
    expect(left.out).toContain('--overwrite');
    const { store } = await made.open();
    const key = { component: COMPONENT, app: APP };
    expect(await store.authorizers.read(key)).toMatchObject({ refreshToken: 'refreshtoken@@@1' });

    const replaced = await run(wrong, ['apps', 'import', '--file', file, '--overwrite']);
    expect([replaced.code, replaced.out]).toEqual([0, expect.stringContaining('1 new')]);
    await expect(store.authorizers.read(key)).rejects.toMatchObject({ trouble: 'damaged' });
  });

  it.each([
    ['none.json', null, 'cannot be read (ENOENT)'],
    ['no.yaml', '"refreshtoken@@@x', 'is neither YAML nor JSON (line 1'],
    ['map.yaml', 'a: 1', 'is no list'],
    ['no.csv', 'refreshtoken@@@x,y\n', 'has no line of names at its top'],
    ['empty.csv', '', 'has no line of names at its top'],
    ['quotes.csv', 'appid,refresh_token\nwx0,"refreshtoken@@@x" y\n', 'is not written as CSV (line 2)'],
  ])('ends with 2 for %s', async (name, text, message) => {
    const made = await scene(postgres());
    const file = text === null ? `/no/such/${name}` : await fileOf(name, text);
    const { code, err } = await run(await ready(made), ['apps', 'import', '--file', file]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describeWithPostgres('apps list', (postgres) => {
  it('needs no configuration but DATABASE_URL, and says when nothing is there', async () => {
    const url = await postgres().database();
    const { code, out, err } = await run({ DATABASE_URL: url }, ['apps', 'list']);
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('weapp-rollout apps import');
  });
});

describe('apps without what they need', () => {
  it.each([
    [['apps', 'list'], {}, 'no database is configured', 'DATABASE_URL'],
    [['apps', 'import'], {}, 'the configuration has no component.appid', 'WEAPP_CONFIG'],
    [['apps', 'import', '--file', 'x.csv'], {}, 'the configuration has no component.appid', 'WEAPP_CONFIG'],
    [
      ['apps', 'list'],
      { DATABASE_URL: 'postgres://me:must-not-show@127.0.0.1:1/x' },
      'nothing listens there',
      'Start it',
    ],
  ])('%j ends with 1 and what helps', async (args, env, message, remedy) => {
    const { code, err } = await run(env, args);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(err).toContain(remedy);
    expect(err).not.toContain('    at ');
  });

  it.each([
    [['apps']],
    [['apps', 'nonsense']],
    [['apps', 'import', '--overwrite']],
    [['apps', 'list', '--output', 'x']],
  ])('%j ends with 2', async (args) => expect((await run({}, args)).code).toBe(2));

  it('each explain themselves', async () => {
    const help = await run({}, ['apps', 'import', '--help']);
    expect(help.code).toBe(0);
    for (const words of [
      'appid,refresh_token',
      'apps import --file',
      'Tokens are never shown',
      '--overwrite',
    ])
      expect(help.out).toContain(words);
    expect((await run({}, ['apps', 'list', '--help'])).out).toContain('permission set 18');
    expect((await run({}, ['--help'])).out).toContain('weapp-rollout apps import');
  });
});
