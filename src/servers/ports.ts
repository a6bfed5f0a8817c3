import { createServer } from 'node:net';

/** The only address our own servers listen on: none of them asks who is calling. */
export const LOOPBACK = '127.0.0.1';

/**
 * Takes `count` different ports of the loopback address that nobody uses, and gives them back at once. Another
 * process may be faster to take one, so whoever uses them must be able to ask again.
 */
export async function freePorts(count: number): Promise<number[]> {
  // All are held until the last one is known, else the same port could be handed out twice.
  const held = await Promise.all(Array.from({ length: count }, () => hold(0)));
  await Promise.all(held.map(({ release }) => release()));
  return held.map(({ port }) => port);
}

/** Whether a port of the loopback address can be listened on now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    const { release } = await hold(port);
    await release();
    return true;
  } catch {
    return false;
  }
}

function hold(port: number): Promise<{ port: number; release: () => Promise<void> }> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return fail(new Error('the server has no port'));
      const release = () => new Promise<void>((closed) => server.close(() => closed()));
      done({ port: address.port, release });
    });
  });
}
