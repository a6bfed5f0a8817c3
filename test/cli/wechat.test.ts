/** `weapp-rollout wechat`: one call of WeChat by hand. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { endpointNames, endpoints } from '../../src/wechat/catalogue.js';
import { lookUpCode } from '../../src/wechat/error-codes.js';
import { corrected, examples, neighbours } from '../wechat/examples.js';
import { always, COMPONENT_TOKEN, fakeServer, TOKEN } from '../wechat/fake-server.js';
import { fakeCli } from './fake-cli.js';
import { APP, bodyOf, GRAY, OK, run } from './wechat-run.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weapp-wechat-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a call that changes something', () => {
  const ten = [...GRAY, '--gray_percentage', '10'];

  it('without a terminal and without --yes is refused', async () => {
    const { code, cli, seen } = await run(ten);
    expect(code).toBe(2);
    expect(cli.stderr()).toContain('nobody can be asked: grayrelease for wx0123456789abcdef');
    expect(cli.stderr()).toContain('add --yes');
    expect(seen).toHaveLength(0);
  });

  it.each([
    ['y', 0, 1],
    ['YES', 0, 1],
    ['', 1, 0],
    ['n', 1, 0],
    ['yesterday', 1, 0],
  ])('asks on a terminal, saying what it will do; %j', async (answer, code, requests) => {
    const asked: string[] = [];
    const done = await run(ten, OK, {
      ask: async (question) => {
        asked.push(question);
        return answer;
      },
    });
    expect(asked).toEqual(['Go on? [y/N] ']);
    expect(done.cli.stderr()).toMatch(
      /changes something in WeChat: grayrelease for wx0123456789abcdef: release the approved version .*\(gray_percentage 10\), at http:/,
    );
    expect(done.code).toBe(code);
    expect(done.seen).toHaveLength(requests);
  });

  it('may be a GET, and is not asked about when it only reads', async () => {
    expect((await run(['wechat', 'revertgrayrelease', '--app', APP])).code).toBe(2);
    const read = await run(['wechat', 'getversioninfo', '--app', APP]);
    expect(read.code).toBe(0);
  });
});

describe('the answer', () => {
  it('is JSON on standard output, and nothing else', async () => {
    const { code, cli } = await run(
      ['wechat', 'get_page', '--app', APP],
      '{"errcode":0,"errmsg":"ok","page_list":["a"]}',
    );
    expect(code).toBe(0);
    expect(JSON.parse(cli.stdout())).toEqual({ errcode: 0, errmsg: 'ok', page_list: ['a'] });
    expect(cli.stdout()).toContain('\n  "page_list": [');
    expect(cli.stderr()).toBe('');
  });

  const picture = Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x80]);
  const image: Parameters<typeof fakeServer>[0] = (response) =>
    response.setHeader('content-type', 'image/jpeg').end(picture);

  it('that is an image goes to a file', async () => {
    const out = join(folder, 'qrcode.jpg');
    const { code, cli, seen } = await run(
      ['wechat', 'get_qrcode', '--app', APP, '--path', 'a/b?c=1', '--output-file', out],
      image,
    );
    expect(code).toBe(0);
    expect(await readFile(out)).toEqual(picture);
    expect(cli.stderr()).toContain('5 bytes written to');
    expect(cli.stdout()).toBe('');
    expect(seen[0]?.query.path).toBe('a/b?c=1');
  });

  it('that is an image is not printed to a terminal', async () => {
    const terminal = fakeCli();
    Object.assign(terminal.out, { isTTY: true });
    const { code, cli, seen } = await run(['wechat', 'get_qrcode', '--app', APP], image, {
      out: terminal.out,
    });
    expect(code).toBe(2);
    expect(cli.stderr()).toContain('--output-file FILE');
    expect(seen).toHaveLength(0);
  });

  const submit = ['wechat', 'submit_audit', '--app', APP, '--yes', '--output-file'];
  const submitted = '{"errcode":0,"errmsg":"ok","auditid":7}';

  it('that a file cannot take is known before anything is sent', async () => {
    const { code, cli, seen } = await run([...submit, join(folder, 'no', 'file')], submitted);
    expect(code).toBe(2);
    expect(cli.stderr()).toMatch(/nothing was sent: .* cannot be written \(ENOENT\)/);
    expect(seen).toHaveLength(0);
  });

  it('takes the place of what was in the file, and only when it has come', async () => {
    const out = join(folder, 'answer.json');
    await writeFile(out, 'an older answer that is longer than the new one is'.repeat(9));
    expect((await run([...submit, out], '{"errcode":85009,"errmsg":"no"}')).code).toBe(1);
    expect(await readFile(out, 'utf8')).toContain('an older answer');
    expect((await run([...submit, out], submitted)).code).toBe(0);
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ auditid: 7 });
  });

  it('that never came leaves no file behind', async () => {
    const out = join(folder, 'never.json');
    expect((await run([...submit, out], '{"errcode":85009,"errmsg":"no"}')).code).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  it('that never came leaves a link alone that leads nowhere yet', async () => {
    const link = join(folder, 'link');
    await symlink(join(folder, 'behind.json'), link);
    expect((await run([...submit, link], '{"errcode":85009,"errmsg":"no"}')).code).toBe(1);
    expect(await readlink(link)).toBe(join(folder, 'behind.json'));
  });

  it.runIf(existsSync('/dev/full'))(
    'that a full disk does not take is shown, and the call is not to be made again',
    async () => {
      const { code, cli } = await run([...submit, '/dev/full'], submitted);
      expect(code).toBe(1);
      expect(JSON.parse(cli.stdout())).toMatchObject({ auditid: 7 });
      expect(cli.stderr()).toMatch(/WeChat answered, .*ENOSPC.*\n.*the call was made; its answer is above/);
    },
  );

  it('that is an error shows code, meaning, class and remedy, and ends with 1', async () => {
    const { code, cli } = await run(
      ['wechat', 'undocodeaudit', '--app', APP, '--yes'],
      '{"errcode":87013,"errmsg":"no quota to undo code rid: 61a2d7ae-6f9fa5ab-464376f2"}',
    );
    expect(code).toBe(1);
    expect(cli.stderr()).toMatch(
      /^error: undocodeaudit of wx0123456789abcdef: 87013 no quota to undo code rid: /,
    );
    expect(cli.stderr()).toMatch(/meaning {2}no withdrawals .*\n {2}class {4}quota\n.*\n {2}remedy {3}Wait /);
    expect(cli.stdout()).toBe('');
  });

  it('is no way to the token, even when WeChat repeats it', async () => {
    const answer = JSON.stringify({ errcode: 85019, errmsg: `no audit for ${TOKEN}` });
    const { cli } = await run(['wechat', 'release', '--app', APP, '--yes', '--debug'], answer);
    expect(cli.stderr() + cli.stdout()).not.toContain(TOKEN);
    expect(cli.stderr()).toContain('no audit for [token]');
  });
});

describe('the token', () => {
  it('may go in another field', async () => {
    const { seen } = await run(
      ['wechat', 'getgrayreleaseplan', '--app', APP, '--token-field', 'cloudbase_access_token'],
      OK,
    );
    expect(seen[0]?.query).toEqual({ cloudbase_access_token: TOKEN });
  });

  it('of the platform is needed for the template library', async () => {
    const { code, cli, seen } = await run(['wechat', 'gettemplatelist']);
    expect(code).toBe(1);
    expect(cli.stderr()).toContain('gettemplatelist of the platform');
    expect(cli.stderr()).toContain('tokens.platform, tokens.http.platformAddress or tokens.component');
    expect(seen).toHaveLength(0);
  });

  it('of the platform may lie in a variable', async () => {
    const config = join(folder, 'platform.yaml');
    await writeFile(config, 'tokens: { default: env:WEAPP_TOKEN, platform: env:PLATFORM_TOKEN }');
    const { url, seen } = await fakeServer(always('{"errcode":0,"errmsg":"ok","template_list":[]}'));
    const cli = fakeCli({ WECHAT_API_BASE: url, WEAPP_CONFIG: config, PLATFORM_TOKEN: COMPONENT_TOKEN });
    expect(await runCli(['wechat', 'gettemplatelist'], cli)).toBe(0);
    expect(seen[0]?.query).toEqual({ access_token: COMPONENT_TOKEN });
  });

  it('is the Mini Program’s where either will do and one is named, and never by an empty name', async () => {
    const rid = ['wechat', 'rid_get', '--rid', '61725984-6126f6f9-040f19c4'];
    const done = await run([...rid, '--app', APP], '{"errcode":0,"errmsg":"ok","request":{}}');
    expect(done.code).toBe(0);
    expect(done.seen[0]?.query).toEqual({ access_token: TOKEN });
    const platform = await run(rid);
    expect(platform.code).toBe(1);
    expect(platform.cli.stderr()).toContain('Name the Mini Program');
    const empty = await run([...rid, '--app', '']);
    expect(empty.code).toBe(2);
    expect(empty.cli.stderr()).toContain('--app is empty');
    expect(empty.seen).toHaveLength(0);
  });

  it('that is nowhere is said so', async () => {
    const cli = fakeCli({ WECHAT_API_BASE: 'http://127.0.0.1:9' });
    expect(await runCli(['wechat', 'get_page', '--app', APP], cli)).toBe(1);
    expect(cli.stderr()).toContain('WEAPP_TOKEN is not set');
  });
});

describe('calls that carry credentials', () => {
  it.each(endpointNames.filter((name) => endpoints[name].secret))('%s is not made by hand', async (name) => {
    const { code, cli, seen } = await run(['wechat', name, '--app', APP, '--component_appid', 'x', '--yes']);
    expect(code).toBe(2);
    expect(cli.stderr()).toMatch(/carries credentials and is not made by hand\n {2}instead: \S/);
    expect(seen).toHaveLength(0);
  });

  it('name the command that does it', async () => {
    const { cli } = await run(['wechat', 'api_start_push_ticket']);
    expect(cli.stderr()).toContain('instead: weapp-rollout apps start-tickets');
    for (const code of [61005, 61006])
      expect(lookUpCode(code).remedy).toContain('weapp-rollout apps start-tickets');
  });
});

describe('what there is', () => {
  it.each([[['wechat']], [['wechat', '--list']]])('%j lists every call with its line', async (words) => {
    const { code, cli } = await run(words);
    expect(code).toBe(0);
    for (const name of endpointNames) {
      expect(cli.stdout()).toMatch(new RegExp(`^  ${name} +(read|write|not by hand) `, 'm'));
      expect(cli.stdout()).toContain(endpoints[name].doc);
    }
  });

  it.each(endpointNames)('%s --help shows its fields, limits and errors', async (name) => {
    const { code, cli, seen } = await run(['wechat', name, '--help']);
    expect(code).toBe(0);
    const row = endpoints[name];
    expect(cli.stdout()).toContain(`${row.method} ${row.path}`);
    for (const error of Object.keys(row.errors)) expect(cli.stdout()).toContain(`\n  ${error} `);
    expect(cli.stdout()).not.toMatch(/undefined|object Object/);
    expect(seen).toHaveLength(0);
  });

  it('has limits in words', async () => {
    const { cli } = await run(['wechat', 'grayrelease', '--help']);
    expect(cli.stdout()).toMatch(/--gray_percentage +whole number from 0 to 100 +Whole percent of users/);
    expect(cli.stdout()).toMatch(/--support_debuger_first +optional +true or false/);
    expect(cli.stdout()).toContain('weapp-rollout wechat grayrelease --app wx0123456789abcdef');
  });

  it('and the command itself has help', async () => {
    const { code, cli } = await run(['wechat', '--help']);
    expect(code).toBe(0);
    expect(cli.stdout()).toContain('--output-file <file>');
  });
});

describe('every call that is no secret can be made by hand', () => {
  const sampleOf = (name: string): { request: Record<string, unknown>; answer: string } => {
    const beside = neighbours.find((one) => one.endpoint === name);
    if (beside)
      return { request: beside.request ?? beside.fields ?? {}, answer: JSON.stringify(beside.answer) };
    const text = (kind: string) => examples.find((one) => one.endpoint === name && one.kind === kind);
    const [request, answer] = [text('request'), text('answer')];
    return {
      request: request === undefined ? {} : JSON.parse(corrected(request)),
      answer: answer === undefined ? OK : corrected(answer),
    };
  };
  // An upload and an image have their own tests, and calls of the platform want a token that is made.
  const byHand = endpointNames.filter(
    (name) =>
      ['authorizer', 'either'].includes(endpoints[name].token) &&
      !['uploadmedia', 'get_qrcode'].includes(name),
  );

  it.each(byHand)('%s, with the document’s sample', async (name) => {
    const { request, answer } = sampleOf(name);
    const words = Object.entries(request).flatMap(([field, value]) => [
      `--${field}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const done = await run(['wechat', name, '--app', APP, '--yes', ...words], answer);
    expect(done.cli.stderr()).toBe('');
    expect(done.code).toBe(0);
    if (endpoints[name].in === 'body')
      expect(bodyOf(done)).toEqual(
        // A template's number may be a text as well, and a text is what the command line has.
        name === 'commit' ? { ...request, template_id: '0' } : request,
      );
  });
});
