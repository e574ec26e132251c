import { expect, test } from 'vitest';
import { resolveSecret } from '../../../local/cloud/secrets.ts';
import { AwsError } from '../../../local/cloud/service.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:x-abcdef';
const sources = {
  ssm: { resolve: (name: string) => (name.endsWith('/shop/db/password') ? 'from ssm' : undefined) },
  secretsManager: {
    resolve(valueFrom: string) {
      if (valueFrom !== arn) throw new AwsError('ResourceNotFoundException', "can't find the specified secret.");
      return 'from secrets manager';
    },
  },
};

test('a name or a parameter’s ARN is read from SSM, a secret’s ARN from Secrets Manager', async () => {
  expect(await resolveSecret('/shop/db/password', sources)).toBe('from ssm');
  const parameterArn = 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/db/password';
  expect(await resolveSecret(parameterArn, sources)).toBe('from ssm');
  expect(await resolveSecret(arn, sources)).toBe('from secrets manager');
});

test('what is missing is named as ECS names it', async () => {
  await expect(resolveSecret('/shop/gone', sources)).rejects.toThrow('invalid ssm parameters: /shop/gone');
  await expect(resolveSecret(`${arn}x`, sources)).rejects.toThrow(
    "ResourceNotFoundException: can't find the specified secret.",
  );
});
