/** The simulator as an HTTP server on this machine. Everything it understands is in the files beside it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Control, controlOf } from './control/control.js';
import { answerControl, isControl } from './http/control-http.js';
import { answerPrometheus } from './http/prometheus-http.js';
import { refusal } from './http/refusal.js';
import { answerTooLarge, answerTraced } from './http/traced.js';
import { answerUnreadable, BODY_LIMIT, tooLargeElsewhere } from './http/unreadable.js';
import { type Answer, type Reply, splitTarget } from './http/wire.js';
import { PUSH_RETRY_AFTER_MS, PUSH_TIMEOUT_MS } from './push/delivery.js';
import { Pushes } from './push/pushes.js';
import { messageOf } from './state/errors.js';
import { Simulation } from './state/simulation.js';
import { movableClock } from './state/time.js';
import { keepState } from './state-file.js';
import { parseWorld, type WorldInput } from './world/world.js';

/** A sender that goes on this far beyond the limit is cut off. */
const PATIENCE = 8 * BODY_LIMIT;
/** How often time is looked at when pushes are wanted, at most. */
const TICK_MS = 200;

export interface SimulatorOptions {
  /** As in a world file. Checked; throws WorldError. */
  world: WorldInput;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Loopback unless told otherwise. */
  host?: string;
  /** Milliseconds since the epoch. Without it the simulator has a clock of its own that `control.clock` moves. */
  clock?: () => number;
  /** How pushes are sent, in real milliseconds; 5000 and 1000 unless told otherwise. */
  push?: { timeoutMs?: number; retryAfterMs?: number };
  /** A file that keeps everything over a restart. Without it all is lost at the end. */
  stateFile?: string;
}

/** A simulator that listens. */
export interface Simulator {
  /** `http://127.0.0.1:12345`, to be used as WeChat's base address and as Prometheus' address. */
  url: string;
  port: number;
  control: Control;
  /** Stops at once; hanging answers are broken off. */
  close(): Promise<void>;
}

/** Starts a simulated WeChat. Throws WorldError for a world that cannot be, StateFileError, and what `listen` throws. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const world = parseWorld(options.world);
  const own = options.clock === undefined ? movableClock() : undefined;
  const simulation = new Simulation(world, options.clock ?? own ?? Date.now);
  const pushes = new Pushes(simulation, {
    timeoutMs: options.push?.timeoutMs ?? PUSH_TIMEOUT_MS,
    retryAfterMs: options.push?.retryAfterMs ?? PUSH_RETRY_AFTER_MS,
    // A receiver compares the signature's time with its own clock, which nobody moves when ours is moved.
    signedAt: options.clock ?? Date.now,
  });
  const save =
    options.stateFile === undefined
      ? () => undefined
      : keepState(options.stateFile, options.world, { simulation, pushes, clock: own });
  simulation.observer = (announcement) => pushes.announce(announcement);
  const control = controlOf(simulation, pushes, own);
  const timers = new Set<NodeJS.Timeout>();

  const route = async (request: IncomingMessage, read: Uint8Array | 'tooLarge'): Promise<Reply> => {
    const body = read === 'tooLarge' ? new Uint8Array() : read;
    const type = request.headers['content-type'] ?? '';
    const ip = request.socket.remoteAddress ?? '';
    const wire = { method: request.method ?? 'GET', ...splitTarget(request.url ?? '/'), type, body, ip };
    try {
      if (isControl(wire.path))
        return read === 'tooLarge' ? tooLargeElsewhere() : await answerControl(control, wire);
      if (wire.path === '/api/v1/query')
        return read === 'tooLarge' ? tooLargeElsewhere() : answerPrometheus(simulation, wire);
      return read === 'tooLarge' ? answerTooLarge(simulation, wire) : await answerTraced(simulation, wire);
    } catch (error) {
      // A bug of the simulator. Others may be using it, so it says so loudly and goes on.
      console.error(`simulator: ${wire.method} ${wire.path} failed`, error);
      return refusal(-1, messageOf(-1), simulation.clock());
    }
  };

  const server = createServer((request, response) => {
    readBody(request, async (body) => {
      const reply = await route(request, body);
      save(request.method !== 'GET');
      if (reply.kind === 'hang') return;
      if (reply.kind === 'drop') {
        request.socket.destroy();
      } else if (reply.delayMs === 0) {
        send(response, reply);
      } else {
        const timer = setTimeout(() => {
          timers.delete(timer);
          send(response, reply);
        }, reply.delayMs);
        timers.add(timer);
      }
    });
  });
  server.on('clientError', (error, socket) => answerUnreadable(error, socket, simulation.clock()));
  // Longer than clients keep idle connections, or they would meet one that is just being closed.
  server.keepAliveTimeout = 75_000;

  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const stopTicker = pushes.wanted ? startTicker(control, save) : () => undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    control,
    close: () =>
      new Promise((resolve) => {
        stopTicker();
        save(true);
        pushes.close();
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Notices by itself what time brings, since pushes must not wait for somebody to ask. Returns how to stop it. */
function startTicker(control: Pick<Control, 'clock'>, save: () => void): () => void {
  let timer: NodeJS.Timeout;
  const tick = () => {
    const began = performance.now();
    try {
      control.clock();
      save();
    } catch (error) {
      console.error('simulator: its clock failed', error);
    }
    // With ten thousand apps a look takes long; it gets a twentieth of the time at most.
    timer = setTimeout(tick, Math.max(TICK_MS, 20 * (performance.now() - began))).unref();
  };
  tick();
  return () => clearTimeout(timer);
}

function readBody(request: IncomingMessage, done: (body: Uint8Array | 'tooLarge') => Promise<void>): void {
  let chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks = [];
    // Read on up to a point: a sender cut off in mid-body would never see the answer.
    if (size > PATIENCE) request.destroy();
  });
  request.on('end', () => void done(size > BODY_LIMIT ? 'tooLarge' : Buffer.concat(chunks)));
  // The caller went away; there is nobody to answer.
  request.on('error', () => undefined);
}

function send(response: ServerResponse, reply: Answer): void {
  response.writeHead(reply.status, {
    'Content-Type': reply.type,
    'Content-Length': Buffer.byteLength(reply.body),
    ...(reply.filename === undefined
      ? {}
      : { 'Content-disposition': `attachment; filename="${reply.filename}"` }),
  });
  response.end(reply.body);
}
