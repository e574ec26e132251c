import type { AnyDeployment } from '../../deploy/deployment.ts';
import { globMatches } from '../routes/routes.ts';
import type { DeploymentCounts, DigestOfDeployments } from './digest.ts';
import { mostLines } from './digest-runs.ts';

/** What came of one service's deployments in a period. */
export interface ServiceSummary extends DeploymentCounts {
  name: string;
  /** Only its latest deployments were read. */
  isCut: boolean;
}

/** `deployments`: those that came to their end in the period. */
export function summariseService(
  name: string,
  { deployments, isCut }: { deployments: readonly AnyDeployment[]; isCut: boolean },
  tag = '*',
): ServiceSummary {
  const ended = deployments.filter(({ image }) => globMatches(tag, image.tag));
  const count = (wanted: AnyDeployment['state']) => ended.filter(({ state }) => state === wanted).length;
  return { name, succeeded: count('succeeded'), failed: count('failed'), rolledBack: count('rolled-back'), isCut };
}

const bad = ({ failed, rolledBack }: DeploymentCounts) => failed + rolledBack;
const deploymentsIn = (counts: DeploymentCounts): number => counts.succeeded + bad(counts);

/** All services' together, the worst first. */
export function digestOfDeployments(services: readonly ServiceSummary[]): DigestOfDeployments {
  const sum = (of: (service: ServiceSummary) => number) => services.reduce((all, service) => all + of(service), 0);
  const deployed = services
    .filter((service) => deploymentsIn(service) > 0)
    .toSorted((a, b) => bad(b) - bad(a) || deploymentsIn(b) - deploymentsIn(a) || (a.name < b.name ? -1 : 1));
  return {
    succeeded: sum(({ succeeded }) => succeeded),
    failed: sum(({ failed }) => failed),
    rolledBack: sum(({ rolledBack }) => rolledBack),
    services: deployed.slice(0, mostLines).map(({ isCut: _, ...service }) => service),
    more: Math.max(0, deployed.length - mostLines),
    cut: services.flatMap(({ name, isCut }) => (isCut ? [name] : [])).toSorted(),
  };
}
