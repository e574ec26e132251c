/** Inclusive range with its step, in MiB. */
function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}

/** CPU units → possible MiB: "Task CPU and memory" of the ECS developer guide. */
const FARGATE_SIZES: Readonly<Record<string, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
};

/** Why Fargate has no tasks of this size, in AWS's words; undefined where it has. */
export function sizeRefusal(cpu: string | undefined, memory: string | undefined): string | undefined {
  if (FARGATE_SIZES[cpu ?? '']?.includes(Number(memory))) return undefined;
  return `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`;
}

/** GiB that can be configured: EphemeralStorage of the ECS API reference. */
export function storageRefusal(sizeInGiB: number | undefined): string | undefined {
  if (sizeInGiB === undefined || (sizeInGiB >= 21 && sizeInGiB <= 200)) return undefined;
  return 'Ephemeral storage size must be between 21 and 200 GiB.';
}
