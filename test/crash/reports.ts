/** Stands between a worker and its Temporal server, and can keep back the worker's word that an activity has ended. */
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** Whose end is kept back. */
export interface Report {
  workflowId: string;
  activityType: string;
}

export interface Between {
  /** `host:port`, for `TEMPORAL_ADDRESS`. */
  address: string;
  /** From now on the server does not hear that such an activity has ended. */
  keepBack(report: Report): void;
  /** Whether a worker has said so, and the server has not heard it. */
  isKeptBack(report: Report): boolean;
  /** Lets everything through that comes from now on. What was kept back was said by the dead and stays unheard. */
  letThrough(): void;
  close(): Promise<void>;
}

const ENDED = '/temporal.api.workflowservice.v1.WorkflowService/RespondActivityTaskCompleted';

/** Passes every call on to a server's `host:port`. */
export async function standBetween(server: string): Promise<Between> {
  const wanted: Report[] = [];
  const kept: Buffer[] = [];
  const sessions = new Set<Http2Session>();
  const inbound = createServer();
  const remember = <Session extends Http2Session>(session: Session): Session => {
    sessions.add(session);
    session.on('error', () => session.destroy());
    return session;
  };
  inbound.on('session', (session) => {
    remember(session);
    let upstream = remember(connect(`http://${server}`));
    // The server says goodbye to every connection that has grown old; calls that run go on, new ones take another.
    const current = () => {
      if (upstream.closed || upstream.destroyed) upstream = remember(connect(`http://${server}`));
      return upstream;
    };
    session.on('close', () => upstream.destroy());
    session.on('stream', (stream, headers) => {
      if (headers[':path'] === ENDED) passUnlessWanted(stream, headers, current);
      else pass(stream, headers, current());
    });
  });

  /** A report is one short message, so it is read before it is passed on. */
  function passUnlessWanted(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    upstream: () => ClientHttp2Session,
  ): void {
    const chunks: Buffer[] = [];
    stream.on('error', () => stream.close());
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      // Its worker died in the midst of it.
      if (stream.aborted) return;
      const body = Buffer.concat(chunks);
      const said = messageIn(body);
      if (wanted.some((report) => isOf(said, report))) kept.push(said);
      else pass(stream, headers, upstream(), body);
    });
  }

  await new Promise<void>((done) => inbound.listen(0, '127.0.0.1', done));
  return {
    address: `127.0.0.1:${(inbound.address() as AddressInfo).port}`,
    keepBack: (report) => wanted.push(report),
    isKeptBack: (report) => kept.some((said) => isOf(said, report)),
    letThrough: () => wanted.splice(0),
    close: () =>
      new Promise((done) => {
        inbound.close(() => done());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** One call, both ways, with the trailers that carry gRPC's status. */
function pass(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  upstream: ClientHttp2Session,
  body?: Buffer,
): void {
  if (stream.destroyed) return;
  const call = upstream.request(headers);
  let trailers: IncomingHttpHeaders = {};
  call.on('response', (answer, flags) => {
    if (stream.destroyed) return;
    if (flags & constants.NGHTTP2_FLAG_END_STREAM) return stream.respond(answer, { endStream: true });
    stream.respond(answer, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    call.pipe(stream);
  });
  call.on('trailers', (last) => {
    trailers = last;
  });
  call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  stream.on('error', () => call.close(constants.NGHTTP2_CANCEL));
  stream.on('close', () => call.close(constants.NGHTTP2_CANCEL));
  if (body === undefined) stream.pipe(call);
  else call.end(body);
}

/** gRPC's frame: whether it is compressed, its length in four bytes, the message. */
function messageIn(frame: Buffer): Buffer {
  const message = frame.subarray(5);
  return frame[0] === 1 ? gunzipSync(message) : message;
}

/** The task token names both: workflow id in field 2, activity type in field 8. */
function isOf(said: Buffer, { workflowId, activityType }: Report): boolean {
  return said.includes(field(2, workflowId)) && said.includes(field(8, activityType));
}

/** A short text as a field of a protobuf message. */
function field(number: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text)]);
}
