import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type OurEvent, SOURCE } from '../events/ours.ts';
import { type AwsConnection, call } from './connection.ts';

export interface EventBus {
  /** Puts up to any number of events; resolves with the indexes that failed (PutEvents answers 200 with per-entry errors). */
  put(events: readonly OurEvent[]): Promise<number[]>;
}

export function eventBus(aws: AwsConnection, busName: string): EventBus {
  const client = new EventBridgeClient(aws);
  return {
    async put(events) {
      const failed: number[] = [];
      for (let start = 0; start < events.length; start += 10) {
        const batch = events.slice(start, start + 10);
        const answer = await call('PutEvents', () =>
          client.send(
            new PutEventsCommand({
              Entries: batch.map((event) => ({
                EventBusName: busName,
                Source: SOURCE,
                DetailType: event['detail-type'],
                Detail: JSON.stringify(event.detail),
              })),
            }),
          ),
        );
        for (const [index, entry] of (answer.Entries ?? []).entries()) if (entry.ErrorCode) failed.push(start + index);
      }
      return failed;
    },
  };
}
