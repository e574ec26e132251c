import { fields, ignored, number, type Parsed, text } from './parse.ts';

/** The `source` of every event we put on our bus. */
export const SOURCE = 'batuta';

/**
 * Our events say which record changed and to what; consumers read the record again (rule 2).
 * `subject` is the job or service the record is about; `version` counts the record's writes.
 */
export interface StateChange {
  'detail-type': 'Run State Change' | 'Deployment State Change' | 'Delivery State Change' | 'Alert State Change';
  detail: {
    id: string;
    state: string;
    subject: string;
    version: number;
    /** Runs only: the kind of their trigger. */
    trigger?: string;
    /** Runs only, at their end: launch-runs has something to do that follows from it. */
    settle?: boolean;
  };
}

/** Tells a worker that work is left when it had to stop early. */
interface WorkLeft {
  'detail-type': 'Launch Work Left' | 'Alert Work Left';
  detail: Record<string, never>;
}

/** One channel that has something to send; `ids` are deliveries that an index may not show yet. */
export interface WantedLane {
  channel: string;
  ids: readonly string[];
}

/** Channels that have something to send, now or after a pause. */
interface DeliveryWorkLeft {
  'detail-type': 'Delivery Work Left';
  detail: { lanes: readonly WantedLane[] };
}

/** One service that somebody should look at, and why. */
export interface WantedVisit {
  service: string;
  /** Look at the rollout in flight. */
  follow?: boolean;
  /** Look whether ECR holds something to deploy; `sweep` where nobody pushed just now. */
  deploy?: 'push' | 'sweep';
  /** The digest that was pushed. */
  digest?: string;
  /** Look whether somebody else's revision took the place of ours. */
  drift?: boolean;
  /** Deregister what was registered for it and is not to be kept. */
  cleanUp?: boolean;
  /** A deployment that is not finished, or was asked for and not taken up. */
  deployment?: string;
}

/** Who may touch a service is asked to look at these, in this order. */
interface DeploymentWorkLeft {
  'detail-type': 'Deployment Work Left';
  detail: { visits: readonly WantedVisit[] };
}

/** The sweep saw these services run fewer tasks than desired. */
interface ServicesSeenShort {
  'detail-type': 'Services Seen Short';
  detail: { services: readonly string[] };
}
export type OurEvent = StateChange | ServicesSeenShort | WorkLeft | DeliveryWorkLeft | DeploymentWorkLeft;

const kinds: readonly string[] = [
  'Run State Change',
  'Deployment State Change',
  'Delivery State Change',
  'Alert State Change',
];

/** A state change as EventBridge delivers it. */
export function parseStateChange(raw: unknown): Parsed<StateChange> {
  const event = fields(raw);
  const trigger = text(fields(event.detail).trigger);
  const detail = fields(event.detail);
  const kind = text(event['detail-type']);
  const id = text(detail.id);
  const state = text(detail.state);
  if (event.source !== SOURCE || !kind || !kinds.includes(kind) || !id || !state)
    return ignored(`not a state change of ours: ${kind ?? 'no detail-type'}`);
  return {
    kind: 'event',
    value: {
      'detail-type': kind as StateChange['detail-type'],
      detail: {
        id,
        state,
        subject: text(detail.subject) ?? '',
        version: number(detail.version) ?? 0,
        ...(trigger ? { trigger } : {}),
      },
    },
  };
}
