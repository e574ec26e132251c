import type { ServiceConfig, TargetConfig } from '../config/config.ts';
import { deploymentIdOf } from '../core/ids.ts';
import type { DeployDeps } from './connect.ts';
import type { DeployedImage, DeploymentOf, DeploymentTrigger } from './deployment.ts';
import type { ServicePointer } from './pointer.ts';

/** Who asks; a push names the digest, so that its refusal can be recorded for who pushed it. */
export interface Asked {
  trigger: DeploymentTrigger;
  digest?: string | undefined;
}

/** One look at one target. */
export interface OccasionOf<Spec extends TargetConfig> {
  spec: Spec;
  pointer: ServicePointer;
  asked: Asked;
}
export type Occasion = OccasionOf<ServiceConfig>;

/** The id follows from service, digest and sequence: a repeat after a crash finds the record it made. */
export function newRecord<Spec extends TargetConfig>(
  { now }: Pick<DeployDeps, 'now'>,
  { spec, pointer, asked: { trigger } }: OccasionOf<Spec>,
  image: DeployedImage,
  sequence: number,
): DeploymentOf<Spec> {
  const id = deploymentIdOf(spec.name, image.digest, String(sequence));
  return { ...blank(spec, image, trigger), id, sequence, createdAt: now(), ...replacing(pointer.lastSuccessful) };
}

/** What it takes the place of, by its tag where that is known. */
export const replacing = (runs: { tag?: string } | undefined): Pick<DeploymentOf<TargetConfig>, 'replaces'> =>
  runs?.tag === undefined ? {} : { replaces: runs.tag };

/** What every new record begins as. */
export function blank<Spec extends TargetConfig>(
  spec: Spec,
  image: DeployedImage,
  trigger: DeploymentTrigger,
): Omit<DeploymentOf<Spec>, 'id' | 'sequence' | 'createdAt'> {
  const nothing = { holds: [], runs: { before: [], after: [] }, crashes: {} };
  return { schemaVersion: 2, service: spec.name, spec, state: 'preparing', trigger, image, ...nothing };
}
