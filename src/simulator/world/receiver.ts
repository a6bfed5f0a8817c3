/** A receiver named at the start instead of in the world file. */
import { WorldError, type WorldInput } from './world.js';

/**
 * The world with its pushes sent to a receiver at `address`, at the paths that `npm run receiver` has. pushUrls that the
 * world has stay. Throws WorldError when no component has what a push is sealed with.
 */
export function withReceiver(world: WorldInput, address: string, source = 'the world'): WorldInput {
  const base = address.replace(/\/+$/, '');
  const pushUrls = {
    authorization: `${base}/wechat/component`,
    messages: `${base}/wechat/apps/$APPID$`,
  };
  const components = Object.entries(world.components ?? {});
  const isSealed = ([, one]: (typeof components)[number]) =>
    one.messageToken !== undefined && one.encodingAesKey !== undefined;
  if (!components.some(isSealed)) {
    const message = 'has none with messageToken and encodingAesKey, so nothing can be pushed; add them';
    throw new WorldError(source, [{ path: 'components', value: null, message }]);
  }
  return {
    ...world,
    components: Object.fromEntries(
      components.map((entry) => {
        const [appid, one] = entry;
        return isSealed(entry) ? [appid, { ...one, pushUrls: { ...pushUrls, ...one.pushUrls } }] : entry;
      }),
    ),
  };
}
