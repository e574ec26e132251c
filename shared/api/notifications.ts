import { BadRequest } from '../core/errors.ts';
import { channelStates } from '../notify/deliver/channel-state.ts';
import type { Delivery } from '../notify/deliver/delivery.ts';
import { deliveriesIn, deliveryKind } from '../notify/deliver/delivery-record.ts';
import { replayDeliveries, replayDelivery } from '../notify/deliver/replay.ts';
import type { Api, ApiDeps } from './app.ts';
import { findChannel } from './channel-test.ts';
import { deliveryView } from './delivery-view.ts';
import { newest } from './newest.ts';
import { cursorOf, limitOf } from './pages.ts';
import { readObject, refuseUnknownFields } from './request.ts';
import { textField, wrongField } from './ship.ts';

const states: readonly Delivery['state'][] = ['failed', 'pending', 'sent'];
const position = /^\d{4}-\d\d-\d\dT[\d:.]+Z#[^\n]{1,1000}$/;

/** How they stand, by what their channels do now: each of these is looked at once. */
async function viewsOf(deliveries: readonly Delivery[], { stores, now }: NotificationDeps) {
  const states = channelStates(stores.table, now);
  const waiting = deliveries.flatMap(({ state, channel }) => (state === 'pending' ? [channel] : []));
  const pauses = new Map(
    await Promise.all([...new Set(waiting)].map(async (name) => [name, (await states.get(name)).pausedUntil] as const)),
  );
  return deliveries.map((each) => deliveryView(each, { now: now(), pausedUntil: pauses.get(each.channel) }));
}

type NotificationDeps = Pick<ApiDeps, 'stores' | 'now'> & { config: Pick<ApiDeps['config'], 'channels'> };

interface Wanted {
  state: Delivery['state'];
  channel: string | undefined;
  limit: number;
  after: string | undefined;
}

/**
 * Newest first, of one channel or of all; pages may be shorter than `limit` although there are more.
 * @throws BadRequest 404 for a channel that is not in batuta.yml and of which there is nothing
 */
async function list({ stores, config }: NotificationDeps, { state, channel, ...page }: Wanted) {
  const { values, cursor } = await newest(stores.deliveries, deliveryKind, {
    partitions: [deliveriesIn(state)],
    ...page,
    ...(channel === undefined ? {} : { only: (delivery) => delivery.channel === channel }),
  });
  const isNothing = values.length === 0 && !cursor && page.after === undefined;
  if (isNothing && channel !== undefined) findChannel(config, channel);
  return { deliveries: values, ...(cursor ? { cursor } : {}) };
}

/** @throws BadRequest 422 */
function wantedBy({ state = 'failed', channel, limit, cursor }: Record<string, string>): Wanted {
  const known = states.find((each) => each === state);
  if (!known) throw wrongField('state', `must be one of ${states.join(', ')}`);
  return { state: known, channel, limit: limitOf(limit), after: cursorOf(cursor, position) };
}

const unknown = (id: string) =>
  new BadRequest(404, `There is no notification ${id}; batuta notify failed lists those that were given up`);

async function replayOne(id: string, deps: NotificationDeps) {
  switch (await replayDelivery(id, deps)) {
    case 'unknown':
      throw unknown(id);
    case 'not-failed':
      return { id, replayed: false };
    case 'obsolete':
      throw new BadRequest(
        409,
        `${id} cannot be sent again: ${(await deps.stores.deliveries.get(id))?.value.lastError}`,
      );
    case 'replayed':
      return { id, replayed: true };
  }
}

/**
 * One page of what was given up, the longest waiting first; with `cursor` while there is more. `leftOut`: of which
 * nothing is left to tell.
 */
async function replayPage(request: Request, deps: NotificationDeps) {
  const body = await readObject(request);
  refuseUnknownFields(body, ['channel', 'cursor']);
  const after = cursorOf(textField(body, 'cursor', 2000), position);
  const page = await list(deps, { state: 'failed', channel: textField(body, 'channel'), limit: 50, after });
  const { deliveries, ...more } = page;
  const leftOut = deliveries.flatMap(({ id, obsolete }) => (obsolete ? [{ id, obsolete }] : []));
  const ids = deliveries.flatMap(({ id, obsolete }) => (obsolete ? [] : [id])).reverse();
  return { replayed: await replayDeliveries(ids, deps), leftOut, ...more };
}

/** Adds the routes of notifications: what became of each, and sending again what was given up. */
export function addNotificationRoutes(api: Api, deps: NotificationDeps): void {
  api.get('/api/notifications', async (context) => {
    const { deliveries, ...more } = await list(deps, wantedBy(context.req.query()));
    return context.json({ notifications: await viewsOf(deliveries, deps), ...more });
  });
  api.get('/api/notifications/:id', async (context) => {
    const id = context.req.param('id');
    const stored = await deps.stores.deliveries.get(id);
    if (!stored) throw unknown(id);
    return context.json({ notification: (await viewsOf([stored.value], deps))[0] });
  });
  api.post('/api/notifications/replay', async (context) => context.json(await replayPage(context.req.raw, deps), 202));
  api.post('/api/notifications/:id/replay', async (context) =>
    context.json(await replayOne(context.req.param('id'), deps), 202),
  );
}
