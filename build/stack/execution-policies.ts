import type { Config } from '../../shared/config/config.ts';
import { isSecretsManager, jobSecrets, parameterArn, repositoryArn, secretArns } from './configuration-values.ts';
import { policyDocument, policyLength, type Resources, type Statement, sub, type Value } from './policy.ts';

/** IAM's limits for managed policies: characters of each, and how many a role takes by default. */
const MANAGED_LIMIT = 6_144;
const MANAGED_PER_ROLE = 10;

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** One statement per resource: what cutting to size moves between policies. */
function needs(config: Config): Statement[] {
  const secrets = jobSecrets(config);
  const images = [...new Set(Object.values(config.jobs).map((job) => job.image))].sort();
  const allow = (actions: string[], resources: readonly (Value | undefined)[]): Statement[] =>
    resources
      .filter((resource) => resource !== undefined)
      .map((resource) => ({ Effect: 'Allow', Action: actions, Resource: [resource] }));
  return [
    ...allow(pull, images.map(repositoryArn)),
    ...allow(['ssm:GetParameters'], secrets.filter((name) => !isSecretsManager(name)).map(parameterArn)),
    ...allow(['secretsmanager:GetSecretValue'], secrets.filter(isSecretsManager).flatMap(secretArns)),
  ];
}

/** Secrets under a customer's own key need Decrypt, and only by way of these two services. */
const decrypt: Statement = {
  Effect: 'Allow',
  Action: ['kms:Decrypt'],
  Resource: [sub(`arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:key/*`)],
  Condition: {
    StringEquals: {
      'kms:ViaService': [sub(`ssm.\${AWS::Region}.amazonaws.com`), sub(`secretsmanager.\${AWS::Region}.amazonaws.com`)],
    },
  },
};

/** Adds one need, to the last statement when it allows the same actions. */
function join(statements: readonly Statement[], need: Statement): Statement[] {
  const last = statements.at(-1);
  if (!last || last.Action.join() !== need.Action.join()) return [...statements, need];
  return [...statements.slice(0, -1), { ...last, Resource: [...last.Resource, ...need.Resource] }];
}

/** Fills policies in order, each up to IAM's limit. */
export function cutToSize(all: readonly Statement[], limit = MANAGED_LIMIT): Statement[][] {
  const policies: Statement[][] = [];
  for (const need of all) {
    const longer = join(policies.at(-1) ?? [], need);
    if (policies.length > 0 && policyLength(policyDocument(longer)) <= limit) policies[policies.length - 1] = longer;
    else policies.push([need]);
  }
  return policies;
}

/**
 * Managed policies that let the execution role pull the jobs' images and read exactly their secrets.
 * @throws Error for more secrets than a role's policies can name.
 */
export function executionPolicyResources(config: Config, rolePrefix: string): Resources {
  const policies = cutToSize([...(jobSecrets(config).length > 0 ? [decrypt] : []), ...needs(config)]);
  if (policies.length > MANAGED_PER_ROLE)
    throw new Error(
      `The jobs name more images and secrets than ${MANAGED_PER_ROLE} managed policies hold (${policies.length} needed): ` +
        'keep several values in one Secrets Manager secret (ARN:json-key::), or use a second stack',
    );
  const resources = policies.map((statements, index) => [
    `ExecutionPolicy${index + 1}`,
    {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        ManagedPolicyName: `${rolePrefix}-execution-${index + 1}`,
        Roles: [{ Ref: 'ExecutionRole' }],
        PolicyDocument: policyDocument(statements),
      },
    },
  ]);
  return Object.fromEntries(resources);
}
