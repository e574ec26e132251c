import type { EcsService } from '../aws/ecs-services.ts';
import type { RawTaskDefinition } from './revision.ts';

/** What was seen of the service: read once, used for the decision and for the rollout. */
export interface Target {
  service: EcsService;
  definition: RawTaskDefinition;
  tags: readonly RawTaskDefinition[];
}
