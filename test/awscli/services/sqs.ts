import type { Aws } from '../aws.ts';

export async function sqs(aws: Aws): Promise<void> {
  await aws.gives(['list-queues', '--queue-name-prefix', 'batuta-local'], {
    QueueUrls: [/\/123456789012\/batuta-local-schedules-dead-letters$/],
  });
  const created = await aws.gives(['create-queue', '--queue-name', 'cli', '--attributes', 'VisibilityTimeout=30'], {
    QueueUrl: /\/123456789012\/cli$/,
  });
  const queue = ['--queue-url', String(created.QueueUrl)];
  await aws.gives(['get-queue-url', '--queue-name', 'cli'], { QueueUrl: created.QueueUrl });
  // MD5 of `hello`: the CLI itself checks none, AWS sends it.
  const sent = { MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' };
  await aws.gives(['send-message', ...queue, '--message-body', 'hello'], sent);
  await aws.gives(['get-queue-attributes', ...queue, '--attribute-names', 'All'], {
    Attributes: { ApproximateNumberOfMessages: '1', VisibilityTimeout: '30' },
  });
  const received = await aws.gives(['receive-message', ...queue], { Messages: [{ Body: 'hello' }] });
  const handle = ['--receipt-handle', String(received.Messages?.[0]?.ReceiptHandle)];
  await aws.gives(['change-message-visibility', ...queue, ...handle, '--visibility-timeout', '60'], {});
  await aws.gives(['delete-message', ...queue, ...handle], {});
  const batch = JSON.stringify([
    { Id: 'a', MessageBody: 'one' },
    { Id: 'b', MessageBody: 'two' },
  ]);
  await aws.gives(['send-message-batch', ...queue, '--entries', batch], { Successful: [{ Id: 'a' }, { Id: 'b' }] });
  await aws.gives(['purge-queue', ...queue], {});
  await aws.gives(['set-queue-attributes', ...queue, '--attributes', 'VisibilityTimeout=45'], {});
  await aws.gives(['delete-queue', ...queue], {});
  const missing = 'AWS.SimpleQueueService.NonExistentQueue';
  await aws.refuses(['get-queue-url', '--queue-name', 'none'], missing);
  await aws.refuses(['send-message', ...queue, '--message-body', 'late'], missing);
}
