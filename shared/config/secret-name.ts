/** SSM parameter names as in the API reference of PutParameter. */
export const SSM_PATH = /^(\/[\w.-]+)+$/;
const SSM_ARN = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/[\w./-]+$/;
const SECRETS_MANAGER_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+(:[^:]*){0,3}$/;
const SECRET_NAMES = [SSM_PATH, SSM_ARN, SECRETS_MANAGER_ARN];

/** Whether the text names an SSM parameter or a Secrets Manager secret; else it may be the secret itself. */
export function isSecretName(text: string): boolean {
  return text.length <= 2048 && SECRET_NAMES.some((pattern) => pattern.test(text));
}
