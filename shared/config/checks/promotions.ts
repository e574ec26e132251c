import { suggestName } from '../nearest.ts';
import type { Finding } from '../problem.ts';
import { type Check, type CheckInput, entries, type ServiceDraft } from './check.ts';

type Services = CheckInput['draft']['services'];

/** A promotion leads to another service of the same repository, each gets images from one only, and none in a circle. */
export const checkPromotions: Check = ({ draft, given }) => {
  const sources = new Map<string, string>();
  return entries(draft.services, 'services').flatMap(([key, service, path]) => {
    const to = service.promote?.to;
    if (to === undefined) return [];
    const at = [...path, 'promote', 'to'];
    if (!given(['services', to])) return [{ path: at, ...unknown(to, draft) }];
    const target = draft.services?.[to];
    const first = sources.get(to);
    sources.set(to, first ?? key);
    const finding = target === undefined ? undefined : wrongTarget(key, service, to, target, draft.services, first);
    return finding === undefined ? [] : [{ path: at, ...finding }];
  });
};

function unknown(to: string, { services, scheduledTasks }: CheckInput['draft']): Omit<Finding, 'path'> {
  if (Object.hasOwn(scheduledTasks ?? {}, to))
    return { message: `\`${to}\` is a scheduled task`, write: 'name a service, or give the task `tags` of its own' };
  const suggestion = suggestName(to, Object.keys(services ?? {}));
  return { message: `there is no service \`${to}\``, write: suggestion ?? `add \`${to}\` to services` };
}

function wrongTarget(
  key: string,
  service: ServiceDraft,
  to: string,
  target: ServiceDraft,
  services: Services,
  first: string | undefined,
): Omit<Finding, 'path'> | undefined {
  if (to === key) return { message: 'is the service itself', write: 'name another service' };
  if (first !== undefined)
    return { message: `\`${to}\` gets its images from services.${first} already`, write: 'keep one of the two' };
  const circle = circleFrom(key, services);
  if (circle !== undefined) return { message: `goes in a circle: ${circle.join(' → ')}`, write: 'remove one of them' };
  if (target.image?.tags !== undefined)
    return {
      message: `\`${to}\` has \`tags\` of its own, and would follow every push besides`,
      write: `remove image.tags of services.${to}`,
    };
  if (isSameRepository(service, target)) return undefined;
  const message = `\`${to}\` has another repository or registry, where there is no such image`;
  return { message, write: `give both the same \`repository\` and \`registry\`` };
}

/** The services from `start` back to itself, told at its first in the file; undefined where it does not come back. */
function circleFrom(start: string, services: Services): string[] | undefined {
  const chain = [start];
  for (;;) {
    const next = services?.[chain.at(-1) ?? '']?.promote?.to;
    if (next === start) return isFirst(start, chain, services) ? [...chain, start] : undefined;
    if (next === undefined || chain.includes(next)) return undefined;
    chain.push(next);
  }
}

const isFirst = (key: string, among: string[], services: Services) =>
  Object.keys(services ?? {}).find((name) => among.includes(name)) === key;

function isSameRepository({ image: a }: ServiceDraft, { image: b }: ServiceDraft): boolean {
  // What is missing or of a wrong shape is told already.
  if (a?.repository === undefined || b?.repository === undefined) return true;
  return a.repository === b.repository && a.registry === b.registry;
}
