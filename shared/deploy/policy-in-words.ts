import type { TagPolicy } from '../config/config.ts';

/** As batuta.yml has it. */
export function policyInWords(policy: TagPolicy): string {
  switch (policy.kind) {
    case 'exact':
      return policy.tag;
    case 'glob':
    case 'regex':
      return `${policy.kind}:${policy.pattern}`;
    case 'semver':
      return `semver:${policy.range}`;
    case 'newest':
      return 'newest';
    case 'promoted':
      return 'none, as images come by promotion';
    default:
      return policy satisfies never;
  }
}
