/** What a worker is told: where WeChat is, which tokens it has, which providers plans may reach. */
import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { api } from './api.js';
import { component, database, tokens } from './credentials.js';
import { identities } from './identities.js';

/** As the URLs of providers have it: in small letters, addresses of IPv6 in brackets. */
const host = z
  .string()
  .toLowerCase()
  .regex(/^([^\s:/@[\]]+|\[[\da-f:.]+\])$/, 'must be a host without scheme, port and path');

const schema = z
  .strictObject({
    wechat: z
      .strictObject({
        /** WeChat's API; another one only for a simulator or a proxy of your own. */
        baseUrl: z
          .url({ protocol: /^https?$/ })
          // It is shown in logs, and paths and queries are added to it.
          .regex(/^[^@?#]*$/, 'must be without user, query or fragment')
          .default('https://api.weixin.qq.com'),
        /** For one HTTP request, milliseconds; a write must end before its activity does. */
        timeoutMs: z.int().min(100).max(12_000).default(8_000),
      })
      .prefault({}),
    component: component.optional(),
    tokens: tokens.prefault({}),
    database: database.prefault({}),
    /** Approvers by name, with their public keys. */
    identities: identities.default({}),
    /** The HTTP API: whom it lets in; and, for workers, whose signature vouches for people. */
    api: api.prefault({}),
    providers: z
      .strictObject({
        /** Hosts, without port, that a plan's health providers may be on. */
        allowedHosts: z.array(host).default(['127.0.0.1', 'localhost']),
      })
      .prefault({}),
    notify: z
      .strictObject({
        /** Hosts, without port, that messages may go to besides WeCom's, Feishu's and DingTalk's own. */
        allowedHosts: z.array(host).default(['127.0.0.1', 'localhost']),
      })
      .prefault({}),
    references: z
      .strictObject({
        /** The only folder that `file:` references of plans and uploads read below. */
        folder: z.string().optional(),
      })
      .prefault({}),
  })
  .superRefine(({ tokens, component, database }, context) => {
    if (tokens.component === undefined) return;
    const need = (present: boolean, path: string[], what: string) => {
      if (!present) context.addIssue({ code: 'custom', path, message: `tokens.component needs ${what}` });
    };
    need(component !== undefined, ['component'], 'the appid and secret of the platform');
    need(component?.secret !== undefined, ['component', 'secret'], 'the component_appsecret');
    need(database.keys.length > 0, ['database', 'keys'], 'a key for what it stores');
  });

export type WorkerConfig = z.output<typeof schema>;
export type WorkerConfigInput = z.input<typeof schema>;

/** The configuration is wrong or cannot be read. The message names the field and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks a configuration and fills in defaults. @throws ConfigError */
export function parseWorkerConfig(input: unknown, source = 'the configuration'): WorkerConfig {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'top level'}: ${issue.message}`,
  );
  throw new ConfigError(`${source} is not valid: ${problems.join('; ')}`);
}

/**
 * The configuration from the environment: WEAPP_CONFIG names a YAML or JSON file, WECHAT_API_BASE goes before its
 * base address. Without a file every app's token is expected in WEAPP_TOKEN.
 * @throws ConfigError
 */
export async function loadWorkerConfig(
  env: Readonly<Record<string, string | undefined>>,
): Promise<WorkerConfig> {
  // As everywhere in an environment, empty is not set.
  const file = env.WEAPP_CONFIG || undefined;
  const read = file === undefined ? { tokens: { default: 'env:WEAPP_TOKEN' } } : await readConfigFile(file);
  const config = parseWorkerConfig(read, file ?? 'the environment');
  const baseUrl = env.WECHAT_API_BASE || undefined;
  if (baseUrl === undefined) return config;
  const { wechat } = parseWorkerConfig({ wechat: { ...config.wechat, baseUrl } }, 'WECHAT_API_BASE');
  return { ...config, wechat };
}

async function readConfigFile(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError(`WEAPP_CONFIG names ${file}, which cannot be read (${code})`);
  });
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    throw new ConfigError(`${file} is no YAML: ${faultOf(error)}`);
  }
}

/** What is wrong with the text, and where. Never the text itself: a token may stand there. */
function faultOf(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return 'an alias (*name) leads nowhere';
  const [start] = error.linePos ?? [];
  const where = start === undefined ? '' : ` at line ${start.line}, column ${start.col}`;
  return `${error.code.toLowerCase().replaceAll('_', ' ')}${where}`;
}
