import { expect, test } from 'vitest';
import { containerLogs } from '../../../shared/deploy/container-logs.ts';
import type { ContainerLog, CrashedTask } from '../../../shared/deploy/deployment.ts';
import { streamOf } from '../../../shared/deploy/log-tail.ts';
import { crashesAt } from '../../support/deployments.ts';

const died = (cause: string): CrashedTask => ({ ...(Object.values(crashesAt(1))[0] as CrashedTask), cause });
const log = (container: string, parts: Partial<ContainerLog> = {}): ContainerLog => ({
  container,
  group: '/ecs/shop',
  prefix: 'app',
  ...parts,
});

test.each<[fact: string, logs: ContainerLog[], cause: string, stream: string | undefined]>([
  ['the container that the cause names', [log('proxy'), log('api')], 'exit code 1 of container api', 'app/api/1'],
  ['its reason names it too', [log('proxy'), log('api')], 'container api: OutOfMemoryError', 'app/api/1'],
  ['else the first one', [log('proxy'), log('api')], 'Task failed ELB health checks', 'app/proxy/1'],
  ['without a prefix the stream is not known', [{ container: 'api', group: '/ecs/shop' }], 'exit code 1', undefined],
  ['another region is not read', [log('api', { region: 'eu-west-1' })], 'exit code 1', undefined],
  ['our own region is', [log('api', { region: 'us-east-1' })], 'exit code 1', 'app/api/1'],
  ['no log, no stream', [], 'exit code 1', undefined],
])('%s', (_fact, logs, cause, stream) => {
  expect(streamOf({ logs }, died(cause))?.stream).toBe(stream);
});

test('the logs of a task definition are those of the driver awslogs', () => {
  const options = { 'awslogs-group': '/ecs/shop', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'app' };
  const definition = {
    containerDefinitions: [
      { name: 'api', logConfiguration: { logDriver: 'awslogs', options } },
      { name: 'proxy', logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': 'x' } } },
      { name: 'bare' },
    ],
  };
  expect(containerLogs(definition)).toEqual([
    { container: 'api', group: '/ecs/shop', prefix: 'app', region: 'us-east-1' },
  ]);
});
