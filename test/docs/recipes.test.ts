/** docs/recipes.md: its token center hands out tokens, its plan passes lint, its script waits for a release. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { httpTokens } from '../../src/credentials/http.js';
import { loadPlan } from '../../src/plan/load.js';
import { type ApiScene, apiScene } from '../api/api-scene.js';
import { APPROVED, HEALTHY, worldFile } from '../cli/flow-scene.js';
import { MINIMAL } from '../plan/plans.js';
import { describeWorkflows, uniqueAppId } from '../support/temporal.js';

vi.setConfig({ testTimeout: 120_000 });

const PAGE = await readFile('docs/recipes.md', 'utf8');
/** The block of a language that has these words. */
function block(language: string, words: string): string {
  const blocks = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)];
  const found = blocks.find(([, kind, text = '']) => kind === language && text.includes(words))?.[2];
  if (found === undefined) throw new Error(`no ${language} block has ${words}`);
  return found;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'weapp-recipes-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe('the token center', () => {
  it('is asked by a worker as the page configures it', async () => {
    const here = await folder();
    const tokens = join(here, 'tokens.json');
    await writeFile(tokens, JSON.stringify({ wx1: 'one' }));
    await writeFile(join(here, 'token-center.mjs'), block('js', 'token-center.mjs'));
    const center = spawn(process.execPath, [join(here, 'token-center.mjs')], {
      env: { TOKENS: tokens, CENTER_KEY: 'key', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      center.kill();
    });
    const said = await new Promise<string>((done) =>
      center.stdout.once('data', (data) => done(String(data))),
    );
    const config = parseWorkerConfig(parse(block('yaml', 'TOKEN_CENTER_AUTH')));
    const { http } = config.tokens;
    if (http === undefined) throw new Error('there is no tokens.http');
    const address = http.address.replace('http://127.0.0.1:8791', /http:\S+/.exec(said)?.[0] ?? '');
    const ask = (auth: string) =>
      httpTokens({ ...http, address, cacheForMs: http.cacheFor, env: { TOKEN_CENTER_AUTH: auth } });
    const provider = ask('Bearer key');
    expect(await provider.get('wx1')).toBe('one');
    await writeFile(tokens, JSON.stringify({ wx1: 'two' }));
    expect(await provider.get('wx1')).toBe('one');
    expect(await provider.get('wx1', { rejected: 'one' })).toBe('two');
    await expect(provider.get('wx2')).rejects.toThrow('HTTP 404');
    await expect(ask('Bearer other').get('wx1')).rejects.toThrow('HTTP 401');
    await writeFile(tokens, 'half a fi');
    await expect(ask('Bearer key').get('wx1')).rejects.toThrow('HTTP 503');
  });
});

describe('the plan of WeCom', () => {
  it('passes lint', () => {
    const piece = parse(block('yaml', 'wecom:'));
    const plan = JSON.stringify({ ...parse(MINIMAL), ...piece });
    expect(loadPlan(plan, { filename: 'plan.json' })).toMatchObject({ ok: true });
  });
});

const [GOOD, WAITS] = [uniqueAppId(), uniqueAppId()];
const planOf = (app: string, stages: string) => `
app: ${app}
version: 1.4.0
template: 42
audit:
  items: [{ address: pages/index/index, first_class: 工具, second_class: 备忘录, first_id: 1, second_id: 2 }]
  poll: 1s
rollout: { stages: [${stages}], bake: 2s }
health:
  - name: js-error-rate
    provider: { prometheus: { address: env:PLAN_PROMETHEUS_URL, query: 'js_error_rate{app="{{app}}",version="{{version}}"}' } }
    interval: 1s
    thresholdRange: { max: 0.01 }
`;
const WORLD = worldFile(
  Object.fromEntries(
    [GOOD, WAITS].map((app) => [app, { token: `token-${app}`, lines: [APPROVED, HEALTHY] }]),
  ),
);

describeWorkflows('the script of a pipeline', () => {
  let scene: ApiScene;
  let here: string;
  beforeAll(async () => {
    scene = await apiScene(`recipes-${GOOD}`, WORLD);
    await scene.flow.workerUp();
    here = await mkdtemp(join(tmpdir(), 'weapp-pipeline-'));
    await writeFile(join(here, 'release.sh'), block('sh', 'release.sh PLAN KEY'));
  }, 120_000);
  afterAll(async () => {
    await scene?.close();
    await rm(here, { recursive: true, force: true });
  });

  async function run(
    plan: string,
    key: string,
    token = scene.tokens.ann,
  ): Promise<{ code: number; out: string; err: string }> {
    await writeFile(join(here, 'plan.yaml'), plan);
    const env = { PATH: process.env.PATH, WEAPP_API: scene.url, WEAPP_API_TOKEN: token, EVERY: '0.2' };
    return new Promise((done) =>
      execFile('sh', ['release.sh', 'plan.yaml', key], { cwd: here, env }, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err }),
      ),
    );
  }

  it('starts a release, tells how it goes, and ends as it does; once more it finds the same', async () => {
    const plan = planOf(GOOD, '{ percentage: 1, soak: 2s }, { percentage: 100 }');
    const first = await run(plan, 'build-1');
    expect(first, first.err).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('rolling 1 %: soaks at 1 %');
    const again = await run(plan, 'build-1');
    expect(again.code).toBe(0);
    expect(again.out.split('\n')[0]).toBe(first.out.split('\n')[0]);
    expect(await run(plan.replace('1.4.0', '1.4.1'), 'build-1')).toMatchObject({ code: 2 });
  });

  it('ends with 2 for a plan that may not be started, with 1 for a token that will not do', async () => {
    const bad = await run(planOf(GOOD, '{ percentage: ten }'), 'build-2');
    expect(bad.code).toBe(2);
    expect(bad.err).toContain('rollout.stages[0].percentage: must be');
    const out = await run(
      planOf(GOOD, '{ percentage: 1, soak: 2s }, { percentage: 100 }'),
      'build-3',
      scene.tokens.out,
    );
    expect(out).toMatchObject({ code: 1, err: expect.stringContaining('error: ') });
  });

  it('ends with 5 when people must agree, and with 3 when it was aborted after that', async () => {
    const gate = 'approval: { approvers: [bob], timeout: 1h }';
    const plan = planOf(
      WAITS,
      `{ percentage: 1, soak: 1s }, { percentage: 10, soak: 1s, ${gate} }, { percentage: 100 }`,
    );
    expect(await run(plan, 'build-4')).toMatchObject({ code: 5, err: '' });
    await scene.ask(`/v1/releases/${WAITS}/abort`, { body: { reason: 'only trying' } });
    const ended = await scene.flow.until(WAITS, ({ outcome }) => outcome !== null);
    expect(ended.outcome).toBe('reverted');
    expect((await run(plan, 'build-4')).code).toBe(3);
  });
});
