import { describe, expect, it } from 'vitest';
import { ADDRESSES } from '../../src/api/push/routes.js';
import { withReceiver } from '../../src/simulator/world/receiver.js';
import { readWorldFile, WorldError, type WorldInput } from '../../src/simulator/world/world.js';

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const sealed = { secret: 'some-secret', messageToken: 'some-token', encodingAesKey: KEY };
const worldOf = (components: WorldInput['components']): WorldInput => ({ components, apps: { wx1: {} } });
const RECEIVER = 'http://127.0.0.1:8788';
const PUSH_URLS = {
  authorization: `${RECEIVER}${ADDRESSES.component}`,
  messages: `${RECEIVER}${ADDRESSES.apps}/$APPID$`,
};

describe('a receiver named at the start', () => {
  it.each([RECEIVER, `${RECEIVER}/`])('gets every push at the paths that the receiver has: %s', (address) => {
    const { components } = withReceiver(worldOf({ wxa: sealed }), address);
    expect(components).toEqual({ wxa: { ...sealed, pushUrls: PUSH_URLS } });
  });

  it('gets none of the pushes that the world sends elsewhere, and none that cannot be sealed', () => {
    const elsewhere = { ...sealed, pushUrls: { messages: 'http://127.0.0.1:1/x' } };
    const world = worldOf({ wxa: elsewhere, wxb: { secret: 'some-secret' } });
    expect(withReceiver(world, RECEIVER).components).toEqual({
      wxa: { ...elsewhere, pushUrls: { ...PUSH_URLS, ...elsewhere.pushUrls } },
      wxb: { secret: 'some-secret' },
    });
  });

  it('is refused where nothing can be pushed', () => {
    expect(() => withReceiver(worldOf({ wxb: { secret: 'some-secret' } }), RECEIVER)).toThrow(WorldError);
    expect(() => withReceiver({ apps: { wx1: { token: 'some-token' } } }, RECEIVER)).toThrow(
      'components: has none with messageToken and encodingAesKey',
    );
  });

  // The demo and `up --simulator` start with it, and nobody listens there.
  it('is named by nothing in examples/world.yaml', async () => {
    expect(JSON.stringify(await readWorldFile('examples/world.yaml'))).not.toContain('pushUrls');
  });
});
