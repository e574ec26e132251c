import { createHash } from 'node:crypto';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };
export type RunId = Id<'run'>;
export type DeploymentId = Id<'deployment'>;
export type TaskArn = Id<'task'>;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 24 characters of base32 over the SHA-256 of `parts`: the same parts give the same id. */
function digestId(parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  return Array.from(hash.subarray(0, 24), (byte) => alphabet[byte & 31]).join('');
}

/** A run's id follows from its trigger, so one trigger can only make one run (invariant 1). */
export const runIdOf = (...trigger: readonly string[]): RunId => `r-${digestId(trigger)}` as RunId;
export const deploymentIdOf = (...trigger: readonly string[]): DeploymentId => `d-${digestId(trigger)}` as DeploymentId;

export function parseDeploymentId(text: string): DeploymentId | undefined {
  return /^d-[a-z2-7]{24}$/.test(text) ? (text as DeploymentId) : undefined;
}

export function parseRunId(text: string): RunId | undefined {
  return /^r-[a-z2-7]{24}$/.test(text) ? (text as RunId) : undefined;
}
