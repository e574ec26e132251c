import type { Clock } from '../../clock.ts';
import type { OutgoingEvent, Place } from '../service.ts';
import { ecsArns } from './arns.ts';
import type { DeploymentRecord, ServiceRecord } from './state.ts';

/** ECS keeps the newest 100. */
const EVENTS_KEPT = 100;

export interface ServiceEvents {
  /** A line of the service's `events[]`: "(service NAME) " and the text. */
  say(record: ServiceRecord, text: string): void;
  action(record: ServiceRecord, eventType: 'INFO' | 'WARN' | 'ERROR', eventName: string, more?: object): void;
  deployment(
    record: ServiceRecord,
    deployment: DeploymentRecord,
    eventName: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED',
  ): void;
}

/** The messages and events of services, in AWS's words and shapes. */
export function serviceEvents(ports: { place: Place; clock: Clock; emit(event: OutgoingEvent): void }): ServiceEvents {
  const { place, clock, emit } = ports;
  const send = (record: ServiceRecord, detailType: string, detail: object) =>
    emit({ source: 'aws.ecs', 'detail-type': detailType, resources: [record.arn], detail, timeMs: clock.now() });
  const now = () => new Date(clock.now());
  return {
    say({ service, name }, text) {
      const message = `(service ${name}) ${text}`;
      service.events = [{ id: place.newUuid(), createdAt: now(), message }, ...(service.events ?? [])].slice(
        0,
        EVENTS_KEPT,
      );
    },
    action(record, eventType, eventName, more) {
      const clusterArn = ecsArns(place).cluster(record.cluster);
      send(record, 'ECS Service Action', { eventType, eventName, clusterArn, ...more, createdAt: now().toISOString() });
    },
    deployment(record, { id, updatedAt, rolloutStateReason }, eventName) {
      send(record, 'ECS Deployment State Change', {
        eventType: eventName === 'FAILED' ? 'ERROR' : 'INFO',
        eventName: `SERVICE_DEPLOYMENT_${eventName}`,
        deploymentId: id,
        updatedAt: updatedAt.toISOString(),
        reason: rolloutStateReason,
      });
    },
  };
}
