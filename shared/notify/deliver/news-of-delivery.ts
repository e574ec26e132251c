import type { Instant } from '../../core/time.ts';
import type { Message } from '../message.ts';
import { type NewsStores, readNews } from '../news.ts';
import type { NewsKind } from '../news-kind.ts';
import { sampleMessage } from '../samples/samples.ts';
import { kindOfTest } from '../samples/test-news.ts';
import type { Delivery } from './delivery.ts';

/** What a delivery has to tell now; undefined where there is nothing. */
export async function newsOfDelivery(
  stores: NewsStores,
  { about, createdAt }: Pick<Delivery, 'about' | 'createdAt'>,
): Promise<{ message: Message; version: number } | undefined> {
  if (about.kind !== 'sample') return readNews(stores, about);
  const kind = kindOfTest(about);
  return kind && { message: testMessage(kind, createdAt), version: 1 };
}

const explanation = { label: 'Test', value: 'a sample, sent by batuta notify test; nothing of this has happened' };

/** A sample that cannot be taken for news, and that touches no incident of the real thing. */
function testMessage(kind: NewsKind, at: Instant): Message {
  const { incident, ...message } = sampleMessage(kind, at);
  return {
    ...message,
    title: `Test: ${message.title}`,
    facts: [explanation, ...message.facts],
    ...(incident ? { incident: { ...incident, key: `test:${incident.key}` } } : {}),
  };
}
