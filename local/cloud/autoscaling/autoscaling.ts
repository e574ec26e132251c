import * as model from '@aws-sdk/client-application-auto-scaling';
import type { Clock } from '../../clock.ts';
import type { Access, Operations, Place, Service } from '../service.ts';
import { scalingArns } from './arns.ts';
import type { ServiceCapacity } from './capacity.ts';
import { policyOperations } from './policies.ts';
import { scheduledActionOperations } from './scheduled-actions.ts';
import { emptyState } from './state.ts';
import { targetOperations } from './targets.ts';

export interface Autoscaling extends Service {
  /** Cancels every scheduled action's timer. */
  close(): void;
}

/** Source: Service Authorization Reference, Application Auto Scaling. */
function accessOf(place: Place, operation: string, { ServiceNamespace, ScalableDimension }: Record<string, unknown>) {
  const action = `application-autoscaling:${operation}`;
  if (operation.startsWith('Describe')) return [{ action, resource: '*' }];
  const context = {
    'application-autoscaling:service-namespace': String(ServiceNamespace),
    'application-autoscaling:scalable-dimension': String(ScalableDimension),
  };
  return [{ action, resource: scalingArns(place).anyTarget, context }] satisfies Access[];
}

/** Application Auto Scaling of ECS services: bounds and scheduled actions act, policies are only kept. */
export function createAutoscaling(given: { place: Place; clock: Clock; services: ServiceCapacity }): Autoscaling {
  const state = emptyState();
  const ports = { ...given, state };
  const operations = {
    ...targetOperations(ports),
    ...policyOperations(ports),
    ...scheduledActionOperations(ports),
  } satisfies Operations<typeof model>;
  return {
    name: 'application-autoscaling',
    model,
    protocol: 'json',
    target: 'AnyScaleFrontendService',
    invalidInput: 'ValidationException',
    operations,
    access: (operation, input) => accessOf(given.place, operation, input),
    close() {
      for (const { cancel } of state.actions.values()) cancel();
    },
  };
}
