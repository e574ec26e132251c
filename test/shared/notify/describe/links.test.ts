import { expect, test } from 'vitest';
import { logLink, queueLink, revisionLink, serviceLink, taskLink } from '../../../../shared/notify/describe/links.ts';

const arn = (rest: string, region = 'eu-west-1', partition = 'aws') =>
  `arn:${partition}:ecs:${region}:111122223333:${rest}`;
const ecs = 'https://eu-west-1.console.aws.amazon.com/ecs/v2';
const urlOf = ([link]: readonly { url: string }[]) => link?.url;

test('a task, a service and a revision are told by their pages in the console of their region', () => {
  expect(urlOf(taskLink(arn('task/prod/405cdabe')))).toBe(
    `${ecs}/clusters/prod/tasks/405cdabe/configuration?region=eu-west-1`,
  );
  expect(urlOf(revisionLink(arn('task-definition/shop-api:42')))).toBe(
    `${ecs}/task-definitions/shop-api/42/containers?region=eu-west-1`,
  );
  for (const cluster of ['prod', arn('cluster/prod')])
    expect(urlOf(serviceLink(cluster, 'shop-api', arn('task-definition/shop-api:42')))).toBe(
      `${ecs}/clusters/prod/services/shop-api/health?region=eu-west-1`,
    );
});

test('a log stream is encoded twice, with $ for %, as CloudWatch reads it', () => {
  expect(urlOf(logLink({ group: '/batuta/prod/jobs', stream: 'db-backup/job/405c' }, arn('task/prod/405c')))).toBe(
    'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fbatuta$252Fprod$252Fjobs/log-events/db-backup$252Fjob$252F405c',
  );
  expect(urlOf(logLink({ group: 'g [1]' }, arn('task/prod/405c')))).toMatch(/\/log-group\/g\$2520\$255B1\$255D$/);
});

test.each([
  ['cn-north-1', 'aws-cn', 'https://cn-north-1.console.amazonaws.cn/ecs/'],
  ['us-gov-west-1', 'aws-us-gov', 'https://us-gov-west-1.console.amazonaws-us-gov.com/ecs/'],
])('%s has the console of its partition', (region, partition, start) => {
  expect(urlOf(taskLink(arn('task/prod/405c', region, partition)))?.startsWith(start)).toBe(true);
});

test.each([
  undefined,
  '',
  'arn',
  'task-1',
  arn('task/405cdabe'),
  arn('task/prod/405c', 'eu-west-1.evil.com/'),
  arn('task/prod/405c', 'eu-west-1', 'aws-iso'),
  arn('task/prod/405c', 'eu-west-1', '__proto__'),
  'arn:aws:ecs:us-east-1:123456789012:task/prod/405c',
])('%s has no page', (text) => {
  expect(taskLink(text)).toEqual([]);
  expect(revisionLink(text)).toEqual([]);
  expect(queueLink(text ?? '')).toEqual([]);
});

test('a queue of China or of GovCloud has the console of its partition', () => {
  const at = (host: string) => urlOf(queueLink(`https://${host}/111122223333/letters`));
  expect(at('sqs.cn-north-1.amazonaws.com.cn')).toMatch(/^https:\/\/cn-north-1\.console\.amazonaws\.cn\/sqs\//);
  expect(at('sqs.us-gov-west-1.amazonaws.com')).toMatch(
    /^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\/sqs\//,
  );
});
