import { fileURLToPath } from 'node:url';
import { startEveryChannel } from './channels/every-channel.ts';
import { openShop, type ShopOptions } from './shop.ts';

const configFile = fileURLToPath(new URL('../fixtures/channels/batuta.yml', import.meta.url));

/**
 * The shop's jobs, told by a channel of every type: by topics and buses of the local cloud, by all others over HTTP
 * to servers on loopback that enforce their documented limits. Close it.
 */
export async function openToldShop(options: ShopOptions = {}) {
  const shop = await openShop({ configFile, service: false, ...options });
  const every = await startEveryChannel({ clock: shop.clock.now });
  const { sns: _, eventbridge: __, ...overHttp } = every.channels;
  const channels = { ...shop.config.channels, ...overHttp };
  const routes = shop.config.routes.map((route) => ({
    ...route,
    to: Object.keys(channels),
    only: 'failures' as const,
  }));
  shop.configure({ ...shop.config, channels, routes });
  Object.assign(shop.stack.functions['deliver-notifications']?.environment ?? {}, {
    CHANNEL_STAND_INS: every.standIns,
  });
  return {
    ...shop,
    every,
    /** What each channel shows, topics and buses by their names. */
    shown(): Readonly<Record<string, readonly unknown[]>> {
      const { sns: ___, eventbridge: ____, ...shown } = every.shown();
      return { ...shown, ...Object.groupBy(shop.told, ({ channel }) => channel) } as Record<string, readonly unknown[]>;
    },
  };
}
