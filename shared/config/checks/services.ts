import { formatPath } from '../problem.ts';
import { type Check, entries } from './check.ts';

/** Two keys must not mean the same ECS service of one cluster: each push would deploy it twice. */
export const checkServices: Check = ({ draft }) => {
  const seen = new Map<string, string>();
  return entries(draft.services, 'services').flatMap(([key, service, path]) => {
    const id = `${service.cluster ?? draft.cluster ?? ''}/${service.service ?? key}`;
    const first = seen.get(id);
    seen.set(id, first ?? formatPath(path));
    if (first === undefined) return [];
    const message = `means the same ECS service as ${first}, \`${service.service ?? key}\` of that cluster`;
    return [{ path, message, write: 'keep one of the two, or name another `service` or `cluster`' }];
  });
};
