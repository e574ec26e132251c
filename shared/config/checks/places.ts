import type { Finding, Path } from '../problem.ts';
import { type Check, type CheckInput, entries } from './check.ts';

const EXAMPLES = { cluster: 'prod', network: '{ subnets: [subnet-0a1b2c3d4e5f67890] }' };

/** Everything has a cluster and jobs have a network, their own or the top-level one. */
export const checkPlaces: Check = (input) => {
  const jobs = entries(input.draft.jobs, 'jobs').map(([, , path]) => path);
  const services = entries(input.draft.services, 'services').map(([, , path]) => path);
  return [...missing('cluster', [...services, ...jobs], input), ...missing('network', jobs, input)];
};

/** One finding for all: usually one line at the top is what is missing. */
function missing(key: keyof typeof EXAMPLES, paths: Path[], { given }: CheckInput): Finding[] {
  const [first, ...more] = given([key]) ? [] : paths.filter((path) => !given([...path, key]));
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` and in ${more.length} more place${more.length === 1 ? '' : 's'}`;
  const message = `there is no ${key} here${others}, nor at the top`;
  return [{ path: first, message, write: `write for example \`${key}: ${EXAMPLES[key]}\` at the top` }];
}
