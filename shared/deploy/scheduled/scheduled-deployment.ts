import type { ScheduledTaskConfig } from '../../config/config.ts';
import type { DeploymentOf } from '../deployment.ts';

/** A revision in the place of another, in every target that named that one. */
export interface Move {
  from: string;
  to: string;
}

/** A deployment to what a rule or schedule runs. No rollout is to be followed: it goes from `preparing` to its end. */
export interface ScheduledTaskDeployment extends DeploymentOf<ScheduledTaskConfig> {
  /** Noted one by one as revisions are registered, and all of them before the rule or schedule is touched. */
  moves?: readonly Move[];
}
