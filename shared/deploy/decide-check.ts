import type { Platform } from '../aws/image-manifest.ts';
import { fields, list, text } from '../events/parse.ts';
import type { Problem } from './decide-target.ts';
import type { DeployedImage } from './deployment.ts';
import type { RawTaskDefinition } from './revision.ts';

export interface CheckFacts {
  image: DeployedImage;
  definition: RawTaskDefinition;
  /** What the image is built for; undefined where ECR does not hold it. */
  platforms: readonly Platform[] | undefined;
  /** Names of parameters and secrets that do not exist. */
  missingSecrets: readonly string[];
}

/** ECS's names for what images call amd64 and arm64 (model: CPUArchitecture). */
const architectures: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/** What the tasks run on; undefined where only the container instance says it. */
export function wantedPlatform(definition: RawTaskDefinition): Platform | undefined {
  const { cpuArchitecture, operatingSystemFamily } = fields(definition.runtimePlatform);
  const onFargate = list(definition.requiresCompatibilities).includes('FARGATE');
  if (definition.runtimePlatform === undefined && !onFargate) return undefined;
  // Fargate's defaults (ECS developer guide, "runtimePlatform").
  const os = (text(operatingSystemFamily) ?? 'LINUX').startsWith('WINDOWS') ? 'windows' : 'linux';
  return { os, architecture: architectures[text(cpuArchitecture) ?? 'X86_64'] ?? 'amd64' };
}

const inWords = ({ os, architecture }: Platform) => `${os}/${architecture}`;

function platformProblem({ image, definition, platforms }: CheckFacts): Problem | undefined {
  const { repository, tag, digest } = image;
  if (platforms === undefined)
    return {
      reason: `${repository}:${tag} (${digest}) is no longer in ECR`,
      hint: 'push the image again, and check the lifecycle policy of the repository',
    };
  const wanted = wantedPlatform(definition);
  if (!wanted || platforms.some((built) => inWords(built) === inWords(wanted))) return undefined;
  const built = platforms.map(inWords).join(', ') || 'nothing that can be run';
  return {
    reason: `${repository}:${tag} is built for ${built}, and ${text(definition.family)} runs on ${inWords(wanted)}`,
    hint: `build it with --platform ${inWords(wanted)}, or change runtimePlatform of the task definition`,
  };
}

/** What the containers get from Parameter Store and Secrets Manager, their registries' and log drivers' included. */
export function referencedSecrets(definition: RawTaskDefinition): string[] {
  const names = list(definition.containerDefinitions)
    .map(fields)
    .flatMap(({ secrets, repositoryCredentials, logConfiguration }) => [
      ...[...list(secrets), ...list(fields(logConfiguration).secretOptions)].map((secret) => fields(secret).valueFrom),
      fields(repositoryCredentials).credentialsParameter,
    ]);
  return [...new Set(names.flatMap((name) => text(name) ?? []))];
}

/** Why the rollout would fail for certain; undefined where nothing speaks against it. */
export function decideCheck(facts: CheckFacts): Problem | undefined {
  const problem = platformProblem(facts);
  if (problem || facts.missingSecrets.length === 0) return problem;
  return {
    reason: `${text(facts.definition.family)} refers to ${facts.missingSecrets.join(', ')}, which does not exist`,
    hint: 'create it, or correct the task definition',
  };
}
