import { DescribeTasksCommand, type ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { call } from './connection.ts';
import type { Task } from './task.ts';
import { toTask } from './to-task.ts';

const mostPages = 10;

/**
 * The service's tasks that stopped within the last hour, a thousand at most. ECS promises no order (docs:
 * ListTasks), so those of the rollout in question may be on any page of a hundred.
 */
export async function stoppedTasks(client: ECSClient, cluster: string, serviceName: string): Promise<Task[]> {
  const found: Task[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page === 0 || (nextToken && page < mostPages); page++) {
    const listed = await call('ListTasks', () =>
      client.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED', nextToken })),
    );
    const { taskArns: tasks = [] } = listed;
    if (tasks.length > 0) {
      const { tasks: described = [] } = await call('DescribeTasks', () =>
        client.send(new DescribeTasksCommand({ cluster, tasks })),
      );
      found.push(...described.map(toTask));
    }
    nextToken = listed.nextToken;
  }
  return found;
}
