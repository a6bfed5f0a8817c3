/** There may be no Docker engine where tests run: the compose file is held against its schema, and against what it names. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { parseWorkerConfig } from '../../src/config/worker-config.js';
import { parseDuration } from '../../src/domain/duration.js';
import { RELEASE_SEARCH_ATTRIBUTES } from '../../src/domain/search-attributes.js';
import { type ComposeService, ROOT, readCompose, service } from '../support/compose.js';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const compose = readCompose();
const services = Object.entries(compose.services);
const imageOf = (name: string) => service(name).image.split(':')[1];

describe('docker-compose.yml', () => {
  it('is what the Compose Specification allows', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(JSON.parse(read('test/fixtures/compose/compose-spec.json')));
    expect(validate(compose) || validate.errors).toBe(true);
    expect(validate({ ...compose, service: {} })).toBe(false);
  });

  it('waits only for what can be waited for', () => {
    for (const [name, { depends_on = {} }] of services)
      for (const [on, { condition }] of Object.entries(depends_on)) {
        const { healthcheck, restart } = service(on);
        if (condition === 'service_healthy') expect(healthcheck, `${name} → ${on}`).toBeDefined();
        // One that is started again for ever never completes.
        else
          expect([condition, restart], `${name} → ${on}`).toEqual([
            'service_completed_successfully',
            'on-failure:5',
          ]);
      }
  });

  it('opens ports on the loopback address only', () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  it('has no password: secrets are files, each used is declared, and each declared is made by deploy/secrets.sh', () => {
    expect(read('docker-compose.yml')).not.toMatch(
      /(PASSWORD|PWD|KEY|SECRET|TOKEN)[A-Z_]*: (?!\/run\/secrets\/)/,
    );
    const used = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
    const folder = mkdtempSync(join(tmpdir(), 'weapp-secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const make = () => execFileSync('sh', [join(ROOT, 'deploy/secrets.sh'), folder], { encoding: 'utf8' });
    make();
    const contents = () =>
      Object.values(compose.secrets).map(({ file }) =>
        readFileSync(file.replace('./secrets', folder), 'utf8'),
      );
    const before = contents();
    expect(new Set(before).size).toBe(before.length);
    expect(before.filter((text) => text.trim().length < 32)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(make()).not.toContain('made');
    expect(contents()).toEqual(before);
  });

  it('gives a worker ten seconds more than it gives its running attempts', () => {
    const [, grace = ''] = /shutdownGraceTime: '([^']+)'/.exec(read('src/worker.ts')) ?? [];
    for (const name of ['worker', 'api'])
      expect(parseDuration(service(name).stop_grace_period ?? ''), name).toBe(parseDuration(grace) + 10_000);
  });

  it('has the schema tool and the namespace job of the version of the server', () => {
    expect(imageOf('temporal')).toMatch(/^1\.32\.\d+$/);
    expect([imageOf('temporal-schema'), imageOf('namespace')]).toEqual([
      imageOf('temporal'),
      imageOf('temporal'),
    ]);
  });

  it('keeps closed releases for 90 days, with the search attributes of a release', () => {
    expect(service('namespace').environment?.RETENTION).toBe('90d');
    const given = [...read('deploy/namespace.sh').matchAll(/--name (\w+) --type (\w+)/g)];
    expect(Object.fromEntries(given.map(([, name, type]) => [name, type]))).toEqual(
      RELEASE_SEARCH_ATTRIBUTES,
    );
  });

  it('hides what does not take users back from the Web UI', () => {
    expect(service('temporal-ui').environment).toMatchObject({
      TEMPORAL_WORKFLOW_TERMINATE_DISABLED: 'true',
      TEMPORAL_WORKFLOW_RESET_DISABLED: 'true',
      TEMPORAL_WORKFLOW_PAUSE_DISABLED: 'true',
      TEMPORAL_ACTIVITY_COMMANDS_DISABLED: 'true',
    });
    expect(service('temporal-ui').environment).not.toHaveProperty('TEMPORAL_WORKFLOW_SIGNAL_DISABLED');
  });

  it('mounts nothing that is not there, or is not told to be made', () => {
    const made = ['./config', './secrets/wechat'];
    const sources = services.flatMap(([, { volumes = [] }]) =>
      volumes.flatMap((volume) => (typeof volume === 'string' ? [] : [volume.source])),
    );
    const written = sources.map((source) => source.replace(/^\$\{\w+:-(.+)\}$/, '$1'));
    const unknown = written.filter((source) => !made.includes(source) && !existsSync(join(ROOT, source)));
    expect(unknown).toEqual([]);
  });

  it('runs two workers, so that one may end', () => {
    expect(service('worker').deploy?.replicas).toBe(2);
  });
});

describe('deploy/worker.example.yaml', () => {
  it('is a configuration, with every secret in a place that the compose file gives it', () => {
    const example = parse(read('deploy/worker.example.yaml'));
    expect(() => parseWorkerConfig(example)).not.toThrow();
    const places = [...read('deploy/worker.example.yaml').matchAll(/file:\/run\/secrets\/([\w/]+)/g)].map(
      ([, name]) => name,
    );
    expect(places.filter((name) => !name?.startsWith('wechat/')).sort()).toEqual([
      'api_key',
      'api_public_key',
      'database_url',
      'store_key',
    ]);
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  it('is on glibc, on a line of Node that package.json allows, and runs as nobody special', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:(22|24)-(bookworm|trixie)-slim$/m);
    expect(dockerfile).toMatch(/^USER 1000$/m);
  });

  it('copies only what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(allowed.filter((name) => !copied.includes(name))).toEqual([]);
  });

  it.each(
    services
      .filter(([, { build }]) => build !== undefined)
      .map(([name, given]): [string, ComposeService] => [name, given]),
  )('holds what %s starts', (_name, { command, entrypoint }) => {
    const [node, file = ''] = entrypoint ?? command ?? [];
    expect(node).toBe('node');
    expect(existsSync(join(ROOT, file.replace(/^dist\/(.*)\.js$/, 'src/$1.ts')))).toBe(true);
  });
});
