import type { Place } from '../service.ts';

/** The ARNs of one account and region; each has 16 hex digits of its own at its end. */
export function elbArns({ account, region, newHexId }: Place) {
  const base = `arn:aws:elasticloadbalancing:${region}:${account}`;
  const id = () => newHexId().slice(0, 16);
  return {
    targetGroup: (name: string) => `${base}:targetgroup/${name}/${id()}`,
    anyTargetGroup: (name: string) => `${base}:targetgroup/${name}/*`,
    loadBalancer: (kind: 'app' | 'net', name: string) => `${base}:loadbalancer/${kind}/${name}/${id()}`,
    anyLoadBalancer: (name: string) => `${base}:loadbalancer/*/${name}/*`,
    listener: (loadBalancerArn: string) => `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${id()}`,
  };
}
