import type { Config } from '../../shared/config/config.ts';
import {
  isSecretsManager,
  jobSecrets,
  parameterArn,
  pulledRepositoryArns,
  secretArns,
} from './configuration-values.ts';
import { policyDocument, policyLength, type Resources, type Statement, sub, type Value } from './policy.ts';

/** IAM's limits for managed policies: characters of each, and how many a role takes by default. */
const MANAGED_LIMIT = 6_144;
const MANAGED_PER_ROLE = 10;

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** One statement per resource: what cutting to size moves between policies. */
const allow = (actions: string[], resources: readonly Value[]): Statement[] =>
  resources.map((resource) => ({ Effect: 'Allow', Action: actions, Resource: [resource] }));

const parameterArns = (secrets: readonly string[]) =>
  secrets.filter((name) => !isSecretsManager(name)).map(parameterArn);
/** Once each: many values may be JSON keys of one secret. */
const secretsManagerArns = (secrets: readonly string[]) => [
  ...new Set(secrets.filter(isSecretsManager).flatMap(secretArns)),
];

function needs(config: Config): Statement[] {
  const secrets = jobSecrets(config);
  return [
    ...allow(pull, pulledRepositoryArns(config)),
    ...allow(['ssm:GetParameters'], parameterArns(secrets)),
    ...allow(['secretsmanager:GetSecretValue'], secretsManagerArns(secrets)),
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

/** A role's managed policies, named `NAME1`, `NAME2` … */
function managedPolicies(
  name: string,
  role: string,
  namePrefix: string,
  policies: readonly (readonly Statement[])[],
): [string, Resources[string]][] {
  if (policies.length > MANAGED_PER_ROLE)
    throw new Error(
      `The jobs name more images and secrets than ${MANAGED_PER_ROLE} managed policies hold (${policies.length} needed): ` +
        'keep several values in one Secrets Manager secret (ARN:json-key::), or use a second stack',
    );
  return policies.map((statements, index) => [
    `${name}${index + 1}`,
    {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        ManagedPolicyName: `${namePrefix}-${index + 1}`,
        Roles: [{ Ref: role }],
        PolicyDocument: policyDocument(statements),
      },
    },
  ]);
}

/**
 * Managed policies that let the execution role pull the jobs' images and read exactly their secrets,
 * and `launch-runs` see that these exist (without decryption).
 * @throws Error for more secrets than a role's policies can name.
 */
export function executionPolicyResources(config: Config, rolePrefix: string): Resources {
  const secrets = jobSecrets(config);
  const execution = cutToSize([...(secrets.length > 0 ? [decrypt] : []), ...needs(config)]);
  const existence = cutToSize([
    ...allow(['ssm:GetParameters'], parameterArns(secrets)),
    ...allow(['secretsmanager:DescribeSecret'], secretsManagerArns(secrets)),
  ]);
  return Object.fromEntries([
    ...managedPolicies('ExecutionPolicy', 'ExecutionRole', `${rolePrefix}-execution`, execution),
    ...managedPolicies('SecretsExistPolicy', 'LaunchRunsRole', `${rolePrefix}-secrets-exist`, existence),
  ]);
}
