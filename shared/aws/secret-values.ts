import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsConnection, call } from './connection.ts';

const keptForSeconds = 300;

/**
 * Resolves `ssm:/name` to the parameter's decrypted value, kept for 5 minutes; anything else is
 * itself. Errors name the parameter, never its value.
 */
export function secretValues(aws: AwsConnection): (reference: string) => Promise<string> {
  const provider = new SSMProvider({ awsSdkV3Client: new SSMClient(aws) });
  return async (reference) => {
    if (!reference.startsWith('ssm:')) return reference;
    const name = reference.slice('ssm:'.length);
    const value = await call(`GetParameter of ${name}`, () =>
      provider.get(name, { decrypt: true, maxAge: keptForSeconds }),
    );
    if (value === undefined)
      throw new Error(`The SSM parameter ${name} has no value; put one with: aws ssm put-parameter --name ${name} …`);
    return value;
  };
}
