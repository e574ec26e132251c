interface Explained {
  /** In words. */
  cause: string;
  hint: string;
}

const room = 'use smaller tasks, or add instances to the capacity provider';

/**
 * The `reason` of SERVICE_TASK_PLACEMENT_FAILURE. Source: ECS developer guide, "Amazon ECS service action events" and
 * "API failure reasons".
 */
const reasons: readonly { pattern: RegExp; words: string; hint: string }[] = [
  { pattern: /^RESOURCE:MEMORY$/, words: 'no instance has enough memory left', hint: room },
  { pattern: /^RESOURCE:CPU$/, words: 'no instance has enough CPU left', hint: room },
  {
    pattern: /^RESOURCE:(PORTS|ENI)$/,
    words: 'no instance has a free port or network interface',
    hint: 'add instances, take dynamic host ports, or turn on awsvpcTrunking for more interfaces per instance',
  },
  { pattern: /^RESOURCE:GPU$/, words: 'no instance has a free GPU', hint: room },
  {
    pattern: /^RESOURCE:FARGATE$/,
    words: 'AWS has no Fargate capacity there just now',
    hint: 'it passes; use subnets in more zones, or FARGATE beside FARGATE_SPOT',
  },
  { pattern: /^RESOURCE/, words: 'no instance has enough of what the task needs', hint: room },
  {
    pattern: /^AGENT/,
    words: "an instance's ECS agent is not connected",
    hint: "look at the cluster's container instances: agent connected, instance profile, route to ECS",
  },
  {
    pattern: /^(ATTRIBUTE|MEMBER|.*CONSTRAINT)/i,
    words: 'no instance fulfils the placement constraints',
    hint: "compare the service's placement constraints with the instances' attributes",
  },
  {
    pattern: /^LOCATION|^EMPTY|no container instances/i,
    words: 'the cluster has no instances',
    hint: 'look at the capacity provider and its Auto Scaling group',
  },
];

/** Why a task has no place: ECS's word for it, in words, with what to do. */
export function explainPlacement(reason: string | undefined): Explained {
  const row = reason === undefined ? undefined : reasons.find(({ pattern }) => pattern.test(reason));
  const told = reason === undefined ? '' : ` (${reason})`;
  return {
    cause: `${row?.words ?? 'ECS finds no place for its tasks'}${told}`,
    hint: row?.hint ?? "look at the service's events in ECS",
  };
}
