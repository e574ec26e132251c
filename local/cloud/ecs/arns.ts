import type { Place } from '../service.ts';

/** The ARNs of one account and region, in ECS's long format. */
export function ecsArns({ account, region }: Place) {
  const base = `arn:aws:ecs:${region}:${account}`;
  return {
    cluster: (cluster: string) => `${base}:cluster/${cluster}`,
    taskDefinition: (family: string, revision: number | string) => `${base}:task-definition/${family}:${revision}`,
    task: (cluster: string, id: string) => `${base}:task/${cluster}/${id}`,
    container: (cluster: string, taskId: string, id: string) => `${base}:container/${cluster}/${taskId}/${id}`,
    containerInstance: (cluster: string) => `${base}:container-instance/${cluster}/${'0'.repeat(31)}1`,
    capacityProvider: (name: string) => `${base}:capacity-provider/${name}`,
    service: (cluster: string, service: string) => `${base}:service/${cluster}/${service}`,
    serviceDeployment: (cluster: string, service: string, id: string) =>
      `${base}:service-deployment/${cluster}/${service}/${id}`,
    serviceRevision: (cluster: string, service: string, id: string) =>
      `${base}:service-revision/${cluster}/${service}/${id}`,
  };
}

/** The name at the end of an ARN, or the name itself. */
export function nameOf(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
}

/** 19 digits, as in `ecs-svc/4980306466373577095`. */
export function revisionDigits(place: Place): string {
  const number = BigInt(`0x${place.newHexId().slice(0, 16)}`) % 8_000_000_000_000_000_000n;
  return (number + 1_000_000_000_000_000_000n).toString();
}
