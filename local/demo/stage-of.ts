import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import type { Shown } from '../channels/shown.ts';
import type { System } from '../system.ts';
import type { Tell } from './report.ts';
import { scheduleOnce } from './schedule-once.ts';
import type { PassedEvent, Stage } from './stage.ts';

/** Asks a running task of the revision over HTTP; its port is where the task says. */
async function answerOf(ecs: ECSClient, cluster: string, serviceName: string, revision: string): Promise<string> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: 'RUNNING' }));
  if (taskArns.length === 0) return 'no task runs';
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  const task = tasks.find(
    ({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === revision && lastStatus === 'RUNNING',
  );
  const port = task?.containers?.[0]?.networkBindings?.[0]?.hostPort;
  if (!port) return `no task of ${revision} runs`;
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(3000) });
  return `${response.status} ${(await response.text()).trim()}`;
}

/** The demo's view of a running system: what a user has, and nothing more. */
export function stageOf(
  system: System,
  ears: { received: readonly Shown[]; listeners: Set<(event: PassedEvent) => void> },
  tell: Tell,
): Stage {
  const ecs = new ECSClient(system.aws);
  return {
    api: system.apiUrl,
    aws: system.awsUrl,
    token: system.token,
    received: ears.received,
    secrets: Object.values(system.local.parameters)
      .filter(({ type }) => type === 'SecureString')
      .map(({ value }) => value),
    tell,
    listen(listener) {
      ears.listeners.add(listener);
      return () => void ears.listeners.delete(listener);
    },
    async push(image, directory) {
      const [repository = '', tag = ''] = image.split(':');
      return system.cloud.ecr.readAndPush(repository, tag, directory);
    },
    async scheduleOnce(jobName, at) {
      const job = system.config.jobs[jobName];
      if (!job) throw new Error(`no job ${jobName}`);
      await scheduleOnce(system, job, at);
    },
    async service(name) {
      const { cluster = '', service = name } = system.config.services[name] ?? {};
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const taskDefinition = services[0]?.taskDefinition ?? '';
      const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      return {
        taskDefinition,
        image: described.taskDefinition?.containerDefinitions?.[0]?.image ?? '',
        rollout: services[0]?.deployments?.[0]?.rolloutState ?? '',
        answer: await answerOf(ecs, cluster, service, taskDefinition),
      };
    },
  };
}
