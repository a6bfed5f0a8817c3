/** Rubbish of every kind, as anybody with a Temporal client can send it, and senders that do. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { VERBS } from '../../src/domain/commands.js';
import { devServer } from '../support/temporal.js';

interface Payload {
  metadata?: Record<string, Uint8Array>;
  data?: Uint8Array;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const payload = (encoding: string | null, data: Uint8Array | string): Payload => ({
  ...(encoding === null ? {} : { metadata: { encoding: bytes(encoding) } }),
  data: typeof data === 'string' ? bytes(data) : data,
});
const json = (text: string): Payload[] => [payload('json/plain', text)];

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** None of it is a command: whatever it is sent to, nothing may come of it. */
const RUBBISH: Record<string, Payload[]> = {
  text: json('"text"'),
  number: json('17'),
  list: json('[{"by":"x"}]'),
  yes: json('true'),
  wrongFields: json('{"by":5,"reason":{"a":[1]},"commandId":[],"expect":"1","metric":7}'),
  wrongNumbers: json('{"expect":"1e999","appVersion":1e999,"template":-1,"until":"never","for":"soon"}'),
  broken: json('{"by": nope'),
  notUtf8: [payload('json/plain', Uint8Array.from([0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22]))],
  deep: json(nested(5_000)),
  large: json(JSON.stringify('x'.repeat(20_000))),
  undecodable: json('{"undecodable":"as our own converter says it"}'),
  protobufJson: [payload('json/protobuf', '{"by":"x"}')],
  protobufJsonNamed: [
    {
      metadata: { encoding: bytes('json/protobuf'), messageType: bytes('temporal.api.common.v1.Payloads') },
      data: bytes('{}'),
    },
  ],
  protobuf: [payload('binary/protobuf', Uint8Array.from([10, 3, 1, 2, 3]))],
  binary: [payload('binary/plain', Uint8Array.from([0, 255, 1]))],
  encrypted: [payload('binary/encrypted', Uint8Array.from([9, 9, 9]))],
  noEncoding: [payload(null, '{"by":"x"}')],
  emptyEncoding: [payload('', '{"by":"x"}')],
  strangeEncoding: [payload('\u0000/\ud83d\ude00', 'x')],
  severalArguments: [...json('5'), ...json('{"by":"second"}'), payload('binary/encrypted', 'x')],
};

/** Names that no release knows, or that the SDK keeps for itself. */
const NAMES = [
  ...VERBS,
  'healthReport',
  'nonsense',
  '__temporal_x',
  '__temporal_workflow_metadata',
  '__stack_trace',
  '__enhanced_stack_trace',
  'toString',
  '__proto__',
  'constructor',
  ' pause',
  '中文',
  'x'.repeat(500),
];

/** Commands that are well formed and refused wherever a release stands, and a push that is only a wake-up. */
const REFUSED: [string, object][] = [
  ['promote', { expect: 77, by: 'someone', reason: 'guesses' }],
  ['approve', { gate: 'stage:99', by: 'nobody' }],
  ['refuse', { gate: 'stage:99', by: 'nobody' }],
  ['rollback', { version: '0.0.0-nowhere', by: 'someone' }],
  ['resume', { metric: 'no-such-metric', by: 'someone' }],
  ['resubmit', { items: [], by: 'someone' }],
  ['healthReport', { metric: 'no-such-metric', value: 1 }],
  ['healthReport', { metric: 'js-error-rate', value: 1, at: -1 }],
  ['auditResult', { status: 1, reason: 'forged' }],
];

export interface Message {
  name: string;
  /** What it is, for a failing test. */
  what: string;
  payloads: Payload[];
}

/** Every name with every rubbish, and what is refused: the share of one of several senders, in an order of its own. */
export function messagesOf(sender: number, senders: number): Message[] {
  const all: Message[] = [
    ...NAMES.flatMap((name) => Object.entries(RUBBISH).map(([what, payloads]) => ({ name, what, payloads }))),
    ...REFUSED.map(([name, command], index) => ({
      name,
      what: JSON.stringify(command),
      payloads: json(JSON.stringify({ commandId: `refused-${index}`, ...command })),
    })),
  ];
  const own = all.filter((_message, index) => index % senders === sender);
  // A stride without a common divisor visits each once.
  return own.flatMap((_message, index) => own[(index * STRIDE) % own.length] ?? []);
}

const STRIDE = 53;

/** Of one update whose answer does not come. */
const MOST_TRIES = 4;

export interface Sender {
  /** Sends a message as a signal. Throws what the server throws. */
  signal(workflowId: string, message: Message): Promise<void>;
  /** Sends it as an update: how it was answered. */
  update(workflowId: string, message: Message): Promise<'done' | 'refused'>;
}

/** Sends bytes as they are: no converter of ours has a say. */
export function rawSender({ workflowService }: Client): Sender {
  const { namespace } = devServer();
  const to = (workflowId: string) => ({ namespace, workflowExecution: { workflowId } });
  return {
    async signal(workflowId, { name, payloads }) {
      await workflowService.signalWorkflowExecution({
        ...to(workflowId),
        signalName: name,
        input: { payloads },
      });
    },
    async update(workflowId, { name, payloads }) {
      const request = {
        ...to(workflowId),
        // 3: until it is completed.
        waitPolicy: { lifecycleStage: 3 },
        request: { meta: { identity: 'storm', updateId: randomUUID() }, input: { name, args: { payloads } } },
      };
      // The server holds a call for 20 s and then answers that it has no outcome yet: asked again, as every client does.
      let { outcome } = await workflowService.updateWorkflowExecution(request);
      for (let tries = 1; !outcome && tries < MOST_TRIES; tries++)
        ({ outcome } = await workflowService.updateWorkflowExecution(request));
      if (!outcome) throw new Error(`no answer to ${name}`);
      return outcome.failure ? 'refused' : 'done';
    },
  };
}
