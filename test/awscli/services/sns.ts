import type { Aws } from '../aws.ts';

export async function sns(aws: Aws): Promise<void> {
  const arn = 'arn:aws:sns:us-east-1:123456789012:cli';
  await aws.gives(['create-topic', '--name', 'cli'], { TopicArn: arn });
  await aws.gives(['list-topics'], { Topics: [{ TopicArn: arn }] });
  await aws.gives(['publish', '--topic-arn', arn, '--message', 'hello'], { MessageId: /^[0-9a-f-]{36}$/ });
  await aws.gives(['delete-topic', '--topic-arn', arn], {});
  await aws.refuses(['publish', '--topic-arn', arn, '--message', 'late'], 'NotFound');
  await aws.refuses(['create-topic', '--name', 'no name!'], 'InvalidParameter');
}
