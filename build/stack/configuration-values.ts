import type { Config, ImageConfig, ScheduledTaskConfig } from '../../shared/config/config.ts';
import { sub, type Value } from './policy.ts';

/** What the stack takes from batuta.yml: lists of ARNs for policies, and the hash that makes schedules follow. */
export type ConfigurationValues = ReturnType<typeof configurationValues>;

const arn = (service: string, resource: string): Value =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

const unique = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** Once each, in the order of their JSON. */
const distinct = (values: readonly Value[]): Value[] =>
  unique(values.map((value) => JSON.stringify(value))).map((text) => JSON.parse(text) as Value);

/** A cluster is written as its name or its ARN. */
const clusterName = (cluster: string) => cluster.slice(cluster.lastIndexOf('/') + 1);

/** An SSM parameter's ARN from its ARN, or from its name with or without the leading slash. */
export function parameterArn(name: string): Value {
  return name.startsWith('arn:') ? name : arn('ssm', `parameter/${name.replace(/^\//, '')}`);
}

/** The repository of a job's image; undefined for the toolbox, which serverless.yml allows, and for other kinds of registries. */
export function repositoryArn(image: string): Value | undefined {
  if (image === 'toolbox') return undefined;
  const uri = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+\/([^:@]+)/.exec(image);
  if (uri) return sub(`arn:\${AWS::Partition}:ecr:${uri[2]}:${uri[1]}:repository/${uri[3]}`);
  const [host = ''] = image.split('/');
  if (image.includes('/') && /[.:]/.test(host)) return undefined;
  return arn('ecr', `repository/${image.replace(/[:@].*$/, '')}`);
}

function imageArn({ registry, repository }: ImageConfig): Value {
  if (registry === undefined) return arn('ecr', `repository/${repository}`);
  const [account, , , region] = registry.split('.');
  return sub(`arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${repository}`);
}

/** Sources: Service Authorization Reference, EventBridge `rule-on-default-event-bus` and `rule-on-custom-event-bus`, Scheduler `schedule`. */
function runByArn({ runBy }: ScheduledTaskConfig): Value {
  if (runBy.kind === 'schedule') return arn('scheduler', `schedule/${runBy.group}/${runBy.schedule}`);
  return arn('events', `rule/${runBy.bus === 'default' ? '' : `${runBy.bus}/`}${runBy.rule}`);
}

/** The repositories that jobs are pulled from; before and after a deployment they run with the service's image. */
export function pulledRepositoryArns(config: Config): Value[] {
  const services = Object.values(config.services).filter(({ before, after }) => before.length + after.length > 0);
  const ofJobs = Object.values(config.jobs).map(({ image }) =>
    typeof image === 'string' ? repositoryArn(image) : imageArn(image),
  );
  return distinct([...ofJobs, ...services.map(({ image }) => imageArn(image))].filter((found) => found !== undefined));
}

export function isSecretsManager(name: string): boolean {
  return /^arn:[^:]+:secretsmanager:/.test(name);
}

/** `…:secret:NAME-AbCdEf:json-key:stage:version` → the ARNs to allow; without AWS's six characters any of them. */
export function secretArns(valueFrom: string): string[] {
  const secret = valueFrom.split(':').slice(0, 7).join(':');
  return /-[A-Za-z0-9]{6}$/.test(secret) ? [secret] : [secret, `${secret}-??????`];
}

/** Every `valueFrom` of the jobs' secrets, once. */
export function jobSecrets(config: Config): string[] {
  return unique(Object.values(config.jobs).flatMap((job) => Object.values(job.secrets)));
}

function channelParameters(config: Config): string[] {
  const fields = Object.values(config.channels).flatMap((channel) => Object.values(channel).flat());
  return unique(fields.filter((field) => field.startsWith('ssm:')).map((field) => field.slice('ssm:'.length)));
}

/** EventBridge allows patterns of 2 048 characters. */
const longestInPattern = 600;

/** What a pattern's field may be, each by name; too many to name, or none at all, are told apart by the function. */
function inPattern(values: readonly Value[], otherwise: Value): Value[] {
  return values.length > 0 && JSON.stringify(values).length <= longestInPattern ? [...values] : [otherwise];
}

/** What EventBridge's patterns name of the services to watch; their ARNs may be of the old format, without the cluster. */
function watched(config: Config) {
  const services = Object.values(config.services);
  const clusters = unique(services.map(({ cluster }) => clusterName(cluster)));
  const names = unique(services.map(({ service }) => service));
  const clusterArns = clusters.map((name) => arn('ecs', `cluster/${name}`));
  const suffixes = names.map((name): Value => ({ suffix: `/${name}` }));
  return {
    watchedClusters: inPattern(clusterArns, { prefix: 'arn:' }),
    watchedGroups: inPattern(
      names.map((name) => `service:${name}`),
      { prefix: 'service:' },
    ),
    watchedServices: inPattern(suffixes, { prefix: 'arn:' }),
  };
}

export function configurationValues(config: Config) {
  const services = Object.values(config.services);
  const scheduledTasks = Object.values(config.scheduledTasks);
  const targets = [...services, ...scheduledTasks];
  const tasksRunBy = (kind: 'rule' | 'schedule') => scheduledTasks.filter(({ runBy }) => runBy.kind === kind);
  const jobs = Object.values(config.jobs);
  const channels = Object.values(config.channels);
  const serviceClusters = unique(services.map((service) => clusterName(service.cluster)));
  const clusters = unique([...serviceClusters, ...jobs.map((job) => clusterName(job.cluster))]);
  return {
    hash: config.hash,
    ...watched(config),
    clusters,
    passRoles: [...config.passRoles],
    taskRoles: unique(config.taskRoles),
    // PutTargets and UpdateSchedule name the role of the rule or schedule again, as they name everything.
    passedTo: [
      'ecs-tasks.amazonaws.com',
      ...(tasksRunBy('rule').length > 0 ? ['events.amazonaws.com'] : []),
      ...(tasksRunBy('schedule').length > 0 ? ['scheduler.amazonaws.com'] : []),
    ],
    clusterArns: clusters.map((name) => arn('ecs', `cluster/${name}`)),
    taskArns: clusters.map((name) => arn('ecs', `task/${name}/*`)),
    serviceArns: serviceClusters.map((name) => arn('ecs', `service/${name}/*`)),
    serviceDeploymentArns: serviceClusters.map((name) => arn('ecs', `service-deployment/${name}/*`)),
    serviceRevisionArns: serviceClusters.map((name) => arn('ecs', `service-revision/${name}/*`)),
    repositoryArns: distinct(targets.map(({ image }) => imageArn(image))),
    // Of those whose newest image each run takes.
    jobRepositoryArns: distinct(jobs.flatMap(({ image }) => (typeof image === 'string' ? [] : [imageArn(image)]))),
    ruleArns: distinct(tasksRunBy('rule').map(runByArn)),
    scheduleArns: distinct(tasksRunBy('schedule').map(runByArn)),
    // Which log groups, parameters and secrets a task definition names is known only to ECS.
    logTailArns: services.some(({ logTail }) => logTail) ? [arn('logs', 'log-group:*:log-stream:*')] : [],
    targetParameterArns: targets.length > 0 ? [arn('ssm', 'parameter/*')] : [],
    targetSecretArns: targets.length > 0 ? [arn('secretsmanager', 'secret:*')] : [],
    channelParameterArns: channelParameters(config).map(parameterArn),
    channelTopicArns: unique(channels.flatMap((channel) => (channel.type === 'sns' ? [channel.topic] : []))),
    channelBusArns: unique(channels.flatMap((channel) => (channel.type === 'eventbridge' ? [channel.bus] : []))),
  };
}
