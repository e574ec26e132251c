import type { ChannelConfig } from '../config/config.ts';
import { suggestName } from '../config/nearest.ts';
import { BadRequest } from '../core/errors.ts';
import { channelStates } from '../notify/deliver/channel-state.ts';
import { probedSoon } from '../notify/deliver/decide-channel.ts';
import { type NewsKind, newsKinds } from '../notify/news-kind.ts';
import { aboutTest, testDelivery } from '../notify/samples/test-news.ts';
import type { Api, ApiDeps } from './app.ts';
import { type DeliveryView, deliveryView } from './delivery-view.ts';
import { onceByKey } from './repeats.ts';
import { hashOf, idempotencyKeyOf, readObject, refuseUnknownFields } from './request.ts';
import { textField, wrongField } from './ship.ts';

/** @throws BadRequest 404 */
export function findChannel({ channels }: Pick<ApiDeps['config'], 'channels'>, name: string): ChannelConfig {
  const channel = Object.hasOwn(channels, name) ? channels[name] : undefined;
  if (channel) return channel;
  const hint = suggestName(name, Object.keys(channels)) ?? 'batuta.yml has none';
  throw new BadRequest(404, `There is no channel ${name}; ${hint}`, [{ field: 'channel', message: 'is not known' }]);
}

/** @throws BadRequest 422 */
function readKind(body: Record<string, unknown>): NewsKind {
  const written = textField(body, 'kind') ?? 'deployment-failed';
  const kind = newsKinds.find((known) => known === written);
  if (kind) return kind;
  throw wrongField('kind', `${written} is no kind of news; ${suggestName(written, newsKinds)}`);
}

export interface TestAnswer {
  /** What became of it: GET /api/notifications/ID. */
  notification: DeliveryView;
  kind: NewsKind;
  type: ChannelConfig['type'];
}

/** A pause that earlier trouble brought does not hold it up: who tests has mended something. */
async function send(channel: ChannelConfig, kind: NewsKind, { stores, now, newId }: ApiDeps): Promise<TestAnswer> {
  await channelStates(stores.table, now).update(channel.name, probedSoon);
  const delivery = testDelivery(channel.name, aboutTest(kind, newId()), now());
  const { stored } = await stores.deliveries.create(delivery);
  return { notification: deliveryView(stored.value, { now: now() }), kind, type: channel.type };
}

/** Adds the route that has a channel told a sample. */
export function addChannelTestRoute(api: Api, deps: ApiDeps): void {
  api.post('/api/channels/:channel/test', async (context) => {
    const channel = findChannel(deps.config, context.req.param('channel'));
    const body = await readObject(context.req.raw);
    refuseUnknownFields(body, ['kind']);
    const kind = readKind(body);
    const repeatable = {
      caller: context.get('caller').id,
      route: `test ${channel.name}`,
      key: idempotencyKeyOf(context.req.raw),
      requestHash: await hashOf(kind),
    };
    const answer = await onceByKey({ ...deps.stores, now: deps.now }, repeatable, () => send(channel, kind, deps));
    const location = `/api/notifications/${encodeURIComponent(answer.notification.id)}`;
    return context.json(answer, 202, { location });
  });
}
