import type { AwsConnection } from './connection.ts';
import { ecsRevisionUsers } from './ecs-revision-users.ts';
import { scheduledRevisionUsers } from './scheduled-revision-users.ts';

export type RevisionUsers = ReturnType<typeof revisionUsers>;

/** Whatever of this account and region may use a revision, and its end. */
export const revisionUsers = (aws: AwsConnection) => ({ ...ecsRevisionUsers(aws), ...scheduledRevisionUsers(aws) });
