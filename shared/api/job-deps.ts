import type { EcsTasks } from '../aws/ecs-tasks.ts';
import type { Pauses } from '../store/pauses.ts';
import type { ApiDeps } from './app.ts';

/** What the routes of jobs and runs need. */
export interface JobDeps extends ApiDeps {
  ecs: Pick<EcsTasks, 'stopTask'>;
  /** Of jobs, by their names. */
  pauses: Pauses;
}
