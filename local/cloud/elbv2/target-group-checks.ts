import type { ProtocolEnum, TargetGroup, TargetTypeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../service.ts';
import { isMatcher } from './matcher.ts';

/** The members of a target group that its health check is made of. */
export type Settings = Pick<
  TargetGroup,
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>;

export function refuse(message: string): never {
  throw new AwsError('ValidationError', message);
}

const speaksHttp = (protocol: ProtocolEnum | undefined) => protocol?.startsWith('HTTP') === true;

/** CreateTargetGroup's defaults per protocol: CreateTargetGroup in the ELB API reference. */
export function withDefaults(protocol: ProtocolEnum | undefined, given: Settings) {
  const checkProtocol = given.HealthCheckProtocol ?? (speaksHttp(protocol) ? 'HTTP' : 'TCP');
  const path = given.HealthCheckPath ?? '/';
  return {
    HealthCheckProtocol: checkProtocol,
    HealthCheckPort: given.HealthCheckPort ?? 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: given.HealthCheckIntervalSeconds ?? 30,
    HealthCheckTimeoutSeconds:
      given.HealthCheckTimeoutSeconds ?? Math.min(defaultTimeout(checkProtocol), shortest(given)),
    HealthyThresholdCount: given.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: given.UnhealthyThresholdCount ?? 2,
    ...(speaksHttp(checkProtocol) && { HealthCheckPath: path, Matcher: given.Matcher ?? { HttpCode: '200' } }),
  };
}

const defaultTimeout = (protocol: ProtocolEnum) => (protocol === 'HTTP' ? 5 : 10);
/** AWS wants a timeout with a short interval; locally the default one shrinks. */
const shortest = ({ HealthCheckIntervalSeconds = 30 }: Settings) => Math.max(1, HealthCheckIntervalSeconds - 1);

/**
 * What CreateTargetGroup and ModifyTargetGroup refuse. The upper limits are AWS's; its lower ones
 * (interval 5 s, timeout 2 s) would only make local runs wait.
 * @throws AwsError ValidationError.
 */
export function checkSettings({ Protocol, ...group }: Settings & Pick<TargetGroup, 'Protocol'>): void {
  const { HealthCheckIntervalSeconds: interval = 30, HealthCheckTimeoutSeconds: timeout = 5 } = group;
  if (interval < 1 || interval > 300) refuse(`Health check interval '${interval}' must be between 5 and 300`);
  if (timeout < 1 || timeout > 120) refuse(`Health check timeout '${timeout}' must be between 2 and 120`);
  if (timeout > interval) refuse('Health check interval must be greater than the timeout.');
  if (speaksHttp(Protocol) && !speaksHttp(group.HealthCheckProtocol))
    refuse(`Health check protocol '${group.HealthCheckProtocol}' is not supported for target groups of ${Protocol}`);
  const { HealthCheckPath: path, Matcher: matcher } = group;
  if (path !== undefined && !path.startsWith('/'))
    refuse(`Health check path '${path}' must begin with a '/' character`);
  if (matcher?.HttpCode !== undefined && !isMatcher(matcher.HttpCode))
    refuse(`Health check matcher HTTP code '${matcher.HttpCode}' must be within '200-499' inclusive`);
}

export function checkNewGroup(group: {
  Name: string;
  Protocol?: ProtocolEnum | undefined;
  Port?: number | undefined;
  VpcId?: string | undefined;
  TargetType?: TargetTypeEnum | undefined;
}): void {
  const { Name: name, TargetType: type = 'instance' } = group;
  if (!/^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/.test(name))
    refuse(
      `Target group name '${name}' must be 1 to 32 letters, digits and hyphens, and not begin or end with a hyphen`,
    );
  if (type !== 'instance' && type !== 'ip')
    refuse(`The local load balancers have the target types instance and ip; '${type}' is not part of them`);
  if (group.Protocol === undefined) refuse('A protocol must be specified');
  if (group.Port === undefined) refuse('A port must be specified');
  if (group.VpcId === undefined) refuse('A VPC ID must be specified');
}
