/** Where the stack lives; also CloudFormation's pseudo parameters. */
export interface StackPlace {
  stackName: string;
  account: string;
  region: string;
}

interface Naming {
  /** The property that names it; absent or unset: STACK-LOGICALID, as CloudFormation does (without its random end). */
  property?: string;
  /** The part of the ARN behind `arn:aws:`. */
  arn(name: string, account: string, region: string): string;
}

const regional =
  (service: string, prefix = '') =>
  (name: string, account: string, region: string) =>
    `${service}:${region}:${account}:${prefix}${name}`;

const naming: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': { property: 'TableName', arn: regional('dynamodb', 'table/') },
  'AWS::Events::EventBus': { property: 'Name', arn: regional('events', 'event-bus/') },
  'AWS::Scheduler::ScheduleGroup': { property: 'Name', arn: regional('scheduler', 'schedule-group/') },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', arn: (...at) => `${regional('logs', 'log-group:')(...at)}:*` },
  'AWS::ECS::Cluster': { property: 'ClusterName', arn: regional('ecs', 'cluster/') },
  'AWS::ECR::Repository': { property: 'RepositoryName', arn: regional('ecr', 'repository/') },
  'AWS::SQS::Queue': { property: 'QueueName', arn: regional('sqs') },
  'AWS::Lambda::Function': { property: 'FunctionName', arn: regional('lambda', 'function:') },
  'AWS::IAM::Role': { property: 'RoleName', arn: (name, account) => `iam::${account}:role/${name}` },
  'AWS::IAM::ManagedPolicy': {
    property: 'ManagedPolicyName',
    arn: (name, account) => `iam::${account}:policy/${name}`,
  },
};

/** A resource's name (what its own property says) and ARN. */
export function nameAndArn(
  logicalId: string,
  type: string,
  nameGiven: (property: string) => unknown,
  { stackName, account, region }: StackPlace,
): { name: string; arn: string } {
  const { property, arn } = naming[type] ?? {};
  const name = String((property && nameGiven(property)) ?? `${stackName}-${logicalId}`);
  return { name, arn: arn ? `arn:aws:${arn(name, account, region)}` : name };
}

/** What `Ref` gives, where it isn't the name. */
export function refOf(type: string, name: string, arn: string, { account, region }: StackPlace): string {
  if (type === 'AWS::SQS::Queue') return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
  return type === 'AWS::IAM::ManagedPolicy' ? arn : name;
}

/** The attributes that serverless.yml asks for by GetAtt. */
export function attributeOf(attribute: string, name: string, arn: string, { account, region }: StackPlace): string {
  if (attribute === 'Arn') return arn;
  if (attribute === 'Name' || attribute === 'QueueName') return name;
  if (attribute === 'RepositoryUri') return `${account}.dkr.ecr.${region}.amazonaws.com/${name}`;
  throw new Error(
    `serverless.yml asks for the attribute ${attribute} of ${name}; add it to local/lambda/stack/resource-names.ts`,
  );
}
