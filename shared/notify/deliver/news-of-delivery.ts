import { foldFor } from '../alerts/fold-for.ts';
import { describeAlert, describePast } from '../describe/describe-alert.ts';
import type { Message } from '../message.ts';
import { alertOf, type NewsStores, readTold } from '../news.ts';
import { redactMessage } from '../redact-message.ts';
import { testMessage } from '../samples/test-message.ts';
import { kindOfTest } from '../samples/test-news.ts';
import type { About, Delivery, Obsolete } from './delivery.ts';

export type NewsOfDelivery =
  | { kind: 'news'; message: Message; version: number }
  /** Its record, as it now stands, has nothing to tell. */
  | { kind: 'nothing' }
  /** There is no record any more that could be told, and why; `past`: what can be said of it where it was told already. */
  | { kind: 'gone'; why: string; obsolete: Obsolete; past?: Message };

/** What a delivery has to tell now. */
export async function newsOfDelivery(
  stores: NewsStores,
  { about, createdAt, sentAt }: Pick<Delivery, 'about' | 'createdAt' | 'sentAt'>,
): Promise<NewsOfDelivery> {
  const sample = kindOfTest(about);
  if (sample) return { kind: 'news', message: testMessage(sample, createdAt), version: 1 };
  const told = await readTold(stores, about);
  if (!told) return gone(stores, about);
  const { version } = told;
  const message = told.kind === 'alert' ? describeAlert(foldFor(told.alert, sentAt)) : told.message;
  return message ? { kind: 'news', message: redactMessage(message), version } : { kind: 'nothing' };
}

async function gone({ alerts }: NewsStores, { kind, id }: About): Promise<NewsOfDelivery> {
  const alert = kind === 'alert' ? (await alerts.get(alertOf(id).alertId))?.value : undefined;
  if (!alert) return { kind: 'gone', obsolete: 'forgotten', why: `what it tells of is no longer kept: ${kind} ${id}` };
  const why = `a newer trouble of ${alert.subject.kind} ${alert.subject.name} has taken its place`;
  return { kind: 'gone', obsolete: 'superseded', why, past: redactMessage(describePast(alert, id)) };
}
