import { AwsError } from './service.ts';

/** Where ECS finds what a container's `secrets[].valueFrom` names. */
export interface SecretSources {
  ssm: { resolve(nameOrArn: string): string | undefined };
  secretsManager: { resolve(valueFrom: string): string };
}

/**
 * The value of an ECS `valueFrom`: an SSM parameter's name or ARN, or a Secrets Manager ARN in ECS's long form.
 * @throws Error whose message ends ECS's `ResourceInitializationError: unable to pull secrets or registry auth: …`:
 * it names the parameter or the key, never a value.
 */
export async function resolveSecret(valueFrom: string, { ssm, secretsManager }: SecretSources): Promise<string> {
  if (/^arn:[^:]+:secretsmanager:/.test(valueFrom)) {
    try {
      return secretsManager.resolve(valueFrom);
    } catch (error) {
      // ECS puts the code before the service's message.
      if (error instanceof AwsError) throw new Error(`${error.code}: ${error.message}`, { cause: error });
      throw error;
    }
  }
  const value = ssm.resolve(valueFrom);
  if (value === undefined) throw new Error(`invalid ssm parameters: ${valueFrom}`);
  return value;
}
