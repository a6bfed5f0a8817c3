import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createLogger, formatFor, pinoOptions, redacting } from '../../src/telemetry/log.js';
import { Redactor } from '../../src/telemetry/redactor.js';

function logging(format: 'json' | 'text') {
  const lines: string[] = [];
  const redactor = new Redactor();
  redactor.learn('a-token-of-somebody');
  const stream = { write: (line: string) => lines.push(line) };
  return { lines, redactor, stream, log: createLogger({ level: 'INFO', format, stream, redactor }) };
}

const META = {
  workflowId: 'release:wx0123456789abcdef',
  runId: 'run-1',
  activityType: 'grayRelease',
  attempt: 2,
};

describe('a line of the log', () => {
  it('is JSON with time, level, message, the ids of the release, and no secret', () => {
    const { lines, log } = logging('json');
    log.warn('Activity failed', {
      ...META,
      error: new Error('GET /x?access_token=71_abc a-token-of-somebody'),
    });
    const line = JSON.parse(lines.join(''));
    expect(line).toMatchObject({
      level: 'warn',
      message: 'Activity failed',
      app: 'wx0123456789abcdef',
      ...META,
      error: { name: 'Error', message: 'GET /x?access_token=[token] [secret]' },
    });
    expect(new Date(line.time).toISOString()).toBe(line.time);
    expect(lines.join('')).not.toMatch(/a-token|71_abc/);
  });

  it('is one plain line for a terminal, and no secret', () => {
    const { lines, log } = logging('text');
    log.error('no way a-token-of-somebody', META);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^\d{4}-.*Z \[ERROR\] no way \[secret\] \{ workflowId: 'release:wx0123456789abcdef', .*\}\n$/,
    );
  });

  it('is not written below the level', () => {
    const { lines, log } = logging('json');
    log.debug('much');
    log.trace('more');
    log.log('DEBUG', 'most');
    log.info('something');
    expect(lines).toHaveLength(1);
  });

  it('of fastify looks the same', async () => {
    const { lines, redactor, stream } = logging('json');
    const server = fastify({ logger: { ...pinoOptions('info'), stream: redacting(stream, redactor) } });
    server.log.info({ app: 'wx1' }, 'hello a-token-of-somebody');
    await server.close();
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      app: 'wx1',
      message: 'hello [secret]',
      time: expect.stringMatching(/Z$/),
    });
  });
});

it('is text for a terminal and JSON for everything else, unless told', () => {
  expect(formatFor('auto', { isTTY: true })).toBe('text');
  expect(formatFor('auto', {})).toBe('json');
  expect(formatFor('json', { isTTY: true })).toBe('json');
  expect(formatFor('text', {})).toBe('text');
});
