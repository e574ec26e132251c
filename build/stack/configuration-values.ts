import type { Config } from '../../shared/config/config.ts';
import { sub, type Value } from './policy.ts';

/** What the stack takes from batuta.yml: lists of ARNs for policies, and the hash that makes schedules follow. */
export type ConfigurationValues = ReturnType<typeof configurationValues>;

const arn = (service: string, resource: string): Value =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

const unique = (values: Iterable<string>): string[] => [...new Set(values)].sort();

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
  const fields = Object.values(config.channels).flatMap((channel) => Object.values(channel));
  return unique(fields.filter((field) => field.startsWith('ssm:')).map((field) => field.slice('ssm:'.length)));
}

export function configurationValues(config: Config) {
  const services = Object.values(config.services);
  const jobs = Object.values(config.jobs);
  const serviceClusters = unique(services.map((service) => clusterName(service.cluster)));
  const clusters = unique([...serviceClusters, ...jobs.map((job) => clusterName(job.cluster))]);
  return {
    hash: config.hash,
    clusters,
    passRoles: [...config.passRoles],
    clusterArns: clusters.map((name) => arn('ecs', `cluster/${name}`)),
    taskArns: clusters.map((name) => arn('ecs', `task/${name}/*`)),
    serviceArns: serviceClusters.map((name) => arn('ecs', `service/${name}/*`)),
    repositoryArns: unique(services.map(({ image }) => image.repository)).map((name) =>
      arn('ecr', `repository/${name}`),
    ),
    channelParameterArns: channelParameters(config).map(parameterArn),
  };
}
