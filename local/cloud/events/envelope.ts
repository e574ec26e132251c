import type { OutgoingEvent, Place } from '../service.ts';
import { isoSeconds } from './names.ts';

/** An event as targets get it. */
export interface EventEnvelope {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 without milliseconds. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

export function envelopeOf(event: OutgoingEvent, place: Place, nowMs: number): EventEnvelope {
  return {
    version: '0',
    id: place.newUuid(),
    'detail-type': event['detail-type'],
    source: event.source,
    account: (event.from ?? place).account,
    time: isoSeconds(event.timeMs ?? nowMs),
    region: (event.from ?? place).region,
    resources: event.resources,
    detail: event.detail,
  };
}
