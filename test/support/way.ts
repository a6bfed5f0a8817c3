/** A way to a PostgreSQL that a test can cut, or let fall silent. */
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Way {
  /** The database, through it. */
  url: string;
  /** Nothing passes any more on what is connected now, and nobody is told; new connections work. */
  freeze(): void;
  /** Everything breaks, and nobody can connect. */
  cut(): void;
}

/** Opens one to a database of test/support/postgres.ts, which listens on a socket in a folder. */
export async function wayTo(url: string): Promise<Way> {
  const { pathname, searchParams } = new URL(url);
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(`${searchParams.get('host')}/.s.PGSQL.5432`);
    for (const socket of [near, far]) socket.on('error', () => {});
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.pipe(to);
      from.on('close', () => to.destroy());
    }
    sockets.push(near, far);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  onTestFinished(cut);
  return {
    url: `postgres://postgres@127.0.0.1:${port}${pathname}`,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut,
  };
}
