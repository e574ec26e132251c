import type { Link } from '../message.ts';

/** Hosts of the consoles, by partition (docs, "Amazon Web Services in China" and "GovCloud endpoints"). */
const hosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** AWS's own example account, which the local system uses: no console shows anything of it. */
const exampleAccount = '123456789012';

/** Where in AWS something is. */
interface Place {
  host: string;
  region: string;
}

/** Of an ARN; undefined for what is none, for a partition without a console that is known, and for the local system. */
function placeOf(arn: string | undefined): Place | undefined {
  const [, partition = '', , region = '', account] = arn?.split(':') ?? [];
  const host = Object.hasOwn(hosts, partition) ? hosts[partition] : undefined;
  const isKnown = host !== undefined && /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region) && account !== exampleAccount;
  return isKnown ? { host, region } : undefined;
}

const partOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1).split('/');

const url = ({ host, region }: Place, path: readonly string[], view: string) =>
  `https://${region}.${host}/ecs/v2/${path.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}/${view}?region=${region}`;

/** The service in ECS's console; its cluster by name or ARN; `near`: an ARN of the same region and account. */
export function serviceLink(cluster: string, service: string, near: string | undefined): Link[] {
  const place = placeOf(near);
  const [name = ''] = cluster.split('/').slice(-1);
  return place ? [{ label: 'Service in ECS', url: url(place, ['clusters', name, 'services', service], 'health') }] : [];
}

/** By its ARN, `…:task/CLUSTER/ID`; the short form of old accounts names no cluster. */
export function taskLink(arn: string | undefined): Link[] {
  const place = placeOf(arn);
  const [kind, cluster, id] = partOf(arn ?? '');
  return place && kind === 'task' && cluster && id
    ? [{ label: 'Task in ECS', url: url(place, ['clusters', cluster, 'tasks', id], 'configuration') }]
    : [];
}

/** By its ARN, `…:task-definition/FAMILY:REVISION`. */
export function revisionLink(arn: string | undefined): Link[] {
  const place = placeOf(arn);
  const [, family, revision] = /:task-definition\/([\w-]+):(\d+)$/.exec(arn ?? '') ?? [];
  return place && family && revision
    ? [{ label: 'Task definition', url: url(place, ['task-definitions', family, revision], 'containers') }]
    : [];
}

/** As CloudWatch's console writes names behind `#`: encoded twice, with `$` for `%`. */
const twice = (name: string) => encodeURIComponent(encodeURIComponent(name.toWellFormed())).replaceAll('%', '$');

/** A log stream in CloudWatch; without `stream` its group; `near`: an ARN of the same region and account. */
export function logLink(log: { group: string; stream?: string }, near: string | undefined): Link[] {
  const place = placeOf(near);
  if (!place || log.group === '') return [];
  const { host, region } = place;
  const events = log.stream === undefined ? '' : `/log-events/${twice(log.stream)}`;
  const address = `https://${region}.${host}/cloudwatch/home?region=${region}`;
  return [{ label: 'Log', url: `${address}#logsV2:log-groups/log-group/${twice(log.group)}${events}` }];
}

/** Of a queue's URL, as SQS gives them; undefined for any other, such as the local system's. */
function queueArn(queueUrl: string): string | undefined {
  const [, region = '', china, account, name] =
    /^https:\/\/sqs\.([a-z\d-]+)\.amazonaws\.com(\.cn)?\/(\d{12})\/([\w.-]+)$/.exec(queueUrl) ?? [];
  const partition = china ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return account && name && `arn:${partition}:sqs:${region}:${account}:${name}`;
}

/** By its URL, as SQS's console itself writes them (issue cdklabs/cdk-monitoring-constructs 502). */
export function queueLink(queueUrl: string): Link[] {
  const place = placeOf(queueArn(queueUrl));
  if (!place) return [];
  const { host, region } = place;
  const address = `https://${region}.${host}/sqs/v3/home?region=${region}`;
  return [{ label: 'Queue in SQS', url: `${address}#/queues/${encodeURIComponent(queueUrl)}` }];
}

/** The log group of a Lambda function, by a queue of the same region and account. */
export const functionLogLink = (name: string, queueUrl: string): Link[] =>
  logLink({ group: `/aws/lambda/${name}` }, queueArn(queueUrl));
