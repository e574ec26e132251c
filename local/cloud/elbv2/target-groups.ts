import type * as model from '@aws-sdk/client-elastic-load-balancing-v2';
import { pageOf } from '../pages.ts';
import { AwsError, type Operations, type Place } from '../service.ts';
import { elbArns } from './arns.ts';
import { type ElbState, findTargetGroup, loadBalancersOf, type TargetGroupRecord } from './state.ts';
import { checkNewGroup, checkSettings, refuse, withDefaults } from './target-group-checks.ts';

const PAGE = 400;

/** Of TargetGroupAttribute in the ELB API reference; the local ones act on the delay only. */
const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
};

function view(state: ElbState, { group }: TargetGroupRecord): model.TargetGroup {
  return { ...group, LoadBalancerArns: loadBalancersOf(state, group.TargetGroupArn) };
}

const attributesOf = ({ attributes }: TargetGroupRecord) => ({
  Attributes: [...attributes].map(([Key, Value]) => ({ Key, Value })),
});

export function targetGroupOperations(state: ElbState, place: Place) {
  const arns = elbArns(place);

  function selected(input: {
    names?: string[] | undefined;
    arns?: string[] | undefined;
    loadBalancer?: string | undefined;
  }) {
    const all = [...state.targetGroups.values()];
    const missing = input.names?.find((name) => !all.some(({ group }) => group.TargetGroupName === name));
    if (missing !== undefined)
      throw new AwsError('TargetGroupNotFoundException', 'One or more target groups not found');
    for (const arn of input.arns ?? []) findTargetGroup(state, arn);
    return all.filter(
      ({ group }) =>
        (input.names?.includes(group.TargetGroupName) ?? true) &&
        (input.arns?.includes(group.TargetGroupArn) ?? true) &&
        (input.loadBalancer === undefined || loadBalancersOf(state, group.TargetGroupArn).includes(input.loadBalancer)),
    );
  }

  return {
    CreateTargetGroup(input) {
      checkNewGroup(input);
      const { Name: name, Protocol, Port, VpcId, TargetType = 'instance', ProtocolVersion, Tags } = input;
      const settings = withDefaults(Protocol, input);
      checkSettings({ Protocol, ...settings });
      if ([...state.targetGroups.values()].some(({ group }) => group.TargetGroupName === name))
        throw new AwsError(
          'DuplicateTargetGroupNameException',
          `A target group with the same name '${name}' exists, but with different settings`,
        );
      const record: TargetGroupRecord = {
        group: {
          TargetGroupArn: arns.targetGroup(name),
          TargetGroupName: name,
          ...{ Protocol, Port, VpcId, TargetType },
          ...settings,
          ...(Protocol?.startsWith('HTTP') && { ProtocolVersion: ProtocolVersion ?? 'HTTP1' }),
          IpAddressType: 'ipv4',
        },
        attributes: new Map(Object.entries(DEFAULT_ATTRIBUTES)),
        tags: Tags ?? [],
        targets: new Map(),
      };
      state.targetGroups.set(record.group.TargetGroupArn, record);
      return { TargetGroups: [view(state, record)] };
    },
    DescribeTargetGroups({ Names, TargetGroupArns, LoadBalancerArn, Marker, PageSize = PAGE }) {
      const found = selected({ names: Names, arns: TargetGroupArns, loadBalancer: LoadBalancerArn });
      const page = pageOf(found, Marker, PageSize, () => refuse(`Invalid marker: ${Marker}`));
      return { TargetGroups: page.items.map((record) => view(state, record)), NextMarker: page.next };
    },
    ModifyTargetGroup({ TargetGroupArn, ...changes }) {
      const record = findTargetGroup(state, TargetGroupArn);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      checkSettings({ ...record.group, ...given });
      Object.assign(record.group, given);
      return { TargetGroups: [view(state, record)] };
    },
    DeleteTargetGroup({ TargetGroupArn }) {
      if (loadBalancersOf(state, TargetGroupArn).length > 0)
        throw new AwsError(
          'ResourceInUseException',
          `Target group '${TargetGroupArn}' is currently in use by a listener or a rule`,
        );
      // Deleting one that is not there is no error.
      for (const target of state.targetGroups.get(TargetGroupArn)?.targets.values() ?? []) target.cancel();
      state.targetGroups.delete(TargetGroupArn);
      return {};
    },
    DescribeTargetGroupAttributes: ({ TargetGroupArn }) => attributesOf(findTargetGroup(state, TargetGroupArn)),
    ModifyTargetGroupAttributes({ TargetGroupArn, Attributes }) {
      const record = findTargetGroup(state, TargetGroupArn);
      for (const { Key = '', Value = '' } of Attributes) {
        if (Key === 'deregistration_delay.timeout_seconds' && !(Number(Value) >= 0 && Number(Value) <= 3600))
          refuse(`'${Key}' must be between 0 and 3600 seconds`);
        record.attributes.set(Key, Value);
      }
      return attributesOf(record);
    },
  } satisfies Operations<typeof model>;
}
