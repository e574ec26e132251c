import { expect, test } from 'vitest';
import { refusalHints } from '../../../cli/local-run/refusal-hints.ts';
import { refusedCalls, watchForRefusals } from '../../../cli/local-run/refused-calls.ts';

const user = 'User: arn:aws:sts::123456789012:assumed-role/dev/ana is not authorized to perform:';

test.each([
  [
    'an SDK',
    `AccessDeniedException: ${user} dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/t because no identity-based policy allows the dynamodb:PutItem action`,
    { action: 'dynamodb:PutItem', resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/t', isDenied: false },
  ],
  [
    'the AWS CLI, with quotes',
    `An error occurred (AccessDenied) when calling the PutObject operation: ${user} s3:PutObject on resource: "arn:aws:s3:::b/a.sql" because no identity-based policy allows the s3:PutObject action`,
    { action: 's3:PutObject', resource: 'arn:aws:s3:::b/a.sql', isDenied: false },
  ],
  [
    'an error printed as JSON',
    `{"message":"${user} s3:GetObject on resource: \\\\"arn:aws:s3:::b/a\\\\" because"}`,
    { action: 's3:GetObject', resource: 'arn:aws:s3:::b/a', isDenied: false },
  ],
  [
    'an explicit deny',
    `${user} ec2:RunInstances on resource: arn:aws:ec2:us-east-1:1:instance/* with an explicit deny in a service control policy`,
    { action: 'ec2:RunInstances', resource: 'arn:aws:ec2:us-east-1:1:instance/*', isDenied: true },
  ],
  ['no resource', `${user} ecs:ListClusters.`, { action: 'ecs:ListClusters', isDenied: false }],
  [
    'S3 without details',
    'upload failed: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
    { action: 'PutObject', isDenied: false },
  ],
  [
    'a HEAD request',
    'fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden',
    { action: 's3:GetObject', isDenied: false },
  ],
])('a refused call is read from the words of %s', (_whose, line, call) => {
  expect(refusedCalls(line)).toEqual([call]);
});

test('other errors are no refusals', () => {
  expect(refusedCalls('An error occurred (NoSuchKey) when calling the GetObject operation: gone')).toEqual([]);
  expect(refusedCalls('permission denied: /etc/shadow')).toEqual([]);
});

test('a message in pieces, repeated, and without a last newline is one refused call', () => {
  const watch = watchForRefusals();
  const message = `${user} sqs:SendMessage on resource: arn:aws:sqs:us-east-1:1:q because`;
  for (const piece of [message.slice(0, 70), `${message.slice(70)}\n`, message]) watch.see(Buffer.from(piece));
  expect(watch.found()).toMatchObject([{ action: 'sqs:SendMessage' }]);
});

test('one endless line is watched in bounded memory, and quickly', () => {
  const watch = watchForRefusals();
  const chunk = Buffer.alloc(65_536, 'x');
  for (let i = 0; i < 300; i++) watch.see(chunk);
  expect(watch.found()).toEqual([]);
});

test('a job without a role of its own is told how to name one', () => {
  const lines = refusalHints({ name: 'backup' }, [{ action: 'PutObject', isDenied: false }]);
  expect(lines.join('\n')).toMatch(/stack's task role.*jobs\.backup\.taskRole/);
  expect(refusalHints({ name: 'backup' }, [])).toEqual([]);
});
