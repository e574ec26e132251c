import type { Aws } from '../aws.ts';

export async function sts(aws: Aws): Promise<void> {
  await aws.gives(['get-caller-identity'], { Account: '123456789012', Arn: /^arn:aws:/ });
  await aws.refuses(['get-session-token'], 'UnknownOperationException');
}
