import { plus } from '../../core/time.ts';
import type { RecordKind } from '../../store/records.ts';
import type { Alert } from './alert.ts';

const keptMs = 400 * 86_400_000;

/** A change of `news` is announced like one of the state: each is told by send-notification. */
export const alertKind: RecordKind<Alert> = {
  name: 'alert',
  key: (id) => ({ pk: `alert#${id}`, sk: 'alert' }),
  idOf: ({ id }) => id,
  describe: ({ state, subject, news }) => ({
    type: 'Alert State Change',
    state,
    subject: subject.name,
    ...(news ? { aspect: news } : {}),
  }),
  dueAt: ({ nextTellAt }) => nextTellAt,
  listedUnder: ({ state, id }) => (state === 'open' ? { partition: 'alerts#open', sort: id } : undefined),
  expiresAt: ({ state, closedAt }) =>
    state === 'closed' && closedAt !== undefined ? plus(closedAt, keptMs) : undefined,
};
